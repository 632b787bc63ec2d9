// The demo mesh as one archive, byte for byte the same from the same files.
import { createWriteStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ROOT } from './run.mjs';

/** Packs a mesh of the fixtures into an archive that `--from` opens by name. */
export async function packDemo(mesh, target) {
  const { pack } = await import('tar-stream');
  const folder = join(ROOT, 'fixtures/meshes', mesh);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const archive = pack();
  const written = pipeline(archive, createGzip({ level: 9 }), createWriteStream(target));
  for (const file of files.sort()) {
    const name = `demo/${file.slice(folder.length + 1).replaceAll('\\', '/')}`;
    archive.entry({ name, mode: 0o644, mtime: new Date(0) }, await readFile(file));
  }
  archive.finalize();
  await written;
}
