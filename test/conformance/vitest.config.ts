import { defineConfig } from 'vitest/config';
import { reporters } from '../helpers/reporters.ts';

export default defineConfig({
  test: {
    include: ['test/conformance/**/*.test.ts'],
    testTimeout: 60_000,
    // A line a case would bury the failures.
    ...reporters('dot'),
  },
});
