import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ANALYZERS } from '../../analyzers/index.ts';
import { resourceText } from '../../src/analysis/finding.ts';
import { createResourceSet } from '../../src/mesh/resource-set.ts';
import { runAnalyzers } from '../../src/analysis/runner.ts';
import { defaultIngressGateway } from '../../src/mesh/default-gateway.ts';
import { CONFORMANCE, readInputs, readMeshFile } from './analysis-inputs.ts';

const NOW = new Date('2026-11-23T01:25:00Z');
const grid = JSON.parse(readFileSync(join(CONFORMANCE, 'grid.json'), 'utf8'));
describe('grid', () => {
  test.each(grid.cases.filter((c: any) => !c.skipAll).map((c: any) => [c.name, c]))('%s', (_, c: any) => {
    const analyzer = ANALYZERS.find((a) => (a.referenceName ?? a.name) === c.analyzer);
    if (!analyzer) throw new Error('no ' + c.analyzer);
    const mc = readMeshFile('MeshConfig', c.meshConfigFile);
    const objects = [
      ...readInputs(c.inputFiles, undefined),
      mc,
      readMeshFile('MeshNetworks', c.meshNetworksFile),
    ];
    const pods = objects.filter((o) => o.kind === 'Pod');
    const all = [...defaultIngressGateway(mc), ...objects];
    const { findings } = runAnalyzers([analyzer], createResourceSet(all), { now: NOW });
    const got = findings
      .map((f) => `${f.code} ${f.level} ${f.resource ? resourceText(f.resource) : ''}`)
      .sort();
    const want = c.expected.map((e: any) => `${e.code} ${e.level.toLowerCase()} ${e.resource}`).sort();
    expect(got).toEqual(want);
  });
});
