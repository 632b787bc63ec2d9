import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { extract } from '../helpers/unpack.ts';

/** A line of `contents[]`, as it is written. */
export interface Entry {
  readonly path: string;
  readonly question: string;
  readonly status: 'ok' | 'partial' | 'failed' | 'skipped';
  readonly code?: string;
  readonly reason?: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** An archive read by own means: its index, its files, and where the two disagree. */
export interface OpenedArchive {
  readonly entries: readonly Entry[];
  readonly files: ReadonlyMap<string, Buffer>;
  /** Paths whose file is not what the index says of it, or that the index does not know. */
  readonly untrue: readonly string[];
}

/** Opens an archive. Throws when it is none. */
export function openArchive(path: string): OpenedArchive {
  const folder = mkdtempSync(join(tmpdir(), 'opened-'));
  try {
    extract(readFileSync(path), folder);
    const files = new Map(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .map((file) => {
          const full = join(file.parentPath, file.name);
          return [full.slice(folder.length + 1).replaceAll(sep, '/'), readFileSync(full)] as const;
        }),
    );
    const { contents } = JSON.parse(String(files.get('snapshot.json'))) as { contents: Entry[] };
    const listed = new Set(contents.map((entry) => entry.path));
    const unlisted = [...files.keys()].filter(
      (name) => !listed.has(name) && name !== 'snapshot.json' && !name.startsWith('report/'),
    );
    const wrong = contents.filter((entry) => !isTrue(entry, files.get(entry.path)));
    return { entries: contents, files, untrue: [...wrong.map((entry) => entry.path), ...unlisted] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isTrue({ status, reason, bytes, sha256 }: Entry, file: Buffer | undefined): boolean {
  if (status === 'failed' || status === 'skipped')
    return file === undefined && bytes === 0 && sha256 === '' && (reason ?? '') !== '';
  if (file === undefined || (status === 'partial') !== (reason !== undefined)) return false;
  return bytes === file.length && sha256 === createHash('sha256').update(file).digest('hex');
}
