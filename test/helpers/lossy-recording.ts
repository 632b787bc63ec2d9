import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run.ts';

/** A copy of a mesh of the fixtures without some of its files, and without what its index says of them. */
export function lossyRecording(folder: string, lost: RegExp, mesh = 'shop'): string {
  cpSync(join(ROOT, 'fixtures/meshes', mesh), folder, { recursive: true });
  const index = JSON.parse(readFileSync(join(folder, 'snapshot.json'), 'utf8'));
  const contents: readonly { readonly path: string }[] = index.contents;
  for (const { path } of contents) if (lost.test(path)) rmSync(join(folder, path), { force: true });
  index.contents = contents.filter(({ path }) => !lost.test(path));
  writeFileSync(join(folder, 'snapshot.json'), JSON.stringify(index));
  return folder;
}
