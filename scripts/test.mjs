// `npm test`: on a clean clone installs and builds first, then runs the tests that need nothing but this repository.
// Arguments go to vitest: `npm test -- test/unit/util`.
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { run, runAll, tool } from './lib/run.mjs';

await ensureInstalled();
await runAll([[process.execPath, ['scripts/build.mjs']]]);
process.exitCode = await run(tool('vitest'), ['run', ...process.argv.slice(2)]);
