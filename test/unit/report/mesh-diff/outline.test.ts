import { describe, expect, it } from 'vitest';
import type { MeshDiff } from '../../../../src/answers/mesh-diff/mesh-diff.ts';
import type { ProxyChange, ProxyMoment } from '../../../../src/answers/mesh-diff/proxies.ts';
import { type DiffOutline, outlineOf } from '../../../../src/report/mesh-diff/outline.ts';

const side = { source: 'demo', takenAt: '2026-11-23T02:11:39Z', clusters: ['demo'] };
const outline = (parts: Partial<MeshDiff>): DiffOutline =>
  outlineOf({
    all: false,
    diff: {
      apiVersion: 'meshscope.io/v1',
      kind: 'MeshDiff',
      left: side,
      right: side,
      differs: false,
      ...parts,
    },
  });

const moment = (state: ProxyMoment['state']): ProxyMoment => ({
  proxy: 'cart.shop',
  type: 'sidecar',
  state,
  problems: state === 'in-sync' ? [] : [{ kind: state, types: [], detail: 'no istiod knows it' }],
});

const proxies = (...changes: readonly ProxyChange[]): Partial<MeshDiff> => {
  const counts = { worse: 0, new: 0, gone: 0, other: 0, better: 0 };
  for (const { what } of changes) counts[what]++;
  return {
    differs: true,
    proxies: { counts, same: 3, replaced: 0, unknown: 0, changes, notCompared: [] },
  };
};

describe('a proxy that came', () => {
  it('and works is no bad news', () => {
    const { mark, verdict, sections } = outline(proxies({ what: 'new', after: moment('in-sync') }));
    expect([mark, verdict, sections[0]?.items[0]?.mark]).toEqual(['warn', '1 proxy differs', '+']);
  });

  it('and does not work is', () => {
    const { mark, verdict, sections } = outline(proxies({ what: 'new', after: moment('never-connected') }));
    expect([mark, verdict, sections[0]?.items[0]?.mark]).toEqual(['bad', '1 new proxy does not work', 'bad']);
  });

  it('is counted beside those that are worse off', () => {
    const { verdict } = outline(
      proxies(
        { what: 'worse', before: moment('in-sync'), after: moment('rejected') },
        { what: 'new', after: moment('rejected') },
        { what: 'new', after: moment('in-sync') },
      ),
    );
    expect(verdict).toBe('1 proxy is worse off, 1 new proxy does not work, 1 other proxy differs');
  });
});

describe('the configuration of proxies', () => {
  const change = (names: readonly string[]): Partial<MeshDiff> => ({
    differs: true,
    proxyConfigs: {
      compared: 1,
      same: 0,
      changes: [
        { proxies: ['cart.shop'], kinds: [{ kind: 'cluster', added: [], removed: names, changed: [] }] },
      ],
      notCompared: [],
    },
  });

  it('names the few that differ, and counts many', () => {
    const details = (names: readonly string[]) => outline(change(names)).sections[0]?.items[0]?.details;
    expect(details(['outbound|80||ledger'])).toEqual(['- cluster outbound|80||ledger']);
    expect(details(['a', 'b', 'c', 'd'])).toEqual([]);
  });

  it('that a live mesh was not asked for is said to be left out, and nothing is called the same for it', () => {
    const same = proxies();
    const { mark, verdict, sections } = outline({
      ...same,
      differs: false,
      proxyConfigs: { compared: 0, same: 0, changes: [], notCompared: [], leftOut: '--proxy POD asks one' },
    });
    expect([mark, verdict]).toEqual([
      'unknown',
      'nothing differs in what both sides hold; not compared: the configuration of proxies',
    ]);
    expect(sections[1]).toMatchObject({
      title: 'Configuration of proxies',
      summary: 'not compared: --proxy POD asks one',
      isSame: true,
    });
  });
});

it('a finding that is likely is called so', () => {
  const finding = {
    code: 'MSH0034',
    level: 'warning',
    message: 'it matches nothing',
    why: '',
    fix: 'f',
    related: [],
    evidence: [],
    confidence: 'likely',
    docs: '',
  } as const;
  const { sections } = outline({
    differs: true,
    findings: { added: [finding], fixed: [finding], remaining: 0, unknown: [] },
  });
  expect(sections[0]?.items.map(({ text }) => text)).toEqual([
    'new MSH0034 likely: it matches nothing',
    'fixed MSH0034 likely: it matches nothing',
  ]);
});

it('the mesh configuration is told once, not again as text of its ConfigMap', () => {
  const { sections } = outline({
    differs: true,
    meshConfig: {
      compared: ['ConfigMap istio-system/istio'],
      changes: [{ path: 'outboundTrafficPolicy.mode', change: 'added', to: 'REGISTRY_ONLY' }],
    },
    objects: {
      kinds: 1,
      same: 0,
      counts: { added: 0, removed: 0, changed: 1, recreated: 0 },
      changes: [
        {
          what: 'changed',
          resource: { kind: 'ConfigMap', namespace: 'istio-system', name: 'istio' },
          changes: [
            { path: 'data.mesh', change: 'changed', from: 'a', to: 'b' },
            { path: 'data.extra', change: 'added', to: 'c' },
          ],
        },
      ],
      hiddenValues: 0,
      notCompared: [],
    },
  });
  expect(sections[1]?.items[0]?.details).toEqual(['data.mesh: as told above', 'data.extra: added "c"']);
});
