import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ExitCode, MeshscopeError } from '../../util/errors.ts';
import type { CliIo } from '../io.ts';
import { type JournalEntry, journalText, parseJournal } from './journal-entry.ts';

/** A change that is written down, and where. */
export interface Journaled {
  readonly file: string;
  readonly entry: JournalEntry;
}

/** What killed runs left behind. */
export interface LeftBehind {
  readonly entries: readonly Journaled[];
  /** Files that can't be read as a change. */
  readonly damaged: readonly string[];
}

const PREFIX = 'log-levels-';
const SUFFIX = '.json';
/** A run that should have put its levels back this long ago is not going to. */
const OVERDUE_MS = 60_000;

/**
 * Where changes of log levels are written down before they are made, one file a pod, so that they can be taken back
 * after a crash: `$XDG_STATE_HOME/meshscope`, else `~/.local/state/meshscope`. Only the user can read it.
 */
export class Journal {
  readonly #folder: string | undefined;
  readonly #io: CliIo;
  #count = 0;

  constructor(io: CliIo) {
    this.#io = io;
    this.#folder = stateFolder(io.env);
  }

  /** Writes a change down; it is on the disk when this returns. Throws when it can't be written. */
  async add(entry: JournalEntry): Promise<Journaled> {
    if (this.#folder === undefined) {
      throw new MeshscopeError(
        'NoStateFolder',
        ExitCode.no,
        'there is no place to write down what must be put back',
        {
          hint: 'set XDG_STATE_HOME to a folder that lasts',
        },
      );
    }
    const time = entry.createdAt.replace(/\D/g, '').slice(0, 14);
    const name = `${PREFIX}${time}-${process.pid}-${++this.#count}`;
    const file = join(this.#folder, `${name}${SUFFIX}`);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const draft = join(this.#folder, `${name}.part`);
      const handle = await open(draft, 'wx', 0o600);
      try {
        await handle.writeFile(journalText(entry));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new MeshscopeError('WriteFailed', ExitCode.no, `can't write down what must be put back: ${why}`, {
        lines: [['where', this.#folder]],
        hint: 'set XDG_STATE_HOME to a folder that can be written; nothing was changed',
        cause,
      });
    }
    return { file, entry };
  }

  /** Forgets a change. One that can't be removed is found again, and does no harm: its levels are there already. */
  async remove({ file }: Journaled): Promise<void> {
    await unlink(file).catch(() => {});
  }

  /** The changes whose runs ended without taking them back, oldest first. A run that is still waiting keeps its own. */
  async leftBehind(): Promise<LeftBehind> {
    const folder = this.#folder;
    if (folder === undefined) return { entries: [], damaged: [] };
    const names = await readdir(folder).catch((): string[] => []);
    const entries: Journaled[] = [];
    const damaged: string[] = [];
    for (const name of names.filter((one) => one.startsWith(PREFIX) && one.endsWith(SUFFIX)).sort()) {
      const file = join(folder, name);
      const text = await readFile(file, 'utf8').catch(() => undefined);
      // Another run has just taken it back.
      if (text === undefined) continue;
      const entry = parseJournal(text);
      if (entry === undefined) damaged.push(file);
      else if (!isWaiting(entry, this.#io.clock())) entries.push({ file, entry });
    }
    return { entries, damaged };
  }
}

/** The folder of what must outlast a run; `undefined` where the environment names no home. */
export function stateFolder(env: CliIo['env']): string | undefined {
  const state = env['XDG_STATE_HOME'];
  // The XDG specification: a relative path is to be ignored.
  if (state && isAbsolute(state)) return join(state, 'meshscope');
  const home = env['HOME'] ?? env['USERPROFILE'];
  return home ? join(home, '.local', 'state', 'meshscope') : undefined;
}

/** Whether the process that made the change still lives and means to take it back. */
function isWaiting({ host, pid, deadline }: JournalEntry, now: Date): boolean {
  if (now.getTime() > Date.parse(deadline) + OVERDUE_MS) return false;
  if (host !== hostname()) return true;
  try {
    // Signal 0 asks only whether there is such a process.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
