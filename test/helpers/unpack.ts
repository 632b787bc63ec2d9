import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Unpacks a `.tar.gz` of plain files with short names that a test made itself. */
export function extract(archive: Uint8Array, folder: string): void {
  const tar = gunzipSync(archive);
  let long: string | undefined;
  for (let at = 0; at + 512 <= tar.length; ) {
    const text = (from: number, length: number): string =>
      tar
        .subarray(at + from, at + from + length)
        .toString('utf8')
        .replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12), 8);
    const content = tar.subarray(at + 512, at + 512 + size);
    const type = text(156, 1);
    const prefix = text(345, 155);
    const name = long ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`);
    if (name === '') return;
    long = type === 'x' ? /\d+ path=([^\n]*)/.exec(content.toString('utf8'))?.[1] : undefined;
    if (type === '0' || type === '') {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
