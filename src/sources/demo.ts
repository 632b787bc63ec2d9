import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ExitCode, MeshscopeError } from '../util/errors.ts';

/** The meshes that come with meshscope, by the name under which `--from` gives them, and their fixture folders. */
const DEMOS: Readonly<Record<string, string>> = { demo: 'shop', 'demo-ambient': 'ambient' };

/** Whether `--from` names a mesh that comes with meshscope. */
export function isDemo(name: string): boolean {
  return Object.hasOwn(DEMOS, name);
}

/**
 * Path of a bundled mesh: the archive beside the built program, or the fixture folder when run from source. Throws
 * exit 70 when the installation lacks it.
 */
export function demoPath(name = 'demo', moduleUrl: string = import.meta.url): string {
  const candidates = [`./${name}.tar.gz`, `../${name}.tar.gz`];
  // Only in a source tree: from an installed package these steps would lead out of it.
  if (moduleUrl.endsWith('/src/sources/demo.ts')) candidates.push(`../../fixtures/meshes/${DEMOS[name]}`);
  for (const candidate of candidates) {
    const path = fileURLToPath(new URL(candidate, moduleUrl));
    if (existsSync(path)) return path;
  }
  throw new MeshscopeError('DemoMissing', ExitCode.bug, 'the demo mesh is missing from this installation', {
    hint: 'install meshscope again; npm run build packs it from a source tree',
  });
}
