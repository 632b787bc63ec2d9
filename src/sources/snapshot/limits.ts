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
  /** Memory for the unpacked files of an archive; from then on they are kept compressed. */
  readonly plainBytes: number;
  /** Memory for all that is kept of an archive, compressed files included. */
  readonly keptBytes: number;
  readonly pathLength: number;
  readonly depth: number;
}

const MiB = 1024 * 1024;

/** The limits that `--from` reads with. `entryBytes` is what can be parsed as JSON at all. */
export const DEFAULT_LIMITS: SnapshotLimits = {
  totalBytes: 16 * 1024 * MiB,
  entryBytes: 500 * MiB,
  entries: 500_000,
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
