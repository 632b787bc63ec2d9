import { defineConfig } from 'vitest/config';
import { reporters } from '../helpers/reporters.ts';

// Pages in a real browser: Chromium, driven by its own protocol. Skipped by name where there is none.
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Style sheets that are read as text keep it.
    css: { include: /\?raw$/ },
    ...reporters(),
  },
});
