import { defineConfig } from 'vitest/config';
import { reporters } from '../helpers/reporters.ts';

export default defineConfig({
  test: {
    include: ['test/package/**/*.test.ts'],
    // Packs, which builds, and installs.
    testTimeout: 5 * 60_000,
    hookTimeout: 5 * 60_000,
    ...reporters(),
  },
});
