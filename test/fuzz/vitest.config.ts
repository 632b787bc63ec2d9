import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.test.ts'],
    // Five hundred runs a property; each run has its own limit.
    testTimeout: 20 * 60_000,
  },
});
