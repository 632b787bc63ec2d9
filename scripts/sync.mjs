// `npm run sync`: writes the files that follow from others. `--check` writes nothing and fails when one is out of step.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { ROOT } from './lib/run.mjs';

await ensureInstalled();
const { analyzerIndex, analyzerReadme } = await import('./lib/analyzer-docs.mjs');
const { configurationDocs } = await import('./lib/config-docs.mjs');
const { commandDocs } = await import('./lib/command-docs.mjs');
const { coverageDocs, findingPages } = await import('./lib/finding-docs.mjs');
const { findingExamples } = await import('./lib/finding-examples.mjs');
const { planDocs } = await import('./lib/plan-docs.mjs');
const { withSamples } = await import('./lib/samples.mjs');

// In this order: the later ones read the earlier ones.
const GENERATED = [
  ['analyzers/index.ts', analyzerIndex],
  ['analyzers/examples.generated.json', findingExamples],
  ['analyzers/README.md', analyzerReadme],
  ['docs/commands.md', commandDocs],
  ['docs/coverage.md', coverageDocs],
  ['docs/configuration.md', configurationDocs],
  ['docs/bug-report-plan.md', planDocs],
  ['docs/analyze.md', () => withSamples('docs/analyze.md')],
];
const check = process.argv.includes('--check');
const stale = [];
let count = 0;
await writeAll(GENERATED);
// One page a code: only now are the examples that they show the current ones.
await writeAll((await findingPages()).map(([path, text]) => [path, () => text]));

async function writeAll(files) {
  for (const [path, generate] of files) await writeOne(path, await generate());
}

async function writeOne(path, wanted) {
  count += 1;
  const present = await readFile(join(ROOT, path), 'utf8').catch(() => undefined);
  if (present === wanted) return;
  stale.push(path);
  if (check) return;
  await mkdir(dirname(join(ROOT, path)), { recursive: true });
  await writeFile(join(ROOT, path), wanted);
}

if (check && stale.length > 0) {
  console.error(`out of step: ${stale.join(', ')}\n  next  npm run sync`);
  process.exitCode = 1;
} else {
  console.log(stale.length === 0 ? `${count} generated files are in step` : `wrote ${stale.join(', ')}`);
}
