import { constants, type Dirent } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { dataError } from '../../util/errors.ts';
import { compareText } from '../../util/text.ts';
import { Limiter } from '../limiter.ts';
import { chunksOf } from './archive-file.ts';
import { notASnapshot, severalSnapshots } from './detect.ts';
import { checkEntryPath } from './entry-path.ts';
import type { SnapshotLimits } from './limits.ts';
import { NO_SUCH_FILE, type SnapshotStore, type StoredFile, tooLarge } from './store.ts';

/**
 * The files below a folder, listed at once and read when asked for. Links are never followed and special files never
 * opened; asking for one answers why. Throws exit 65 when the folder can't be listed or holds more than allowed.
 */
export async function openFolder(
  folder: string,
  label: string,
  limits: SnapshotLimits,
): Promise<FolderStore> {
  const root = await realpath(folder);
  return new FolderStore(root, label, limits, await listFiles(root, label, limits));
}

const TOP_NAMES = new Set(['snapshot.json', 'clusters', 'bug-report.log', 'cluster', 'proxies', 'istio']);

/** Names in what other tools write, and of files that may hold objects. */
const OTHER_NAMES = /^(?:namespaces|cluster-scoped-resources|.*must-gather.*|.+\.(?:ya?ml|json))$/;

/**
 * The folder that may hold a snapshot: `folder` itself, or the one folder in it that looks like one. Looks at names
 * only, one level down, so that a wrong folder (a home folder) is told at once. Throws exit 65 when there is none.
 */
export async function findSnapshotFolder(folder: string, label: string): Promise<string> {
  const entries = await readFolder(folder, label);
  const names = entries.map((entry) => entry.name).sort(compareText);
  if (names.some((name) => TOP_NAMES.has(name))) return folder;
  const inner: string[] = [];
  let isOther = names.some((name) => OTHER_NAMES.test(name));
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const children: readonly string[] = await readdir(join(folder, entry.name)).catch(() => []);
    const isGathered = children.includes('namespaces') || children.includes('cluster-scoped-resources');
    if (!isGathered && children.some((name) => TOP_NAMES.has(name))) inner.push(entry.name);
    isOther ||= children.some((name) => OTHER_NAMES.test(name));
  }
  const [only, second] = inner;
  if (only === undefined && isOther) return folder;
  if (only === undefined) throw notASnapshot(names, label);
  if (second !== undefined) throw severalSnapshots(inner.sort(compareText), label);
  return join(folder, only);
}

/** Files that are open at a time: all proxies may be asked for at once, and some systems allow 256 files in all. */
const MOST_OPEN = 32;

interface Listing {
  readonly files: readonly string[];
  /** Paths that are there but are no plain files, with the reason. */
  readonly refused: ReadonlyMap<string, string>;
}

/** See `openFolder`. */
export class FolderStore implements SnapshotStore {
  readonly label: string;
  readonly paths: readonly string[];
  private readonly known: ReadonlySet<string>;
  private readonly room = new Limiter(MOST_OPEN);

  constructor(
    private readonly root: string,
    label: string,
    private readonly limits: SnapshotLimits,
    private readonly listing: Listing,
  ) {
    this.label = label;
    this.paths = listing.files;
    this.known = new Set(listing.files);
  }

  async read(path: string, mostBytes = this.limits.entryBytes): Promise<StoredFile> {
    const refused = this.listing.refused.get(path);
    if (refused !== undefined) return { ok: false, code: 'Corrupt', reason: refused };
    if (!this.known.has(path)) return NO_SUCH_FILE;
    const most = Math.min(mostBytes, this.limits.entryBytes);
    return this.withFile<StoredFile>(path, async (file, size) => {
      if (size > most) return tooLarge(size, most);
      return { ok: true, bytes: await file.readFile() };
    });
  }

