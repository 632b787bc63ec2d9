// `npm run sync`: writes the files that follow from others. `--check` writes nothing and fails when one is out of step.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { ROOT } from './lib/run.mjs';

await ensureInstalled();
const { analyzerIndex, analyzerReadme } = await import('./lib/analyzer-docs.mjs');
const { commandDocs } = await import('./lib/command-docs.mjs');
const { withSamples } = await import('./lib/samples.mjs');

// In this order: the later ones read the earlier ones.
const GENERATED = [
  ['analyzers/index.ts', analyzerIndex],
  ['analyzers/README.md', analyzerReadme],
  ['docs/commands.md', commandDocs],
  ['docs/analyze.md', () => withSamples('docs/analyze.md')],
];
const check = process.argv.includes('--check');
const stale = [];
for (const [path, generate] of GENERATED) {
  const wanted = await generate();
  const present = await readFile(join(ROOT, path), 'utf8').catch(() => undefined);
  if (present === wanted) continue;
  stale.push(path);
  if (!check) await writeFile(join(ROOT, path), wanted);
}
if (check && stale.length > 0) {
  console.error(`out of step: ${stale.join(', ')}\n  next  npm run sync`);
  process.exitCode = 1;
} else {
  console.log(
    stale.length === 0 ? `${GENERATED.length} generated files are in step` : `wrote ${stale.join(', ')}`,
  );
}
