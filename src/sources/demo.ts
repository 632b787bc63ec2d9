import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ExitCode, MeshscopeError } from '../util/errors.ts';

/** Name under which `--from` gives the mesh that comes with meshscope. */
export const DEMO = 'demo';

/**
 * Path of the bundled mesh: the archive beside the built program, or the fixture folder when run from source. Throws
 * exit 70 when the installation lacks it.
 */
export function demoPath(moduleUrl: string = import.meta.url): string {
  const candidates = ['./demo.tar.gz', '../demo.tar.gz'];
  // Only in a source tree: from an installed package these steps would lead out of it.
  if (moduleUrl.endsWith('/src/sources/demo.ts')) candidates.push('../../fixtures/meshes/shop');
  for (const candidate of candidates) {
    const path = fileURLToPath(new URL(candidate, moduleUrl));
    if (existsSync(path)) return path;
  }
  throw new MeshscopeError('DemoMissing', ExitCode.bug, 'the demo mesh is missing from this installation', {
    hint: 'install meshscope again; npm run build packs it from a source tree',
  });
}
