/** The shells that completion scripts are written for. */
export const SHELLS = ['bash', 'zsh', 'fish', 'pwsh'] as const;

/** One of `SHELLS`. */
export type Shell = (typeof SHELLS)[number];

/** The line that `meshscope __complete` prints instead of words when the shell should complete file names. */
export const FILES_LINE = ':files';

const BASH = `# bash completion of meshscope. To load it now:  source <(meshscope completion bash)
_meshscope_complete() {
  local line=\${COMP_LINE:0:COMP_POINT} reply
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  # Quotes around a word are the shell's.
  words=("\${words[@]//[\\"\\']/}")
  local current=\${words[\${#words[@]}-1]}
  COMPREPLY=()
  while IFS= read -r reply; do
    if [[ $reply == "${FILES_LINE}" ]]; then
      compopt -o default 2>/dev/null
      return 0
    fi
    # Readline completes what stands behind the equals sign.
    [[ $current == --*=* ]] && reply=\${reply#*=}
    COMPREPLY+=("$reply")
  done < <("\${words[0]}" __complete -- "\${words[@]:1}" 2>/dev/null)
  return 0
}
complete -F _meshscope_complete meshscope kubectl-meshscope
`;

const ZSH = `#compdef meshscope kubectl-meshscope
# zsh completion of meshscope. To load it now:  source <(meshscope completion zsh)
_meshscope() {
  local -a replies
  replies=("\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "\${replies[1]}" == "${FILES_LINE}" ]]; then
    compset -P '--*='
    _files
  elif [[ -n "\${replies[1]}" ]]; then
    compadd -- "\${replies[@]}"
  fi
}
compdef _meshscope meshscope kubectl-meshscope
`;

const FISH = `# fish completion of meshscope. To load it now:  meshscope completion fish | source
function __meshscope_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l replies (command $words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
    if test "$replies[1]" = "${FILES_LINE}"
        __fish_complete_path "$current"
    else
        printf '%s\\n' $replies
    end
end
complete -c meshscope -f -a '(__meshscope_complete)'
complete -c kubectl-meshscope -f -a '(__meshscope_complete)'
`;

const PWSH = `# PowerShell completion of meshscope. To load it now:  meshscope completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName meshscope, kubectl-meshscope -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $elements = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
    $words = @($elements | Select-Object -Skip 1)
    # Before 7.3 an empty argument has to be quoted to arrive at all.
    $empty = if ($PSVersionTable.PSVersion -ge [version]'7.3') { '' } else { '""' }
    if ($wordToComplete -eq '') { $words += $empty }
    $replies = @(& $elements[0] __complete '--' @words 2>$null)
    if ($replies -contains '${FILES_LINE}') { return }
    $replies | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, pwsh: PWSH };

/** The completion script of a shell. It asks `meshscope __complete` at every key, so it never goes out of date. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
