import { defineCommand } from '../cli/command.ts';
import { completionScript, SHELLS, type Shell } from '../cli/completion-scripts.ts';
import { usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';

export const command = defineCommand({
  name: 'completion',
  description:
    'Prints a script that completes commands, options, their values, and the names of proxies and namespaces of the mesh that --from or MESHSCOPE_FROM names.',
  args: [{ name: 'shell', description: SHELLS.join(', '), required: true, completes: 'shell' }],
  options: {},
  examples: [
    { command: 'source <(meshscope completion bash)', explains: 'bash, for this session' },
    {
      command: 'meshscope completion zsh > "$' + '{fpath[1]}/_meshscope"',
      explains: 'zsh, for good',
    },
    { command: 'meshscope completion fish | source', explains: 'fish' },
    { command: 'meshscope completion pwsh | Out-String | Invoke-Expression', explains: 'PowerShell' },
  ],
  stability: 'stable',
  needs: [],
  run: async ({ args }) => {
    const word = args[0] ?? '';
    const shell: Shell | undefined = SHELLS.find((one) => one === (word === 'powershell' ? 'pwsh' : word));
    if (shell !== undefined) return completionScript(shell);
    const near = nearest(word, SHELLS);
    throw usageError(`no completion script for "${word}"`, {
      lines: near.length > 0 ? [['near', near.join(', ')]] : [],
      hint: `meshscope completion takes ${SHELLS.join(', ')}`,
    });
  },
  reporters: { table: async () => (script) => script },
});
