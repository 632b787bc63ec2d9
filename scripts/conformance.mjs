// `npm run conformance -- NAME`: our output against the reference tool's on recorded meshes. NAME is a file of
// test/conformance (proxy, …); without it all of them run. The recordings are looked for in ../shared/captures, or in
// the folder that CAPTURES names; where they are absent every case is skipped and says so.
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { run, tool } from './lib/run.mjs';

await ensureInstalled();
const [name, ...more] = process.argv.slice(2);
// A part may have several files: ambient.test.ts, ambient-xds.test.ts.
const files = name === undefined ? [] : [`test/conformance/${name}.`, `test/conformance/${name}-`];
const config = ['--config', 'test/conformance/vitest.config.ts'];
process.exitCode = await run(tool('vitest'), ['run', ...config, ...files, ...more]);
