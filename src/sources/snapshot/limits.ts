/**
 * What an archive or a folder may hold before it is refused: archives come from other people, and a few kilobytes of
 * gzip can claim terabytes. The defaults fit meshes of some ten thousand proxies.
 */
export interface SnapshotLimits {
  /** Uncompressed bytes of a whole archive. */
  readonly totalBytes: number;
  /** Uncompressed bytes of one file; a larger one is passed over and answers `TooLarge`. */
  readonly entryBytes: number;
  /** Files and folders. */
  readonly entries: number;
  /** Uncompressed to compressed bytes, looked at once `ratioFrom` bytes are unpacked. */
  readonly ratio: number;
  readonly ratioFrom: number;
  /** Characters of all names together. */
  readonly nameLength: number;
  /** Memory for the small files of an archive on disk, found while it is listed, and again for files lately asked for. */
  readonly smallBytes: number;
  /** Times an archive is read for what is asked; from then on all of it is kept, as it is of one that is piped in. */
  readonly passes: number;
  /** Memory for the unpacked files of an archive that can be read once only; from then on they are kept compressed. */
  readonly plainBytes: number;
  /** Memory for all that is kept of such an archive, compressed files included. */
  readonly keptBytes: number;
  readonly pathLength: number;
  readonly depth: number;
}

const MiB = 1024 * 1024;

/** The limits that `--from` reads with. `entryBytes` is what can be parsed as JSON at all. */
export const DEFAULT_LIMITS: SnapshotLimits = {
  totalBytes: 16 * 1024 * MiB,
  entryBytes: 500 * MiB,
  entries: 250_000,
  nameLength: 64 * MiB,
  smallBytes: 32 * MiB,
  passes: 8,
  ratio: 400,
  ratioFrom: 64 * MiB,
  plainBytes: 256 * MiB,
  keptBytes: 1024 * MiB,
  pathLength: 1024,
  depth: 24,
};

/** `1.5 GiB`, `20 MiB`, `312 bytes`. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1024 * MiB) return `${trim(bytes / 1024 / MiB)} GiB`;
  if (bytes >= MiB) return `${trim(bytes / MiB)} MiB`;
  if (bytes >= 10 * 1024) return `${trim(bytes / 1024)} KiB`;
  return `${bytes} bytes`;
}

function trim(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
