import { hideInText } from '../util/secret-text.ts';
import { escapeLine } from '../util/text.ts';
import type { CliIo, TextOutput } from './io.ts';

/** Notes and progress for the person at the terminal: all on stderr, so that stdout holds data only. */
export interface Terminal {
  readonly color: boolean;
  /** Columns of stdout, `Infinity` when it is piped. */
  readonly width: number;
  /** One line on stderr, prefixed `note: ` or `warning: `. */
  note(message: string): Promise<void>;
  warn(message: string): Promise<void>;
  /** Shows (or replaces) the one progress line on stderr; only on a terminal and only after one second. */
  progress(message: string): void;
  /** Removes the progress line. */
  clearProgress(): void;
}

/** When colours are used: asked for, or on a terminal that takes them (NO_COLOR, TERM=dumb and FORCE_COLOR count). */
export function wantsColor(when: 'auto' | 'always' | 'never', io: CliIo, output: TextOutput): boolean {
  if (when !== 'auto') return when === 'always';
  if (io.env['NO_COLOR']) return false;
  if (io.env['FORCE_COLOR'] && io.env['FORCE_COLOR'] !== '0') return true;
  return output.isTTY && io.env['TERM'] !== 'dumb';
}

const PROGRESS_AFTER_MS = 1000;
/** Columns of a terminal that does not say how many it has: some say 0, such as those that other programs open. */
const USUAL_COLUMNS = 80;
/** Below, text would stand in single letters. */
const FEWEST_COLUMNS = 20;

function columnsOf(output: TextOutput): number {
  return Math.max(output.columns || USUAL_COLUMNS, FEWEST_COLUMNS);
}

/** The terminal of one run. */
export function createTerminal(io: CliIo, colorWhen: 'auto' | 'always' | 'never'): Terminal {
  const started = io.clock().getTime();
  let shown = false;
  const clearProgress = (): void => {
    if (shown) void io.stderr.write('\r\u001b[2K');
    shown = false;
  };
  const line = async (prefix: string, message: string): Promise<void> => {
    clearProgress();
    await io.stderr.write(`${prefix}: ${escapeLine(hideInText(message))}\n`);
  };
  return {
    color: wantsColor(colorWhen, io, io.stdout),
    width: io.stdout.isTTY ? columnsOf(io.stdout) : Infinity,
    note: (message) => line('note', message),
    warn: (message) => line('warning', message),
    clearProgress,
    progress: (message) => {
      if (!io.stderr.isTTY || io.clock().getTime() - started < PROGRESS_AFTER_MS) return;
      void io.stderr.write(`\r\u001b[2K${escapeLine(message).slice(0, columnsOf(io.stderr) - 1)}`);
      shown = true;
    },
  };
}
