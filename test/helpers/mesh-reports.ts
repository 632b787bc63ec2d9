import type { Finding } from '../../src/analysis/finding.ts';
import type { Level } from '../../src/analysis/message.ts';
import type { GraphAnswer } from '../../src/answers/graph/graph-answer.ts';
import type {
  MeshReport,
  ReportCertificate,
  ReportIstiod,
} from '../../src/answers/mesh-report/mesh-report.ts';
import type { ProxyProblem } from '../../src/answers/proxy-problem.ts';
import type { ProxyRow, TypeState } from '../../src/answers/proxy-row.ts';
import { run } from './run.ts';

const NOW = '2026-11-23T02:11:39Z';
const VERSION = '1.32-alpha.86c9f01fd735';
const TYPES = ['CDS', 'LDS', 'EDS', 'RDS'];

/** A report with every kind of thing in it: findings and graph of the demo, the rest in its manner. */
export async function shopReport(): Promise<MeshReport> {
  const findings = await demoFindings();
  const graph = JSON.parse((await run('graph --from demo -o json')).stdout) as GraphAnswer;
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { level } of findings) counts[level]++;
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'MeshReport',
    subject: {
      source: 'the demo: recording of the shop mesh',
      takenAt: NOW,
      madeBy: 'meshscope 0.1.0',
      istioNamespace: 'istio-system',
      clusters: ['demo'],
      redaction: 'secrets removed',
    },
    verdict: {
      level: 'error',
      title: 'The mesh is broken: Envoy of search refuses its configuration',
      reasons: [
        { level: 'error', text: '1 proxy rejects its listeners', section: 'proxies' },
        { level: 'error', text: '6 errors in the configuration', section: 'findings' },
        {
          level: 'error',
          text: 'the certificate of gateway.shop.example is expired',
          section: 'certificates',
        },
        {
          level: 'warning',
          text: '1 proxy is two minor versions older than its istiod',
          section: 'versions',
        },
        { level: 'unknown', text: 'one istiod did not answer', section: 'gaps' },
      ],
    },
    findings: {
      counts,
      findings,
      skipped: [{ analyzer: 'networkpolicy.Analyzer', why: 'networkpolicies are not in this snapshot' }],
      resources: 83,
    },
    proxies: { rows: shopProxies(), inSync: 10, istiodsAnswered: 1, istiodsAsked: 2, podsKnown: true },
    certificates: {
      certificates: shopCertificates(),
      unread: [{ who: 'wishlist-v1-6d5f7c9b8-zzkq2.shop', why: 'the port-forward is forbidden' }],
    },
    versions: {
      istiods: [
        { version: VERSION, revision: 'default', pods: ['istiod-57444bb956-pp8n9'] },
        { version: '1.31.2', revision: 'stable', pods: ['istiod-stable-7c78d66565-9sdfk'] },
      ],
      proxies: [
        { version: VERSION, count: 12 },
        { version: '1.30.0', count: 1 },
      ],
      skew: [
        {
          proxyVersion: '1.30.0',
          controlPlaneVersion: VERSION,
          relation: 'older',
          minors: 2,
          supported: false,
          proxies: ['mailer-v1-c7b46b69c-vg8mx.legacy'],
        },
      ],
      nodes: [{ version: 'v1.33.1', count: 3 }],
    },
    controlPlane: shopIstiods(),
    graph,
    gaps: [
      {
        what: 'istiod-stable-7c78d66565-9sdfk',
        why: 'it did not answer within 10s',
        next: 'meshscope bug-report --resume ARCHIVE asks it again',
        resource: { kind: 'Pod', namespace: 'istio-system', name: 'istiod-stable-7c78d66565-9sdfk' },
      },
      { what: 'networkpolicies', why: 'it is not in this snapshot' },
    ],
  };
}

async function demoFindings(): Promise<Finding[]> {
  const { stdout } = await run('analyze --from demo -o json');
  const printed = JSON.parse(stdout) as Record<string, string>[];
  return printed.map(
    ({ code = '', level = '', message = '', origin = '', path, why = '', fix = '' }, index) => {
      const [kind = '', name = ''] = origin.split(' ');
      const [own = '', namespace] = name.split('/').reverse();
      return {
        code,
        level: level.toLowerCase() as Level,
        message,
        why,
        fix,
        resource: { kind, namespace, name: own },
        location: { path, ...(index === 0 ? { file: 'config/edge.yaml', line: 12, column: 7 } : {}) },
        related: index % 3 === 0 ? [{ kind: 'Service', namespace: 'shop', name: 'cart' }] : [],
        evidence:
          index % 2 === 0 ? [`${origin} was read at ${NOW}`, 'the proxies of it have no such cluster'] : [],
        confidence: index % 4 === 3 ? 'likely' : 'certain',
        docs: `docs/findings/${code}.md`,
      };
    },
  );
}

