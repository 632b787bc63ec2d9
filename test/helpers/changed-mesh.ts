import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './run.ts';

/** Changes the parsed content of a file; what it returns, or the changed content itself, is written. */
export type Edit = (content: never) => unknown;

/** A file of a recording, and what is done to it; `undefined` removes it. */
export type Edits = Readonly<Record<string, Edit | undefined>>;

const KUBERNETES = 'clusters/demo/kubernetes/';

/**
 * Makes a copy of a recorded mesh in `folder`, with some of its files changed as time would have. Paths are relative to
 * the recording; those of objects (`apps/v1/deployments`) to their folder, and their edit is given the items.
 */
export function changedMesh(mesh: string, folder: string, edits: Edits, createdAt?: string): string {
  const from = join(ROOT, 'fixtures/meshes', mesh);
  rmSync(folder, { recursive: true, force: true });
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const to = join(folder, path.slice(from.length));
    mkdirSync(dirname(to), { recursive: true });
    // What is not changed need not be copied.
    try {
      linkSync(path, to);
    } catch {
      cpSync(path, to);
    }
  }
  const paths = new Set<string>();
  for (const [name, edit] of Object.entries(edits)) {
    const path = name.endsWith('.json') ? name : `${KUBERNETES}${name}.json`;
    paths.add(path);
    const file = join(folder, path);
    const content = JSON.parse(readFileSync(file, 'utf8'));
    rmSync(file);
    if (edit === undefined) continue;
    const isList = !name.endsWith('.json');
    const changed = edit((isList ? content.items : content) as never);
    const whole = isList ? { ...content, items: changed ?? content.items } : (changed ?? content);
    writeFileSync(file, JSON.stringify(whole));
  }
  const index = join(folder, 'snapshot.json');
  const manifest = JSON.parse(readFileSync(index, 'utf8'));
  rmSync(index);
  const contents = manifest.contents
    .filter(({ path }: { path: string }) => !(paths.has(path) && isRemoved(edits, path)))
    .map((entry: { path: string }) => (paths.has(entry.path) ? { ...entry, sha256: '' } : entry));
  writeFileSync(index, JSON.stringify({ ...manifest, contents, createdAt: createdAt ?? manifest.createdAt }));
  return folder;
}

function isRemoved(edits: Edits, path: string): boolean {
  const name = path.startsWith(KUBERNETES) ? path.slice(KUBERNETES.length, -'.json'.length) : path;
  return (name in edits && edits[name] === undefined) || (path in edits && edits[path] === undefined);
}
