import type { SourceErrorCode } from '../source-error.ts';
import { formatBytes } from './limits.ts';

/** A file of a store: its bytes, or why they can't be given. */
export type StoredFile =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly code: SourceErrorCode; readonly reason: string };

/** The answer for a file of more bytes than are read. */
export function tooLarge(size: number, mostBytes: number): StoredFile & { readonly ok: false } {
  const reason = `it has ${formatBytes(size)}, the limit is ${formatBytes(mostBytes)}`;
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
  /** The bytes of a file; `TooLarge` when it has more than `mostBytes`, or than is read at all. */
  read(path: string, mostBytes?: number): Promise<StoredFile>;
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
    read: (path, mostBytes) => store.read(prefix + path, mostBytes),
    head: (path, length) => store.head(prefix + path, length),
    newest: () => store.newest(),
    close: () => store.close(),
  };
}