function types(off: Readonly<Record<string, TypeState['status']>> = {}): readonly TypeState[] {
  return TYPES.map((type) => ({
    type,
    status: off[type] ?? 'SYNCED',
    lastSent: '2026-11-23T02:11:02.018387377Z',
  }));
}

/** A proxy of the shop. */
export function proxyRow(
  name: string,
  problems: readonly ProxyProblem[],
  more: Partial<ProxyRow> = {},
): ProxyRow {
  const namespace = more.namespace ?? 'shop';
  return {
    proxy: `${name}.${namespace}`,
    cluster: 'demo',
    namespace,
    type: 'sidecar',
    state: problems[0]?.kind ?? 'in-sync',
    problems,
    istiod: 'istiod-57444bb956-pp8n9',
    version: VERSION,
    node: 'node-a',
    types: types(),
    ...more,
  };
}

function shopProxies(): readonly ProxyRow[] {
  const rejected: ProxyProblem = {
    kind: 'rejected',
    types: ['LDS'],
    since: '2026-11-23T02:08:02Z',
    detail: "EnvoyFilter shop/search-compressor: no implementation for 'shop.compressor'",
    rejections: [
      {
        name: 'virtualInbound',
        reason: "Didn't find a registered implementation for 'shop.compressor' with type URL: ''",
        mentions: [],
      },
    ],
    suspects: [{ namespace: 'shop', name: 'search-compressor', mention: 'shop.compressor' }],
  };
  const never: ProxyProblem = {
    kind: 'never-connected',
    types: [],
    since: '2026-11-23T02:05:12Z',
    detail: 'pod is Running, no istiod knows it',
  };
  const stale: ProxyProblem = {
    kind: 'stale',
    types: TYPES,
    since: '2026-11-23T02:09:31Z',
    detail: 'last acknowledged 02:09:31Z',
  };
  const unknown: ProxyProblem = { kind: 'unknown', types: [], detail: 'its istiod did not answer' };
  const well = ['cart-v1-db9689b57-djzwj', 'catalog-v1-c7b46b69c-vg8mx', 'recommender-v1-6f5d-8sk2x'];
  return [
    proxyRow('search-v1-7c78d66565-qzbbl', [rejected], { types: types({ LDS: 'ERROR' }) }),
    proxyRow('wishlist-v1-6d5f7c9b8-zzkq2', [never], {
      types: [],
      istiod: undefined,
      version: undefined,
    }),
    proxyRow('mailer-v1-c7b46b69c-vg8mx', [unknown], {
      namespace: 'legacy',
      types: types({ RDS: 'UNKNOWN' }),
    }),
    proxyRow('sessions-v1-5c9d7b-xl2vw', [stale], {
      types: types({ CDS: 'STALE', LDS: 'STALE', EDS: 'STALE', RDS: 'STALE' }),
    }),
    ...well.map((name) => proxyRow(name, [])),
    proxyRow('public-gateway-istio-78c4c77d9c-vm5bn', [], { namespace: 'edge', type: 'router' }),
    proxyRow('waypoint-7d9b9c6b7-abcde', [], { namespace: 'payments', type: 'waypoint', node: 'node-b' }),
    proxyRow('ledger-v1-66d7b9-lkj4s', [], { namespace: 'payments', node: 'node-b' }),
    proxyRow('ztunnel-qvvs4', [], { namespace: 'istio-system', type: 'ztunnel', types: types().slice(0, 1) }),
  ];
}

