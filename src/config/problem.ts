/** What keeps a file, or a part of it, from being read as it was meant; `lost`: it is missing from what was read. */
export interface ConfigProblem {
  readonly kind:
    | 'syntax'
    | 'template'
    | 'duplicate-key'
    | 'depth'
    | 'alias'
    | 'key'
    | 'number'
    | 'encoding'
    | 'too-large'
    | 'unreadable'
    | 'no-resource'
    | 'unknown-kind';
  readonly message: string;
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly lost: boolean;
}

/** `file:line:column: message`. */
export function problemText({ file, line, column, message }: ConfigProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}
