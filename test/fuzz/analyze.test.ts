import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { ANALYZERS } from '../../analyzers/index.ts';
import { runAnalyzers } from '../../src/analysis/runner.ts';
import { unreadableFindings } from '../../src/analysis/unreadable.ts';
import { locate } from '../../src/cli/located-findings.ts';
import { parseFile } from '../../src/config/parse-file.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { createResourceSet } from '../../src/mesh/resource-set.ts';
import { damagedManifest, MANIFESTS } from '../helpers/manifests.ts';
import { damageJson, damages } from './mutate.ts';
import { expectNoCrash, runs, SEED } from './no-crash.ts';

/** No manifest of some hundred lines may take longer, in ms. */
const LIMIT_MS = 2000;
const NOW = new Date('2026-11-23T02:11:39Z');
const folder = mkdtempSync(join(tmpdir(), 'meshscope-fuzz-analyze-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads and analyzes a text as `analyze` does, and holds the outcome to what any text may expect. */
function expectPlacedFindings(text: string): void {
  const started = performance.now();
  const { resources, problems } = parseFile('mesh.yaml', text);
  const origins = new Map(resources.map(({ object, origin }) => [object, origin]));
  const keyOf = (kind: string, { namespace, name }: { namespace?: string | undefined; name: string }) =>
    `${kind} ${namespace ?? ''}/${name}`;
  const objects = new Map<string, KubeObject>(
    resources.map(({ object }) => [keyOf(object.kind, object.metadata), object]),
  );
  const { findings } = runAnalyzers(ANALYZERS, createResourceSet(resources.map(({ object }) => object)), {
    now: NOW,
  });
  const all = locate(
    [...unreadableFindings(problems), ...findings],
    ({ resource }) => resource && objects.get(keyOf(resource.kind, resource)),
    (object) => origins.get(object),
  );
  const lines = text.split(/\r\n|\r|\n/).length;
  for (const { code, message, location } of all) {
    expect(code, message).not.toBe('IST0001');
    expect(location?.file, `${code} ${message}`).toBe('mesh.yaml');
    expect(location?.line).toBeGreaterThan(0);
    expect(location?.line).toBeLessThanOrEqual(lines);
    expect(location?.column).toBeGreaterThan(0);
  }
  expect(performance.now() - started).toBeLessThan(LIMIT_MS);
}

describe(`damaged configuration is analyzed without a crash, a hang or an error without a place (seed ${SEED})`, () => {
  test('text that was cut and filled', () => {
    const property = fc.property(damagedManifest, expectPlacedFindings);
    fc.assert(property, { seed: SEED, numRuns: runs(10_000), endOnFailure: true });
  });

  test('values of other types in all places', () => {
    const documents = MANIFESTS.flatMap((text) =>
      parseFile('mesh.yaml', text).resources.map(({ object }) => object),
    );
    const several = fc.array(fc.constantFrom(...documents), { minLength: 1, maxLength: 6 });
    const property = fc.property(several, damages, (items, damage) => {
      const list = Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
      expectPlacedFindings(Buffer.from(damageJson(list, damage)).toString('utf8'));
    });
    fc.assert(property, { seed: SEED, numRuns: runs(10_000), endOnFailure: true });
  });

  test('manifests that were joined and damaged', () => {
    const several = fc.array(damagedManifest, { minLength: 2, maxLength: 4 });
    const property = fc.property(several, (texts) => expectPlacedFindings(texts.join('\n---\n')));
    fc.assert(property, { seed: SEED, numRuns: runs(10_000), endOnFailure: true });
  });

  test.each(['log', 'sarif', 'junit', 'github', 'markdown'])(
    'the whole command prints them as %s',
    async (format) => {
      const property = fc.asyncProperty(damagedManifest, async (text) => {
        writeFileSync(join(folder, 'mesh.yaml'), text);
        await expectNoCrash(['analyze', 'mesh.yaml', '-o', format], folder);
      });
      await fc.assert(property, { seed: SEED, numRuns: runs(60), endOnFailure: true });
    },
  );
});
