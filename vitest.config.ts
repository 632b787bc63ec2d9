import { defineConfig } from 'vitest/config';
import { reporters } from './test/helpers/reporters.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Suites of their own: they take longer, or need more than this repository.
    exclude: ['test/{conformance,fuzz,package,e2e,browser}/**', 'node_modules/**'],
    testTimeout: 30_000,
    // Style sheets that are read as text keep it.
    css: { include: /\?raw$/ },
    ...reporters(),
  },
});
