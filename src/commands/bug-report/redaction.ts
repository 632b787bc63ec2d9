import { createInterface } from 'node:readline';
import type { CommandContext } from '../../cli/context.ts';
import type { Pseudonymizer } from '../../security/pseudonyms/pseudonymizer.ts';
import type { OwnRules } from '../../security/redaction/own-rules.ts';
import { type RedactionPass, redactFile, redactLines } from '../../security/redaction/redact-file.ts';
import { RULES } from '../../security/redaction/rules.ts';
import type { Redact, Renaming } from '../../sources/recording-contents.ts';
import type { Manifest } from '../../sources/snapshot/manifest.ts';
import { usageError } from '../../util/errors.ts';
import { type LogWindow, severeLines, withinWindow } from './log-window.ts';
import type { Pseudonyms } from './pseudonyms.ts';

const CONFIRMATION = 'with secrets';

/** What is kept of each file, and what was found in them. */
export interface Keeping {
  readonly redact: Redact;
  readonly redaction: Manifest['redaction'];
  /** What the index says: questions and reasons without secrets, and with pseudonyms; `undefined` with secrets. */
  readonly renaming: Renaming | undefined;
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

/** What is done to each file besides taking secrets out. */
export interface Besides {
  /** Rules of a configuration file. */
  readonly own?: OwnRules | undefined;
  readonly pseudonyms?: Pseudonyms | undefined;
}

/** Takes lines outside the window out of logs, and (unless `full`) secrets out of every file; then names. */
export function keeping(
  full: boolean,
  { window, critical, ignored }: LogRules,
  { own, pseudonyms }: Besides = {},
): Keeping {
  let hidden = 0;
  const severe = new Map<string, number>();
  const renamed = pseudonyms === undefined ? [] : [passOf(pseudonyms.pseudonymizer)];
  const redact: Redact = (path, bytes) => {
    const isLog = path.endsWith('.log');
    const kept = isLog ? withinWindow(bytes, window) : bytes;
    const lines = isLog && critical.length > 0 ? severeLines(kept, critical, ignored) : 0;
    if (lines > 0) severe.set(path, lines);
    if (full) return kept;
    const found = (): void => {
      hidden += 1;
    };
    // The report is made of files that have pseudonyms already.
    const names = path.startsWith('report/') ? [] : renamed;
    const passes = [...(own === undefined ? [] : [own.pass(found)]), ...names];
    try {
      return redactFile(path, kept, found, passes);
    } catch (error) {
      // Nothing that could not be looked through is ever written.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  };
  const renaming = full ? pseudonyms?.renaming : withoutSecrets(pseudonyms?.renaming);
  return { redact, redaction: toldOf(full, pseudonyms), renaming, hidden: () => hidden, severe };
}

/** What somebody answered to a question stands in the index as a reason, whatever is in it. */
function withoutSecrets(renaming: Renaming | undefined): Renaming {
  const clean = (text: string): string => redactLines(text);
  if (renaming === undefined) return { segments: (all) => all, text: clean, whole: (text) => text };
  return { ...renaming, text: (text) => renaming.text(clean(text)) };
}

function toldOf(full: boolean, pseudonyms: Pseudonyms | undefined): Manifest['redaction'] {
  if (full) return { mode: 'none' };
  const rules = Object.keys(RULES);
  if (pseudonyms === undefined) return { mode: 'default', rules };
  return { mode: 'pseudonyms', rules, pseudonyms: [...pseudonyms.pseudonymizer.what] };
}

function passOf(pseudonymizer: Pseudonymizer): RedactionPass {
  return { json: (value) => pseudonymizer.json(value), text: (text) => pseudonymizer.text(text) };
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
