import { setImmediate as turn } from 'node:timers/promises';
import { dataError } from '../../util/errors.ts';
import { escapeLine } from '../../util/text.ts';
import { type ArchiveEntry, readArchive } from './archive-entries.ts';
import type { ArchiveFile } from './archive-file.ts';
import { collect } from './collect.ts';
import type { SnapshotLimits } from './limits.ts';
import type { StoredFile } from './store.ts';

/** An entry that the first pass found: how many come before it, and its bytes. */
export interface ListedEntry {
  readonly path: string;
  readonly position: number;
  readonly size: number;
}

/** What the cursors of one archive share. */
export interface CursorArchive {
  readonly file: ArchiveFile;
  readonly limits: SnapshotLimits;
  readonly signal: AbortSignal | undefined;
  readonly listed: ReadonlyMap<string, ListedEntry>;
  /** Called before each pass; an answer takes the place of the pass. */
  beforePass(): Promise<((path: string) => Promise<StoredFile>) | undefined>;
  /** Called with what was fetched. */
  fetched(path: string, bytes: Uint8Array): void;
}

type Settle = (file: StoredFile) => void;

/**
 * A place in an archive on disk from which reading goes on. It fetches what is asked of it in the order of the
 * archive, waits there for more, and begins anew at the start when all that is asked lies behind.
 */
export class ArchiveCursor {
  /** Position of the entry that it is at; -1 before the first. */
  position = -1;
  private readonly asked = new Map<string, Settle[]>();
  /** The last position that is or was asked for in this pass. */
  private furthest = -1;
  private reading: Promise<void> | undefined;
  private isClosed = false;
  private wake: (() => void) | undefined;

  constructor(private readonly archive: CursorArchive) {
    archive.signal?.addEventListener('abort', () => this.wake?.(), { once: true });
  }

  /** How many files it is asked for. */
  get load(): number {
    return this.asked.size;
  }

  /** The file of that path. Failures are answers, such as that the archive was changed since it was listed. */
  fetch(path: string): Promise<StoredFile> {
    return new Promise((resolve) => {
      this.asked.set(path, [...(this.asked.get(path) ?? []), resolve]);
      this.furthest = Math.max(this.furthest, this.positionOf(path));
      this.wake?.();
      this.reading ??= this.run();
    });
  }

  /** Answers what is still asked with a failure, and ends. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.wake?.();
    await this.reading;
  }

  private async run(): Promise<void> {
    try {
      // All that is asked in this turn is fetched together.
      await turn();
      while (this.asked.size > 0 && !this.isClosed) {
        this.position = -1;
        this.furthest = -1;
        for (const path of this.asked.keys()) this.furthest = Math.max(this.furthest, this.positionOf(path));
        const instead = await this.archive.beforePass();
        if (instead === undefined) await this.pass();
        else for (const path of [...this.asked.keys()]) this.settle(path, await instead(path));
      }
      this.settleAll('it was closed');
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      // A file that was changed looks damaged at places: the change is the reason then.
      const change = await this.archive.file.change().catch(() => undefined);
      this.settleAll(change ?? reason);
    } finally {
      this.reading = undefined;
    }
  }

  private pass(): Promise<void> {
    const { file, signal, limits } = this.archive;
    const input = { label: file.label, stream: file.stream(), signal };
    return readArchive(input, limits, (entry) => this.visit(entry));
  }

  private async visit(entry: ArchiveEntry): Promise<'stop' | undefined> {
    const { path, size } = entry;
    this.position += 1;
    const listed = this.archive.listed.get(path);
    if (listed?.position !== this.position || listed.size !== size)
      throw dataError(`${this.archive.file.label} was changed while it was read: ${escapeLine(path)} moved`);
    if (this.isClosed) return 'stop';
    if (!this.asked.has(path)) return undefined;
    const bytes = await collect(entry.content);
    const change = await this.archive.file.change();
    if (change !== undefined) throw dataError(change);
    this.archive.fetched(path, bytes);
    this.settle(path, { ok: true, bytes });
    return (await this.isWantedAhead()) ? undefined : 'stop';
  }

  /** Waits here for the next question, so that files asked for in their order cost one pass in all. */
  private async isWantedAhead(): Promise<boolean> {
    // Whoever has got an answer may ask for the next file at once.
    await turn();
    while (!this.isClosed && this.archive.signal?.aborted !== true) {
      if (this.furthest > this.position) return true;
      if (this.asked.size > 0) return false;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return false;
  }

  private positionOf(path: string): number {
    return this.archive.listed.get(path)?.position ?? -1;
  }

  private settle(path: string, file: StoredFile): void {
    const settles = this.asked.get(path) ?? [];
    this.asked.delete(path);
    for (const settle of settles) settle(file);
  }

  private settleAll(reason: string): void {
    for (const path of [...this.asked.keys()]) this.settle(path, { ok: false, code: 'Corrupt', reason });
  }
}
