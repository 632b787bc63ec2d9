import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damagedManifest, expectPlaces } from '../helpers/manifests.ts';
import { runs, SEED } from './no-crash.ts';

/** No manifest of some hundred lines may take longer, in ms. */
const LIMIT_MS = 1000;

test(`damaged manifests are read as far as they go, with a place for each problem (seed ${SEED})`, () => {
  const property = fc.property(damagedManifest, (text) => {
    const started = performance.now();
    expectPlaces(text);
    expect(performance.now() - started).toBeLessThan(LIMIT_MS);
  });
  fc.assert(property, { seed: SEED, numRuns: runs(10_000), endOnFailure: true });
});
