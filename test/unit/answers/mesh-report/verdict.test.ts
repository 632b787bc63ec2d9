import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/analysis/finding.ts';
import type { ReportCertificate } from '../../../../src/answers/mesh-report/mesh-report.ts';
import { isNothing, type ReportParts, reportVerdict } from '../../../../src/answers/mesh-report/verdict.ts';
import type { ProxyRow } from '../../../../src/answers/proxy-row.ts';

const row = (proxy: string, ...kinds: ProxyRow['problems'][number]['kind'][]): ProxyRow => ({
  proxy,
  cluster: 'east',
  namespace: 'shop',
  type: 'sidecar',
  state: kinds[0] ?? 'in-sync',
  problems: kinds.map((kind) => ({ kind, types: [], detail: 'why' })),
  types: [],
});

const certificate = (
  state: ReportCertificate['state'],
  rest: Partial<ReportCertificate> = {},
): ReportCertificate => ({
  role: 'workload',
  name: 'spiffe://cluster.local/ns/shop/sa/cart',
  serial: '1',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-01-01T00:00:00Z',
  state,
  holders: ['cart.shop'],
  ...rest,
});

const GOOD: ReportParts = {
  findings: { counts: { error: 0, warning: 0, info: 3 }, findings: [], skipped: [], resources: 40 },
  proxies: { rows: [row('cart.shop')], inSync: 1, istiodsAnswered: 1, istiodsAsked: 1, podsKnown: true },
  certificates: { certificates: [certificate('valid')], unread: [] },
  versions: { istiods: [], proxies: [], skew: [], nodes: [] },
  controlPlane: [{ istiod: 'istiod-1', namespace: 'istio-system' }],
  graph: { nodes: [], edges: [], cycles: [], dangling: [] },
  gaps: [],
};
const of = (change: Partial<ReportParts>) => reportVerdict({ ...GOOD, ...change });
const reasons = (change: Partial<ReportParts>) =>
  of(change).reasons.map(({ level, section }) => `${level} ${section}`);

