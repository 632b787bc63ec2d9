import { defineConfig } from 'vitest/config';
import { reporters } from '../helpers/reporters.ts';

export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.test.ts'],
    // Many runs a property; each run has a limit of its own.
    testTimeout: 20 * 60_000,
    ...reporters(),
  },
});
