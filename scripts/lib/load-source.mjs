// Loads a TypeScript module of this repository into a script: bundled in memory, as the build would bundle it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { rawText } from './raw-text.mjs';
import { ROOT } from './run.mjs';

/**
 * The exports of a module, by its path from the repository's root. Parts that the module imports lazily can be used until
 * `dispose` is called.
 */
export async function loadSource(path) {
  // Inside node_modules so that nothing is left among the sources and bare imports still resolve.
  const folder = await mkdtemp(join(ROOT, 'node_modules/.meshscope-'));
  try {
    await build({
      absWorkingDir: ROOT,
      entryPoints: [path],
      outdir: folder,
      bundle: true,
      splitting: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
      outExtension: { '.js': '.mjs' },
      entryNames: 'entry',
      plugins: [rawText],
      logLevel: 'error',
    });
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const module = await import(pathToFileURL(join(folder, 'entry.mjs')).href);
    return { module, dispose: () => rm(folder, { recursive: true, force: true }) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