describe('the verdict of a report', () => {
  it('is good where all was read and nothing is wrong', () => {
    expect(of({})).toEqual({
      level: 'good',
      title: 'nothing wrong was found: 1 proxy, 40 resources checked',
      reasons: [],
    });
  });

  it.each([
    ['no istiod answered', { proxies: { ...GOOD.proxies, istiodsAnswered: 0 } }, 'unknown control-plane'],
    [
      'one of two istiods answered',
      { proxies: { ...GOOD.proxies, istiodsAsked: 2 } },
      'unknown control-plane',
    ],
    [
      'there is no istiod',
      { proxies: { ...GOOD.proxies, istiodsAsked: 0, istiodsAnswered: 0 } },
      'unknown control-plane',
    ],
    ['pods are not known', { proxies: { ...GOOD.proxies, podsKnown: false } }, 'unknown proxies'],
    ['nothing was checked', { findings: { ...GOOD.findings, resources: 0 } }, 'unknown findings'],
    [
      'a check did not run',
      { findings: { ...GOOD.findings, skipped: [{ analyzer: 'a', why: 'b' }] } },
      'unknown findings',
    ],
    ['no certificate was read', { certificates: { certificates: [], unread: [] } }, 'unknown certificates'],
    [
      'a proxy gave no certificate',
      { certificates: { ...GOOD.certificates, unread: [{ who: 'a', why: 'b' }] } },
      'unknown certificates',
    ],
    [
      'the state of a proxy is not known',
      { proxies: { ...GOOD.proxies, rows: [row('a', 'unknown')] } },
      'unknown proxies',
    ],
    ['there is no graph', { graph: undefined }, 'unknown graph'],
    [
      'the metrics of one of two istiods were not read',
      { controlPlane: [...GOOD.controlPlane, { istiod: 'b', namespace: 'istio-system', unread: 'why' }] },
      'unknown control-plane',
    ],
    ['no metrics were read', { controlPlane: [] }, 'unknown control-plane'],
    [
      'policies of some namespaces alone were read',
      { findings: { ...GOOD.findings, inPart: ['AuthorizationPolicy'] } },
      'unknown findings',
    ],
  ] as const)('is never good where %s', (_, change, reason) => {
    const { level, title } = of(change);
    expect([level, reasons(change)]).toEqual(['unknown', [reason]]);
    expect(title).toBe('not known: nothing wrong was found, but 1 part could not be judged');
  });

  it('says so where nothing could be read', () => {
    const nothing: ReportParts = {
      findings: { ...GOOD.findings, resources: 0 },
      proxies: { rows: [], inSync: 0, istiodsAnswered: 0, istiodsAsked: 1, podsKnown: false },
      certificates: { certificates: [], unread: [] },
      versions: GOOD.versions,
      controlPlane: [{ istiod: 'istiod-1', namespace: 'istio-system', unread: 'no answer' }],
      graph: undefined,
      gaps: [],
    };
    expect(isNothing(nothing)).toBe(true);
    expect(isNothing(GOOD)).toBe(false);
    expect(reportVerdict(nothing)).toMatchObject({
      level: 'unknown',
      title: 'not known: nothing of the mesh could be read',
    });
  });

  it('names the worst first, and tells what is not known last', () => {
    const change = {
      proxies: {
        ...GOOD.proxies,
        podsKnown: false,
        rows: [row('a.shop', 'rejected'), row('b.shop', 'rejected'), row('c.shop', 'stale'), row('d.shop')],
      },
    };
    expect(reasons(change)).toEqual(['error proxies', 'warning proxies', 'unknown proxies']);
    expect(of(change)).toMatchObject({
      level: 'error',
      title: 'something is broken: 2 proxies refused configuration from istiod (a.shop, b.shop)',
    });
  });

  it('says beside a warning that something worse may hide in what was not read', () => {
    const change = {
      certificates: { certificates: [certificate('soon')], unread: [{ who: 'a', why: 'b' }] },
      graph: undefined,
    };
    expect(of(change).title).toMatch(
      /^something needs a look: 1 certificate .*; 2 parts could not be judged$/,
    );
    const broken = { ...change, proxies: { ...GOOD.proxies, rows: [row('a.shop', 'rejected')] } };
    expect(of(broken).title).not.toContain('judged');
  });

  it('counts what makes it bad in the title', () => {
    const { title } = of({
      certificates: { certificates: [certificate('expired'), certificate('soon')], unread: [] },
      proxies: { ...GOOD.proxies, rows: [row('a.shop', 'rejected')] },
    });
    expect(title).toBe(
      'something is broken: 1 proxy refused configuration from istiod (a.shop), and 1 other problem',
    );
  });

  it.each([
    ['expired', {}, 'error'],
    ['not yet valid', {}, 'error'],
    ['soon', {}, 'warning'],
    ['expired', { role: 'server', holders: ['Secret shop/old'] }, 'warning'],
    ['expired', { role: 'server', holders: ['Secret shop/tls', 'gateway.edge'] }, 'error'],
  ] as const)('of a certificate that is %s %j is %s', (state, rest, level) => {
    expect(of({ certificates: { certificates: [certificate(state, rest)], unread: [] } }).level).toBe(level);
  });

  it('is a warning where istiod could not send, or pushes came very late', () => {
    const istiod = { istiod: 'istiod-1', namespace: 'istio-system' };
    expect(
      of({ controlPlane: [{ ...istiod, errors: [{ label: 'cds not sent', value: 2 }] }] }).reasons,
    ).toEqual([
      {
        level: 'warning',
        text: 'istiod-1 failed to send configuration 2 times since it started',
        section: 'control-plane',
      },
    ]);
    // Refusals of the past may be long repaired: the proxies tell those of now.
    expect(of({ controlPlane: [{ ...istiod, errors: [{ label: 'lds refused', value: 9 }] }] }).level).toBe(
      'good',
    );
    expect(
      of({ controlPlane: [{ ...istiod, convergence: [{ upToSeconds: 'more', count: 1 }] }] }).level,
    ).toBe('warning');
  });

  it('is a warning where a reference leads nowhere, also one that no check tells of', () => {
    const reference = (level: 'error' | 'warning') => ({
      from: 'DestinationRule shop/cart',
      to: 'Workload shop/v2',
      relation: 'selects' as const,
      written: 'version=v2',
      state: 'missing' as const,
      place: { path: 'spec.subsets[0]' },
      level,
      what: 'no pod has the labels version=v2',
      why: 'requests to the subset get 503 (no endpoints)',
      near: [],
    });
    const graph = { nodes: [], edges: [], cycles: [] };
    expect(of({ graph: { ...graph, dangling: [reference('warning')] } })).toMatchObject({
      level: 'warning',
      reasons: [{ text: '1 reference to what is not there', section: 'graph' }],
    });
    expect(reasons({ graph: { ...graph, dangling: [reference('error'), reference('warning')] } })).toEqual([
      'error graph',
      'warning graph',
    ]);
  });

  it('is not alarmed by the few proxies that went away while they were written to', () => {
    const pushes = [{ label: 'cds', value: 900 }];
    const unsent = (value: number): ReportParts['controlPlane'] => [
      { istiod: 'istiod-1', namespace: 'istio-system', pushes, errors: [{ label: 'cds not sent', value }] },
    ];
    expect([3, 30].map((value) => of({ controlPlane: unsent(value) }).level)).toEqual(['good', 'warning']);
    const late = (count: number): ReportParts['controlPlane'] => [
      {
        istiod: 'istiod-1',
        namespace: 'istio-system',
        convergence: [
          { upToSeconds: 1, count: 900 },
          { upToSeconds: 'more', count },
        ],
      },
    ];
    expect([3, 30].map((count) => of({ controlPlane: late(count) }).level)).toEqual(['good', 'warning']);
  });

  it.each([
    ['expired', 1, '1 certificate expired at 2027-01-01T00:00:00Z (spiffe://cluster.local/ns/shop/sa/cart)'],
    [
      'expired',
      2,
      '2 certificates expired, the first at 2027-01-01T00:00:00Z (spiffe://cluster.local/ns/shop/sa/cart)',
    ],
    ['soon', 1, '1 certificate ends soon, at 2027-01-01T00:00:00Z (spiffe://cluster.local/ns/shop/sa/cart)'],
    [
      'not yet valid',
      1,
      '1 certificate is not valid before 2026-01-01T00:00:00Z (spiffe://cluster.local/ns/shop/sa/cart)',
    ],
  ] as const)('says of what is %s when (%i)', (state, count, text) => {
    const certificates = Array.from({ length: count }, () => certificate(state));
    expect(of({ certificates: { certificates, unread: [] } }).reasons).toMatchObject([{ text }]);
  });

  it('says of a part of a mesh that it is one, and of what is likely that it is no more', () => {
    const looked = { namespace: 'shop', revision: 'canary' };
    expect(reportVerdict(GOOD, looked).title).toBe(
      'nothing wrong was found in namespace shop, revision canary: 1 proxy, 40 resources checked',
    );
    const finding: Finding = {
      code: 'MSH0034',
      level: 'error',
      message: 'it matches nothing',
      why: '',
      fix: '',
      related: [],
      evidence: [],
      confidence: 'likely',
      docs: '',
    };
    const findings = { ...GOOD.findings, counts: { error: 1, warning: 0, info: 0 }, findings: [finding] };
    expect(reportVerdict({ ...GOOD, findings }, { namespace: 'shop' }).title).toBe(
      'something is broken in namespace shop: 1 error in the configuration: likely: it matches nothing',
    );
  });

  it('tells of unsupported versions where proxy-status alone knows them', () => {
    const change = { proxies: { ...GOOD.proxies, rows: [row('a.shop', 'version-skew')] } };
    expect(of(change)).toMatchObject({
      level: 'warning',
      reasons: [{ text: '1 proxy of a version that their istiod does not support (a.shop)' }],
    });
  });

  it('tells unsupported versions once, with the versions', () => {
    const skew = {
      proxyVersion: '1.28',
      controlPlaneVersion: '1.32',
      relation: 'older',
      minors: 4,
      supported: false,
      proxies: ['a.shop'],
    } as const;
    const change = {
      versions: { ...GOOD.versions, skew: [skew, { ...skew, supported: true }] },
      proxies: { ...GOOD.proxies, rows: [row('a.shop', 'version-skew')] },
    };
    expect(reasons(change)).toEqual(['warning versions']);
  });
});
