import { createInterface } from 'node:readline';
import type { CommandContext } from '../../cli/context.ts';
import { redactFile } from '../../security/redaction/redact-file.ts';
import { RULES } from '../../security/redaction/rules.ts';
import type { Redact } from '../../sources/recording-contents.ts';
import type { Manifest } from '../../sources/snapshot/manifest.ts';
import { usageError } from '../../util/errors.ts';
import { type LogWindow, severeLines, withinWindow } from './log-window.ts';

const CONFIRMATION = 'with secrets';

/** What is kept of each file, and what was found in them. */
export interface Keeping {
  readonly redact: Redact;
  readonly redaction: Manifest['redaction'];
  readonly hidden: () => number;
  /** Logs with severe lines, by path. */
  readonly severe: ReadonlyMap<string, number>;
}

/** Which lines of logs are kept, and which are counted. */
export interface LogRules {
  readonly window: LogWindow;
  readonly critical: readonly RegExp[];
  readonly ignored: readonly RegExp[];
}

/** Takes lines outside the window out of logs, and (unless `full`) secrets out of every file. */
export function keeping(full: boolean, { window, critical, ignored }: LogRules): Keeping {
  let hidden = 0;
  const severe = new Map<string, number>();
  const redact: Redact = (path, bytes) => {
    const isLog = path.endsWith('.log');
    const kept = isLog ? withinWindow(bytes, window) : bytes;
    const lines = isLog && critical.length > 0 ? severeLines(kept, critical, ignored) : 0;
    if (lines > 0) severe.set(path, lines);
    if (full) return kept;
    try {
      return redactFile(path, kept, () => {
        hidden += 1;
      });
    } catch (error) {
      // Nothing that could not be looked through is ever written.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  };
  const redaction = full ? { mode: 'none' } : { mode: 'default', rules: Object.keys(RULES) };
  return { redact, redaction, hidden: () => hidden, severe };
}

/** Has the user type that secrets are to be written. Throws exit 64 where nobody can, or does not. */
export async function confirmFullSecrets(context: CommandContext): Promise<void> {
  const { stdin, stderr } = context.io;
  if (!('isTTY' in stdin) || stdin.isTTY !== true) {
    throw usageError('--full-secrets asks for a confirmation, and stdin is no terminal', {
      hint: 'run it in a terminal; without it, secrets are left out and certificates stay',
    });
  }
  await stderr.write(
    `--full-secrets writes private keys, tokens and passwords of the cluster into a file.\nType "${CONFIRMATION}" to go on: `,
  );
  const lines = createInterface({ input: stdin, signal: context.signal });
  try {
    for await (const line of lines) {
      if (line.trim() === CONFIRMATION) return;
      break;
    }
  } finally {
    lines.close();
  }
  throw usageError('--full-secrets was not confirmed: nothing was written');
}
