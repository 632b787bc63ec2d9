// The figures of a live mesh (`npm run bench -- --live`): hundreds of proxies, a bug report of 200, a dump of 100 MB against kubectl, CPU over
// Node's own start. They are measured by the end-to-end tests, which start the real servers and print them.
import { run, tool } from '../lib/run.mjs';

const ARGS = [
  'run',
  '--config',
  'vitest.e2e.config.ts',
  'test/e2e/cluster/scale.test.ts',
  'test/e2e/cluster/bug-report-scale.test.ts',
];

/** Prints the figures; answers the exit code of the tests. */
export function measureLive() {
  return run(tool('vitest'), ARGS);
}
