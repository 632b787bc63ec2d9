import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ANALYZERS } from '../../../../analyzers/index.ts';
import { PLAN, planRights, WITHOUT_NAMESPACE } from '../../../../src/commands/bug-report/plan.ts';
import { KINDS } from '../../../../src/mesh/kinds.ts';
import { CONTROLZ_TOPICS } from '../../../../src/sources/controlz-topics.ts';
import { DEBUG_PAGES } from '../../../../src/sources/debug-pages.ts';
import { CNI_FILES, ENVOY_FILES, ZTUNNEL_FILES } from '../../../../src/sources/snapshot/layout.ts';
import { asArray, asString, field } from '../../../../src/util/json.ts';
import { ROOT } from '../../../helpers/run.ts';

const ASKS = PLAN.flatMap(({ lines }) => lines.map(({ ask }) => ask));
const OBJECTS = new Set(ASKS.flatMap((ask) => ('objects' in ask ? [kindKey(ask.objects)] : [])));

function kindKey({ group, plural }: { readonly group: string; readonly plural: string }): string {
  return `${plural}.${group}`;
}

/** Kinds that the code names, wherever it asks for them. */
function kindsInCode(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join(ROOT, 'src', file), 'utf8');
    for (const [, group = '', plural = ''] of text.matchAll(/group: '([^']*)',\s*plural: '([^']*)'/g))
      found.add(kindKey({ group, plural }));
  }
  return found;
}

describe('the plan asks', () => {
  it.each(ANALYZERS.map(({ name, inputs }) => [name, inputs] as const))('all that %s reads', (_, inputs) => {
    for (const kind of inputs) {
      if (KINDS[kind].group !== 'mesh.istio.io') expect(OBJECTS, kind).toContain(kindKey(KINDS[kind]));
    }
  });

  it('all kinds that any command names', () => {
    const kinds = [...kindsInCode()].filter((kind) => !kind.endsWith('.mesh.istio.io'));
    expect(kinds.length).toBeGreaterThan(35);
    expect(kinds.filter((kind) => !OBJECTS.has(kind))).toEqual([]);
  });

  it('all pages of Envoy, ztunnel and the CNI plugin', () => {
    const pages = new Set(ASKS.flatMap((ask) => ('envoy' in ask ? [ask.envoy] : [])));
    expect([...pages].sort()).toEqual(Object.keys(ENVOY_FILES).sort());
    const ztunnel = new Set(ASKS.flatMap((ask) => ('ztunnel' in ask ? [ask.ztunnel] : [])));
    expect([...ztunnel].sort()).toEqual(Object.keys(ZTUNNEL_FILES).sort());
    const cni = ASKS.flatMap((ask) => ('cni' in ask ? [ask.cni] : []));
    expect(cni).toEqual(Object.keys(CNI_FILES));
  });

  it('all topics of ControlZ, once', () => {
    const topics = ASKS.flatMap((ask) =>
      'istiod' in ask && ask.istiod.channel === 'controlz' ? [ask.istiod.name] : [],
    );
    expect(topics.sort()).toEqual(Object.keys(CONTROLZ_TOPICS).sort());
  });

  it('all debug pages of istiod, those of one proxy of each', () => {
    const pages = ASKS.flatMap((ask) => {
      if ('intent' in ask) return [ask.intent];
      return 'istiod' in ask && ask.istiod.channel === 'debug' ? [ask.istiod.name] : [];
    });
    expect([...new Set(pages)].sort()).toEqual(Object.keys(DEBUG_PAGES).sort());
  });

  it('no kind twice, and no page twice of one proxy', () => {
    const objects = ASKS.flatMap((ask) => ('objects' in ask ? [kindKey(ask.objects)] : []));
    expect(new Set(objects).size).toBe(objects.length);
    for (const of of ['troubled', 'shared', 'rest']) {
      const lines = PLAN.filter((stage) => stage.of === of || stage.of === 'all').flatMap(
        (stage) => stage.lines,
      );
      const asked = lines.map(({ ask }) => JSON.stringify(ask));
      expect(new Set(asked).size).toBe(asked.length);
    }
  });
});

describe('a kind', () => {
  it('is looked for in namespaces when, and only when, it has some', () => {
    const file = 'fixtures/meshes/shop/clusters/demo/kubernetes/apiextensions.k8s.io/v1';
    const list = JSON.parse(readFileSync(join(ROOT, file, 'customresourcedefinitions.json'), 'utf8'));
    const crds = asArray(list.items);
    expect(crds.length).toBeGreaterThan(20);
    for (const crd of crds) {
      const plural = asString(field(crd, 'spec', 'names', 'plural')) ?? '';
      const group = asString(field(crd, 'spec', 'group')) ?? '';
      if (!OBJECTS.has(kindKey({ group, plural }))) continue;
      expect(WITHOUT_NAMESPACE.has(plural), plural).toBe(field(crd, 'spec', 'scope') === 'Cluster');
    }
  });

  it('of an extension is no right that is missed beforehand, but one of the printed role', () => {
    const has = (which: 'all' | 'expected'): boolean =>
      planRights(which).some(({ group }) => group === 'sailoperator.io');
    expect([has('all'), has('expected')]).toEqual([true, false]);
  });
});
