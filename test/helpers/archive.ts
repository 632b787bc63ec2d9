import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { ROOT } from './run.ts';

/** An entry of a made-up archive: a path and its content; `header` sets what an honest writer would not. */
export interface FakeEntry {
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly header?: Partial<Header>;
}

/** A tar of `entries` in their order, owned by nobody, at one time. */
export async function tarOf(
  entries: readonly FakeEntry[],
  mtime = new Date(1_000_000_000_000),
): Promise<Buffer> {
  const archive = pack();
  for (const { path, content = '', header } of entries) {
    archive.entry({ name: path, mtime, ...header }, Buffer.from(content));
  }
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** The same, gzipped. */
export async function tarGzOf(entries: readonly FakeEntry[]): Promise<Buffer> {
  return gzipSync(await tarOf(entries), { level: 1 });
}

/** A stream that hands out `bytes` in pieces of `size`, as a pipe would. */
export function streamOf(bytes: Uint8Array, size = 16 * 1024): Readable {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; at += size) pieces.push(bytes.subarray(at, at + size));
  return Readable.from(pieces);
}

/** The files of a folder below `fixtures/`, sorted, with `/` in their paths. */
export function fixtureFiles(folder: string): { path: string; content: Buffer }[] {
  const root = join(ROOT, 'fixtures', folder);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll(sep, '/'),
    )
    .sort()
    .map((path) => ({ path, content: readFileSync(join(root, path)) }));
}
