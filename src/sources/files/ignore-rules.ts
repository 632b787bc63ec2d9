/** A pattern of a `.gitignore`, or of `--ignore`. */
export interface IgnoreRule {
  /** Folder that the pattern is relative to, with slashes and no slash at either end; `''` for the top. */
  readonly base: string;
  readonly pattern: RegExp;
  readonly negated: boolean;
  readonly onlyFolders: boolean;
}

/** The rules in the text of a `.gitignore` in the folder `base`; a line that is no pattern is left out, as git does. */
export function parseIgnoreRules(text: string, base: string): IgnoreRule[] {
  return text
    .split(/\r?\n/)
    .map((line) => ignoreRule(line, base))
    .filter((rule) => rule !== undefined);
}

/** The rule of one pattern as git reads it; `undefined` for a comment or an empty line. */
export function ignoreRule(line: string, base: string): IgnoreRule | undefined {
  // Blanks at the end count only behind a backslash.
  let pattern = line.replace(/(?<!\\)[ \t]+$/, '');
  if (pattern === '' || pattern.startsWith('#')) return undefined;
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  const onlyFolders = pattern.endsWith('/');
  if (onlyFolders) pattern = pattern.slice(0, -1);
  if (pattern === '' || pattern === '/') return undefined;
  // With a slash in front or inside it stands for a path below the folder, else for a name at any depth.
  const isPath = pattern.includes('/');
  const body = globBody(pattern.replace(/^\//, ''));
  try {
    return { base, negated, onlyFolders, pattern: new RegExp(isPath ? `^${body}$` : `(?:^|/)${body}$`, 'u') };
  } catch {
    return undefined;
  }
}

function globBody(pattern: string): string {
  let out = '';
  for (let at = 0; at < pattern.length; ) {
    const [text, regex] = nextPiece(pattern, at);
    out += regex;
    at += text.length;
  }
  return out;
}

/** The piece of a glob at an offset, and the regular expression for it. */
function nextPiece(pattern: string, at: number): readonly [text: string, regex: string] {
  const rest = pattern.slice(at);
  if (rest.startsWith('**/') && (at === 0 || pattern[at - 1] === '/')) return ['**/', '(?:.*/)?'];
  if (rest === '**' && pattern[at - 1] === '/') return ['**', '.*'];
  const stars = /^\*+/.exec(rest)?.[0];
  if (stars !== undefined) return [stars, '[^/]*'];
  if (rest[0] === '?') return ['?', '[^/]'];
  const set = /^\[(!|\^)?(\]?(?:[^\]\\]|\\.)*)\]/su.exec(rest);
  if (set !== null) {
    const members = (set[2] ?? '').replace(/\\(.)/gsu, '$1').replace(/[\\\]^[&~|]/g, '\\$&');
    return [set[0], `(?!/)[${set[1] === undefined ? '' : '^'}${members}]`];
  }
  const escaped = rest[0] === '\\' && rest.length > 1 ? rest.slice(0, 2) : rest.slice(0, 1);
  const char = escaped.length === 2 ? escaped.slice(1) : escaped;
  return [escaped, char.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')];
}

/**
 * Whether the rules leave out a path (with slashes, from the top). The last rule that matches decides; what is below a
 * folder that is left out is never asked about.
 */
export function isIgnored(path: string, isFolder: boolean, rules: readonly IgnoreRule[]): boolean {
  let ignored = false;
  for (const { base, pattern, negated, onlyFolders } of rules) {
    if (onlyFolders && !isFolder) continue;
    if (base !== '' && !path.startsWith(`${base}/`)) continue;
    if (pattern.test(base === '' ? path : path.slice(base.length + 1))) ignored = !negated;
  }
  return ignored;
}
