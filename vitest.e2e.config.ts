import { defineConfig } from 'vitest/config';
import { reporters } from './test/helpers/reporters.ts';

// Real servers, started once for all files; one file at a time, for the tests switch the servers' faults.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['test/e2e/servers/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    ...reporters(),
  },
});