  /**
   * Gives the content of a file of any size piece by piece; once more, with `undefined` in its place, when it can't be
   * read (to its end). Throws what `take` throws for another reason.
   */
  async stream(
    path: string,
    take: (size: number, content: AsyncIterable<Uint8Array> | undefined) => Promise<void>,
  ): Promise<void> {
    const failures: unknown[] = [];
    let isUnread = false;
    const noted = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      try {
        yield* chunks;
      } catch (cause) {
        isUnread = true;
        throw cause;
      }
    };
    const file = await this.withFile<StoredFile>(path, async (handle, size) => {
      await take(size, noted(chunksOf(handle.fd))).catch((cause: unknown) => failures.push(cause));
      return { ok: true, bytes: new Uint8Array() };
    });
    if (isUnread || !file.ok) await take(0, undefined);
    else if (failures.length > 0) throw failures[0];
  }

  async head(path: string, length: number): Promise<Uint8Array> {
    if (!this.known.has(path)) return new Uint8Array();
    const answer = await this.withFile<StoredFile>(path, async (file) => {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, 0);
      return { ok: true, bytes: buffer.subarray(0, bytesRead) };
    });
    return answer.ok ? answer.bytes : new Uint8Array();
  }

  async newest(): Promise<Date | undefined> {
    let newest = 0;
    for (const path of this.paths) {
      const stats = await lstat(join(this.root, path)).catch(() => undefined);
      newest = Math.max(newest, stats?.mtimeMs ?? 0);
    }
    return newest === 0 ? undefined : new Date(newest);
  }

  async close(): Promise<void> {}

  private async withFile<T extends StoredFile>(
    path: string,
    use: (file: FileHandle, size: number) => Promise<T>,
  ): Promise<T | StoredFile> {
    return this.room.run(() => this.withOpenFile(path, use));
  }

  private async withOpenFile<T extends StoredFile>(
    path: string,
    use: (file: FileHandle, size: number) => Promise<T>,
  ): Promise<T | StoredFile> {
    let file: FileHandle | undefined;
    try {
      file = await open(join(this.root, path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
      const stats = await file.stat();
      if (!stats.isFile()) return { ok: false, code: 'Corrupt', reason: 'it is not a plain file' };
      return await use(file, stats.size);
    } catch (cause) {
      return { ok: false, code: 'Corrupt', reason: `the file can't be read (${systemCode(cause)})` };
    } finally {
      await file?.close();
    }
  }
}

/** The system's name for a failed file operation, such as `EACCES`; `unknown error` for anything else. */
export function systemCode(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'unknown error';
}

async function listFiles(root: string, label: string, limits: SnapshotLimits): Promise<Listing> {
  const files: string[] = [];
  const refused = new Map<string, string>();
  let seen = 0;
  let folders: string[] = [''];
  while (folders.length > 0) {
    const next: string[] = [];
    for (const { folder, entries } of await Promise.all(
      folders.splice(0, 32).map((at) => children(root, at, label)),
    )) {
      seen += entries.length;
      if (seen > limits.entries) throw dataError(`${label} holds more than ${limits.entries} files`);
      for (const entry of entries) {
        const checked = checkEntryPath(folder + entry.name, limits);
        if ('refused' in checked) refused.set(folder + entry.name, `it is passed over: ${checked.refused}`);
        else if (checked.path === undefined) continue;
        else if (entry.isDirectory()) next.push(`${checked.path}/`);
        else if (entry.isFile()) files.push(checked.path);
        else refused.set(checked.path, `it is ${kindOf(entry)}, only plain files are read`);
      }
    }
    folders = folders.concat(next);
  }
  return { files: files.sort(compareText), refused };
}

async function children(
  root: string,
  folder: string,
  label: string,
): Promise<{ folder: string; entries: Dirent[] }> {
  return {
    folder,
    entries: await readFolder(join(root, folder), folder === '' ? label : `${label}/${folder}`),
  };
}

async function readFolder(path: string, label: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (cause) {
    const code = systemCode(cause);
    const hint = code === 'EACCES' ? `chmod -R u+rX ${label} lets you read it, if it is yours` : undefined;
    throw dataError(`can't list ${label} (${code})`, { cause, hint });
  }
}

function kindOf(entry: Dirent): string {
  if (entry.isSymbolicLink()) return 'a symbolic link';
  if (entry.isFIFO()) return 'a named pipe';
  if (entry.isSocket()) return 'a socket';
  return 'a device';
}