function shopCertificates(): readonly ReportCertificate[] {
  const workload = (
    account: string,
    notAfter: string,
    state: ReportCertificate['state'],
  ): ReportCertificate => ({
    role: 'workload',
    name: `spiffe://cluster.local/ns/shop/sa/${account}`,
    serial: '7f3a9b0c55d1e2',
    notBefore: '2026-11-22T14:09:00Z',
    notAfter,
    state,
    holders: [`${account}-v1-db9689b57-djzwj.shop`],
  });
  return [
    {
      role: 'server',
      name: 'gateway.shop.example',
      serial: '01',
      notBefore: '2025-08-20T00:00:00Z',
      notAfter: '2026-11-20T00:00:00Z',
      state: 'expired',
      holders: ['Secret edge/shop-cert'],
    },
    workload('sessions', '2026-11-23T05:11:00Z', 'soon'),
    workload('cart', '2026-11-23T14:11:00Z', 'valid'),
    workload('search', '2026-11-23T14:12:00Z', 'valid'),
    {
      role: 'intermediate',
      name: 'CN=istio-ca intermediate',
      serial: '4d2',
      notBefore: '2026-10-01T00:00:00Z',
      notAfter: '2027-01-30T00:00:00Z',
      state: 'valid',
      holders: ['cart-v1-db9689b57-djzwj.shop'],
    },
    {
      role: 'server',
      name: 'admin.shop.example',
      serial: '0b',
      notBefore: '2026-12-01T00:00:00Z',
      notAfter: '2027-12-01T00:00:00Z',
      state: 'not yet valid',
      holders: ['Secret edge/admin-cert'],
    },
    {
      role: 'root',
      name: 'O=cluster.local',
      serial: 'cafe01',
      notBefore: '2026-09-01T00:00:00Z',
      notAfter: '2036-08-29T00:00:00Z',
      state: 'valid',
      holders: [
        'ConfigMap istio-system/istio-ca-root-cert',
        'cart-v1.shop',
        'search-v1.shop',
        'ledger-v1.payments',
      ],
    },
  ];
}

function shopIstiods(): readonly ReportIstiod[] {
  const of = (values: Readonly<Record<string, number>>) =>
    Object.entries(values).map(([label, value]) => ({ label, value }));
  return [
    {
      istiod: 'istiod-57444bb956-pp8n9',
      namespace: 'istio-system',
      uptimeSeconds: 604.2,
      connections: of({ [VERSION]: 12, '1.30.0': 1 }),
      pushes: of({ cds: 6300, eds: 16_212, lds: 6212, rds: 6207, sds: 5 }),
      errors: of({ 'rejected by proxies: lds': 5, 'sending eds': 1 }),
      triggers: of({ config: 28, endpoint: 512, service: 12 }),
      convergence: [
        { upToSeconds: 0.1, count: 1130 },
        { upToSeconds: 0.5, count: 207 },
        { upToSeconds: 1, count: 13 },
        { upToSeconds: 3, count: 2 },
        { upToSeconds: 5, count: 0 },
        { upToSeconds: 'more', count: 1 },
      ],
      conflicts: of({ pilot_eds_no_instances: 3 }),
    },
    {
      istiod: 'istiod-stable-7c78d66565-9sdfk',
      namespace: 'istio-system',
      unread: 'it did not answer within 10s',
    },
    {
      istiod: 'istiod-young-5b8f6d4c9d-2fhjk',
      namespace: 'istio-system',
      uptimeSeconds: 12,
      pushes: of({ cds: 3, lds: 3 }),
      errors: [],
      convergence: [],
    },
  ];
}

/** The same report with so many proxies, a twentieth of them with something wrong, and as many certificates. */
export function largeReport(report: MeshReport, count: number): MeshReport {
  const stale = (types: readonly string[]): ProxyProblem => ({
    kind: 'stale',
    types,
    since: '2026-11-23T02:09:31Z',
    detail: 'last acknowledged 02:09:31Z',
  });
  const rows = Array.from({ length: count }, (_, index) => {
    const isOff = index < count / 20;
    const name = `service-${String(index % 97).padStart(2, '0')}-v1-${(index * 7919).toString(16)}`;
    return proxyRow(name, isOff ? [stale(['CDS'])] : [], {
      namespace: `team-${index % 40}`,
      node: `node-${index % 60}`,
      types: isOff ? types({ CDS: 'STALE' }) : types(),
    });
  });
  const [template] = report.certificates.certificates.slice(2);
  const certificates = rows.flatMap((row) =>
    template === undefined
      ? []
      : [{ ...template, name: `spiffe://cluster.local/ns/${row.namespace}/sa/x`, holders: [row.proxy] }],
  );
  return {
    ...report,
    proxies: { ...report.proxies, rows, inSync: rows.filter(({ state }) => state === 'in-sync').length },
    certificates: { ...report.certificates, certificates },
  };
}

/** The report with a text added to every text in it, whatever it stands for: equal texts stay equal. */
export function withEveryText<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((item) => withEveryText(item, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withEveryText(member, change)]),
  ) as T;
}
