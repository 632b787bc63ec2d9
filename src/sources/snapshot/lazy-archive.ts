import { dataError } from '../../util/errors.ts';
import { compareText } from '../../util/text.ts';
import { ArchiveCursor, type CursorArchive, type ListedEntry } from './archive-cursor.ts';
import { readArchive } from './archive-entries.ts';
import type { ArchiveFile } from './archive-file.ts';
import { openArchive } from './archive-store.ts';
import { collect } from './collect.ts';
import type { SnapshotLimits } from './limits.ts';
import { RecentFiles, SmallFiles } from './small-files.ts';
import { NO_SUCH_FILE, type SnapshotStore, type StoredFile, tooLarge } from './store.ts';

/**
 * The files of an archive on disk. A first pass checks all of it and keeps its small files; what else is asked for is
 * fetched by going on through the archive from where an earlier answer was, or from its start where it lies behind.
 * Throws what `readArchive` throws.
 */
export async function openLazyArchive(
  file: ArchiveFile,
  limits: SnapshotLimits,
  signal: AbortSignal | undefined,
): Promise<LazyArchive> {
  const archive = new LazyArchive(file, limits, signal);
  try {
    await archive.list();
  } catch (cause) {
    await file.close();
    throw cause;
  }
  return archive;
}

/** Files that there is one of for each proxy or node: few of them are ever asked for at once. */
const ONE_A_PROXY = /(?:^|\/)(?:proxies|ztunnel|cni|logs|pods)\//;

/** How many times its size such a file counts. */
const ONE_A_PROXY_FACTOR = 32;

/** Places from which reading goes on: files are asked for in several orders at once, such as two for each proxy. */
const MOST_CURSORS = 4;

/** See `openLazyArchive`. */
export class LazyArchive implements SnapshotStore, CursorArchive {
  paths: readonly string[] = [];
  readonly listed = new Map<string, ListedEntry>();
  /** What reading cost so far: times that the archive was gone through or begun, files and bytes that were fetched. */
  readonly cost = { passes: 0, fetchedFiles: 0, fetchedBytes: 0 };
  private readonly small: SmallFiles;
  private readonly recent: RecentFiles;
  private readonly cursors: ArchiveCursor[] = [];
  private whole: Promise<SnapshotStore | undefined> | undefined;
  private newestTime = 0;

  constructor(
    readonly file: ArchiveFile,
    readonly limits: SnapshotLimits,
    readonly signal: AbortSignal | undefined,
  ) {
    this.small = new SmallFiles(limits.smallBytes);
    this.recent = new RecentFiles(limits.smallBytes);
  }

  get label(): string {
    return this.file.label;
  }

  /** Bytes of the small files that the first pass kept. */
  get keptBytes(): number {
    return this.small.total;
  }

  /** The first pass. */
  async list(): Promise<void> {
    this.cost.passes += 1;
    await readArchive(this.input(), this.limits, async (entry) => {
      const { path, size, modified } = entry;
      this.listed.set(path, { path, position: this.listed.size, size });
      this.newestTime = Math.max(this.newestTime, modified.getTime() || 0);
      const factor = ONE_A_PROXY.test(path) ? ONE_A_PROXY_FACTOR : 1;
      if (this.small.wants(size, factor)) this.small.set(path, await collect(entry.content), factor);
      return undefined;
    });
    await this.refuseChange();
    this.paths = [...this.listed.keys()].sort(compareText);
  }

  async read(path: string, mostBytes = this.limits.entryBytes): Promise<StoredFile> {
    const entry = this.listed.get(path);
    if (entry === undefined) return NO_SUCH_FILE;
    const most = Math.min(mostBytes, this.limits.entryBytes);
    if (entry.size > most) return tooLarge(entry.size, most);
    const bytes = this.small.get(path) ?? this.recent.get(path);
    return bytes === undefined ? this.cursorFor(entry).fetch(path) : { ok: true, bytes };
  }

  async head(path: string, length: number): Promise<Uint8Array> {
    const file = await this.read(path);
    return file.ok ? file.bytes.subarray(0, length) : new Uint8Array();
  }

  async newest(): Promise<Date | undefined> {
    return this.newestTime === 0 ? undefined : new Date(this.newestTime);
  }

  async close(): Promise<void> {
    await Promise.all(this.cursors.map((cursor) => cursor.close()));
    this.listed.clear();
    this.small.clear();
    this.recent.clear();
    await this.file.close();
  }

  /**
   * The nearest cursor before the entry, else a new one, else the one with the least to do, which begins anew.
   */
  private cursorFor({ position }: ListedEntry): ArchiveCursor {
    const before = this.cursors.filter((cursor) => cursor.position < position);
    const nearest = before.sort((a, b) => b.position - a.position)[0];
    if (nearest !== undefined) return nearest;
    if (this.cursors.length < MOST_CURSORS) {
      const cursor = new ArchiveCursor(this);
      this.cursors.push(cursor);
      return cursor;
    }
    return [...this.cursors].sort((a, b) => a.load - b.load)[0] as ArchiveCursor;
  }

  /** Files asked for in no order at all would cost a pass each: from some number on, everything is kept. */
  async beforePass(): Promise<((path: string) => Promise<StoredFile>) | undefined> {
    await this.refuseChange();
    if (this.cost.passes < this.limits.passes) {
      this.cost.passes += 1;
      return undefined;
    }
    if (this.whole === undefined) this.cost.passes += 1;
    this.whole ??= openArchive(this.input(), this.limits).catch(() => undefined);
    const whole = await this.whole;
    if (whole !== undefined) return (path) => whole.read(path);
    // It does not fit into memory: a pass for each question is slow, but it answers. What else is wrong, it tells.
    this.cost.passes += 1;
    return undefined;
  }

  fetched(path: string, bytes: Uint8Array): void {
    this.cost.fetchedFiles += 1;
    this.cost.fetchedBytes += bytes.byteLength;
    this.recent.set(path, bytes);
  }

  private async refuseChange(): Promise<void> {
    const change = await this.file.change();
    if (change === undefined) return;
    throw dataError(change, { hint: 'run the command again when nothing writes to it any more' });
  }

  private input(): Parameters<typeof readArchive>[0] {
    const { label, signal } = this;
    return { label, stream: this.file.stream(), signal };
  }
}
