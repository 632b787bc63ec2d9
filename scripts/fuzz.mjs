// `npm run fuzz`: damaged dumps and archives through the CLI. SEED=n repeats a run; RUNS=n sets how many.
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { run, tool } from './lib/run.mjs';

await ensureInstalled();
process.exitCode = await run(tool('vitest'), [
  'run',
  '--config',
  'test/fuzz/vitest.config.ts',
  ...process.argv.slice(2),
]);
