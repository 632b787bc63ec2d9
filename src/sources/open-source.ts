import type { Stats } from 'node:fs';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { dataError, type MeshscopeError, notFoundError, usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';
import { demoPath, isDemo } from './demo.ts';
import type { Layout } from './snapshot/detect.ts';
import { DEFAULT_LIMITS, type SnapshotLimits } from './snapshot/limits.ts';
import type { SnapshotStore } from './snapshot/store.ts';
import type { MeshSource } from './source.ts';

/** What `--from` needs of its surroundings. */
export interface OpenOptions {
  /** `demo`, `demo-ambient`, a folder, an archive, or `-` for an archive on stdin. */
  readonly from: string;
  /** Relative paths start here. */
  readonly cwd: string;
  readonly stdin: Readable;
  /** The time now, for data that does not tell its own. */
  readonly clock: () => Date;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: SnapshotLimits | undefined;
  /** What messages call the place that names it; `--from` when absent. */
  readonly option?: string | undefined;
}

/**
 * Opens what `--from` names: the demo mesh, a snapshot (folder, .tar.gz, .tar, stdin) or a bug-report archive of the
 * reference tool. Throws exit 66 when there is no such file, 65 when it can't be read as one of these, 64 when stdin
 * is a terminal.
 */
export async function openSource(options: OpenOptions): Promise<MeshSource> {
  const store = await openStore(options);
  try {
    const [{ findLayout }, { below }] = await Promise.all([
      import('./snapshot/detect.ts'),
      import('./snapshot/store.ts'),
    ]);
    const layout = findLayout(store.paths, store.label) ?? (await nestedLayout(store));
    if (layout === undefined) return await openOther(store, options.clock);
    const files = below(store, layout.prefix);
    if (layout.kind === 'reference') {
      const { openReferenceArchive } = await import('./snapshot/reference-archive.ts');
      return await openReferenceArchive(files, options.clock);
    }
    const { openSnapshot } = await import('./snapshot/open-snapshot.ts');
    return await openSnapshot(files, options.clock);
  } catch (cause) {
    await store.close();
    throw cause;
  }
}

/** What lies deeper than one folder, unless the whole is what another tool wrote. */
async function nestedLayout({ paths, label }: SnapshotStore): Promise<Layout | undefined> {
  const [{ findNestedLayout }, { layoutOfPaths }] = await Promise.all([
    import('./snapshot/detect.ts'),
    import('./snapshot/foreign/layouts.ts'),
  ]);
  return layoutOfPaths(paths) === undefined ? findNestedLayout(paths, label) : undefined;
}

/** What other tools write, as far as it is known. Throws exit 65 for anything else. */
async function openOther(store: SnapshotStore, clock: () => Date): Promise<MeshSource> {
  const [{ recogniseForeign }, { openForeign }, { notASnapshot }] = await Promise.all([
    import('./snapshot/foreign/recognise.ts'),
    import('./snapshot/foreign/source.ts'),
    import('./snapshot/detect.ts'),
  ]);
  const layout = await recogniseForeign(store);
  if (layout === undefined) throw notASnapshot(store.paths, store.label);
  return openForeign(store, layout, clock);
}

async function openStore({
  from,
  cwd,
  stdin,
  signal,
  limits = DEFAULT_LIMITS,
  option = '--from',
}: OpenOptions): Promise<SnapshotStore> {
  if (from === '-') {
    if ('isTTY' in stdin && stdin.isTTY === true) {
      throw usageError(`${option} - reads an archive from stdin, which is the terminal`, {
        hint: `meshscope … ${option === '--from' ? '--from -' : '-'} < snapshot.tar.gz`,
      });
    }
    const { openArchive } = await import('./snapshot/archive-store.ts');
    return openArchive({ label: 'stdin', stream: stdin, signal }, limits);
  }
  const isBundled = isDemo(from);
  const path = isBundled ? demoPath(from) : resolve(cwd, from);
  const stats = await statInput(path, from, option);
  if (stats.isDirectory()) {
    const { findSnapshotFolder, openFolder } = await import('./snapshot/folder-store.ts');
    return openFolder(await findSnapshotFolder(path, from), from, limits);
  }
  if (stats.isFile()) {
    const { ArchiveFile } = await import('./snapshot/archive-file.ts');
    const { openLazyArchive } = await import('./snapshot/lazy-archive.ts');
    const file = await ArchiveFile.open(path, from).catch((cause: unknown) => {
      throw unreadable(from, cause);
    });
    return openLazyArchive(file, limits, signal);
  }
  if (!stats.isFIFO()) throw dataError(`${from} is neither a file nor a folder`);
  const { openArchive } = await import('./snapshot/archive-store.ts');
  return openArchive({ label: from, stream: createReadStream(path), signal }, limits);
}

async function statInput(path: string, from: string, option: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(from, cause);
    const siblings = await readdir(dirname(path)).catch(() => []);
    const near = nearest(basename(path), siblings).map((name) => join(dirname(from), name));
    throw notFoundError(`there is no file or folder ${from}`, {
      lines: near.length === 0 ? [] : [['near', near.join(', ')]],
      hint: `${option} takes a folder, a .tar.gz, - (stdin) or demo`,
    });
  }
}

function unreadable(from: string, cause: unknown): MeshscopeError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : 'unknown error';
  return dataError(`can't read ${from} (${String(code)})`, { cause });
}
