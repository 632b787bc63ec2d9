import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ANALYZERS } from '../../analyzers/index.ts';
import { resourceText } from '../../src/analysis/finding.ts';
import { createResourceSet } from '../../src/mesh/resource-set.ts';
import { runAnalyzers } from '../../src/analysis/runner.ts';
import { defaultIngressGateway } from '../../src/mesh/default-gateway.ts';
import { CONFORMANCE, readInputs, readMeshFile } from './analysis-inputs.ts';

const NOW = new Date('2026-11-23T01:25:00Z');
const SKIP = new Set((process.env.SKIPCODES ?? 'IST0106,IST0133,IST0130,IST0131').split(','));
const IGN = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);
const data = JSON.parse(readFileSync(join(CONFORMANCE, 'istioctl.json'), 'utf8'));
test('full', () => {
  let same = 0,
    n = 0;
  const diffs: Record<string, string[]> = {};
  for (const r of data.runs) {
    if (r.tool !== 'istioctl-full') continue;
    n++;
    const args: string[] = r.args.slice(1);
    const files: string[] = [];
    let ns: string | undefined = 'default',
      all = false,
      only: string[] = [],
      mcf: string | null = null;
    for (let i = 0; i < args.length; i++) {
      const a = args[i]!;
      if (a === '-A') all = true;
      else if (a === '-n') ns = args[++i];
      else if (a === '-o') i++;
      else if (a === '--analyzer') only.push(args[++i]!);
      else if (a === '--meshConfigFile') mcf = args[++i]!;
      else if (a.startsWith('-')) {
      } else files.push(a);
    }
    const mc = readMeshFile('MeshConfig', mcf);
    let objects;
    try {
      objects = readInputs(files, all ? undefined : ns);
    } catch (e) {
      diffs[r.id] = [String(e)];
      continue;
    }
    objects = objects.filter(
      (o) => !IGN.has(o.metadata.namespace ?? '') && !(o.kind === 'Namespace' && IGN.has(o.metadata.name)),
    );
    const pods = objects.filter((o) => o.kind === 'Pod');
    const set = createResourceSet([
      ...defaultIngressGateway(mc),
      ...objects,
      mc,
      readMeshFile('MeshNetworks', null),
    ]);
    const chosen = only.length
      ? ANALYZERS.filter((a) => only.includes(a.referenceName ?? a.name))
      : ANALYZERS;
    if (only.length && chosen.length === 0) {
      n--;
      continue;
    }
    const { findings } = runAnalyzers(chosen, set, { now: NOW });
    const kept = findings.filter(
      (f) =>
        all ||
        !f.resource ||
        (f.resource.namespace === undefined && (f.resource.kind !== 'Namespace' || f.resource.name === ns)) ||
        f.resource.namespace === ns,
    );
    const got = new Set(
      kept.map((f) => `${f.code} ${f.level} ${f.resource ? resourceText(f.resource) : ''}`),
    );
    const want = new Set<string>(
      (r.stable_messages ?? r.messages)
        .filter((m: any) => !SKIP.has(m.code))
        .map((m: any) => `${m.code} ${m.level.toLowerCase()} ${m.origin}`),
    );
    const may = new Set<string>([
      ...want,
      ...((r.variants ?? []) as any[])
        .flatMap((v: any) => v.messages ?? v)
        .filter((m: any) => m && m.code)
        .map((m: any) => `${m.code} ${m.level.toLowerCase()} ${m.origin}`),
      ...r.messages.map((m: any) => `${m.code} ${m.level.toLowerCase()} ${m.origin}`),
    ]);
    const d = [
      ...[...got].filter((x) => !may.has(x)).map((x) => '+ ' + x),
      ...[...want].filter((x) => !got.has(x)).map((x) => '- ' + x),
    ];
    if (d.length === 0) same++;
    else diffs[r.id] = d;
  }
  const tally: Record<string, number> = {};
  for (const d of Object.values(diffs))
    for (const x of d) tally[x.slice(0, 9)] = (tally[x.slice(0, 9)] ?? 0) + 1;
  console.log(same, 'of', n, tally);
  for (const [id, d] of Object.entries(diffs).slice(0, Number(process.env.SHOW ?? 40))) console.log(id, d);
  expect(1).toBe(1);
});
