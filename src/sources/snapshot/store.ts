import type { SourceErrorCode } from '../source-error.ts';
import { formatBytes, type SnapshotLimits } from './limits.ts';

/** A file of a store: its bytes, or why they can't be given. */
export type StoredFile =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly code: SourceErrorCode; readonly reason: string };

/** The answer for a file of `size` bytes that is larger than any that is read. */
export function tooLarge(size: number, limits: SnapshotLimits): StoredFile & { readonly ok: false } {
  const reason = `it has ${formatBytes(size)}, the limit is ${formatBytes(limits.entryBytes)}`;
  return { ok: false, code: 'TooLarge', reason };
}

/** The answer for a path that the store does not have. */
export const NO_SUCH_FILE: StoredFile = {
  ok: false,
  code: 'NotRecorded',
  reason: 'there is no such file',
};

/**
 * Named files, wherever they are kept: a folder, an archive. Paths are relative, with `/` between segments, and have
 * been checked: none is absolute, holds `..`, or leads through a link.
 */
export interface SnapshotStore {
  /** Path or name that the user gave. */
  readonly label: string;
  /** All files, sorted. */
  readonly paths: readonly string[];
  read(path: string): Promise<StoredFile>;
  /** The first bytes of a file, for a look at what it is; empty when it can't be read. */
  head(path: string, length: number): Promise<Uint8Array>;
  /** When the newest file was last changed. */
  newest(): Promise<Date | undefined>;
  close(): Promise<void>;
}

/** The part of a store below `prefix` (`snapshot/`), as a store of its own; other files are left out. */
export function below(store: SnapshotStore, prefix: string): SnapshotStore {
  if (prefix === '') return store;
  return {
    label: store.label,
    paths: store.paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)),
    read: (path) => store.read(prefix + path),
    head: (path, length) => store.head(prefix + path, length),
    newest: () => store.newest(),
    close: () => store.close(),
  };
}
