// Data table: what a bug report asks, in the order of importance.

import { DEBUG_PAGES } from '../../sources/debug-pages.ts';
import type { AnswerLimits } from '../../sources/limited-source.ts';
import type { CniPage, EnvoyPage, IstiodRequest, ZtunnelPage } from '../../sources/source.ts';

/** What a line of the plan asks: the mesh once, each istiod, each proxy of a kind, or the CNI pod of each node. */
export type Ask =
  | { readonly objects: { readonly group: string; readonly plural: string } }
  | { readonly istiod: IstiodRequest }
  /** What each istiod means a proxy to have. */
  | { readonly intent: string }
  | { readonly envoy: EnvoyPage }
  | { readonly ztunnel: ZtunnelPage }
  | { readonly cni: CniPage }
  | { readonly log: 'istiod' | 'envoy' | 'ztunnel' | 'cni' };

/** A right that a question takes, as a rule of a role names it. */
export interface PlanRight {
  readonly group: string;
  readonly resource: string;
  readonly verb: 'list' | 'get' | 'create';
}

/** A question of the plan. */
export interface PlanLine {
  readonly ask: Ask;
  /** Typical size of one answer, unpacked, in bytes: what `--dry-run` estimates with. */
  readonly typicalBytes: number;
  readonly right: PlanRight;
  /** Of an extension that few clusters have: its right is not missed beforehand. */
  readonly isExtra?: boolean;
}

const KiB = 1024;
const FORWARD: PlanRight = { group: '', resource: 'pods/portforward', verb: 'create' };
const LOG: PlanRight = { group: '', resource: 'pods/log', verb: 'get' };

function kinds(group: string, plurals: readonly string[], typicalBytes: number): readonly PlanLine[] {
  return plurals.map((plural) => ({
    ask: { objects: { group, plural } },
    typicalBytes,
    right: { group, resource: plural, verb: 'list' },
  }));
}

function extras(group: string, plurals: readonly string[]): readonly PlanLine[] {
  return kinds(group, plurals, 4 * KiB).map((line) => ({ ...line, isExtra: true }));
}

function istiod(
  channel: IstiodRequest['channel'],
  names: readonly string[],
  typicalBytes: number,
  query?: IstiodRequest['query'],
): readonly PlanLine[] {
  return names.map((name) => ({
    ask: { istiod: { channel, name, ...(query === undefined ? {} : { query }) } },
    typicalBytes,
    right: FORWARD,
  }));
}

function envoy(pages: readonly EnvoyPage[], typicalBytes: number): readonly PlanLine[] {
  return pages.map((page) => ({ ask: { envoy: page }, typicalBytes, right: FORWARD }));
}

function intent(pages: readonly string[], typicalBytes: number): readonly PlanLine[] {
  return pages.map((page) => ({ ask: { intent: page }, typicalBytes, right: FORWARD }));
}

const FIRST_PAGES = ['syncz', 'mesh', 'push_status', 'clusterz', 'connections'] as const;
const OTHER_PAGES = Object.entries(DEBUG_PAGES)
  .filter(([name, { proxy }]) => proxy !== 'needed' && !(FIRST_PAGES as readonly string[]).includes(name))
  .map(([name]) => name);

/** Whom a stage is about. */
export type StageOf = 'mesh' | 'troubled' | 'shared' | 'rest' | 'all';

/** Questions of the same importance. A stage begins when the one before has been answered, or has had its share of the time. */
export interface Stage {
  readonly title: string;
  /** `troubled`: proxies with a problem; `shared`: gateways, waypoints, ztunnels; `rest`: the others; `all`: every proxy. */
  readonly of: StageOf;
  readonly lines: readonly PlanLine[];
}

const PROXY_LINES: readonly PlanLine[] = [
  ...envoy(['config_dump'], 600 * KiB),
  ...envoy(['clusters'], 120 * KiB),
  ...envoy(['server_info', 'certs', 'listeners', 'memory', 'logging'], 6 * KiB),
  ...envoy(['stats', 'stats_text'], 400 * KiB),
  { ask: { log: 'envoy' }, typicalBytes: 500 * KiB, right: LOG },
  ...intent(['config_dump'], 500 * KiB),
  ...intent(['edsz'], 60 * KiB),
  { ask: { ztunnel: 'config_dump' }, typicalBytes: 200 * KiB, right: FORWARD },
  { ask: { ztunnel: 'stats' }, typicalBytes: 60 * KiB, right: FORWARD },
  { ask: { ztunnel: 'logging' }, typicalBytes: KiB, right: FORWARD },
  { ask: { log: 'ztunnel' }, typicalBytes: 500 * KiB, right: LOG },
];

/** Pages that say little more than those before, but that single commands read. */
const FURTHER_LINES: readonly PlanLine[] = [
  ...intent(['ecdsz', 'sidecarz'], 20 * KiB),
  ...intent(['ndsz'], 60 * KiB),
  ...envoy(['init_dump', 'runtime'], KiB),
  ...envoy(['clusters_text', 'stats_json'], 200 * KiB),
];

/** The plan: the control plane first, then proxies with a problem, then the rest. */
export const PLAN: readonly Stage[] = [
  {
    title: 'control plane',
    of: 'mesh',
    lines: [
      ...kinds('', ['pods'], 900 * KiB),
      ...kinds('', ['namespaces'], 20 * KiB),
      ...istiod('debug', FIRST_PAGES, 40 * KiB),
      ...istiod('version', ['version'], KiB),
      ...istiod('metrics', ['metrics'], 300 * KiB),
      ...istiod('controlz', ['scopes'], 4 * KiB),
      { ask: { log: 'istiod' }, typicalBytes: 2048 * KiB, right: LOG },
    ],
  },
  {
    title: 'configuration of the mesh',
    of: 'mesh',
    lines: [
      ...kinds(
        'networking.istio.io',
        [
          'virtualservices',
          'destinationrules',
          'gateways',
          'serviceentries',
          'sidecars',
          'envoyfilters',
          'workloadentries',
          'workloadgroups',
          'proxyconfigs',
        ],
        60 * KiB,
      ),
      ...kinds(
        'security.istio.io',
        ['peerauthentications', 'authorizationpolicies', 'requestauthentications'],
        20 * KiB,
      ),
      ...kinds('telemetry.istio.io', ['telemetries'], 10 * KiB),
      ...kinds('extensions.istio.io', ['wasmplugins', 'trafficextensions'], 10 * KiB),
      ...kinds(
        'gateway.networking.k8s.io',
        [
          'gatewayclasses',
          'gateways',
          'httproutes',
          'grpcroutes',
          'tcproutes',
          'tlsroutes',
          'udproutes',
          'listenersets',
          'referencegrants',
          'backendtlspolicies',
        ],
        20 * KiB,
      ),
      ...kinds(
        'gateway.networking.x-k8s.io',
        ['xbackends', 'xbackendtrafficpolicies', 'xmeshes', 'xlistenersets'],
        2 * KiB,
      ),
      ...kinds('', ['services', 'configmaps', 'endpoints', 'events'], 400 * KiB),
      ...kinds(
        'admissionregistration.k8s.io',
        ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
        30 * KiB,
      ),
      ...kinds('apps', ['deployments'], 300 * KiB),
      ...extras('inference.networking.k8s.io', ['inferencepools']),
      ...extras('inference.networking.x-k8s.io', [
        'inferencepools',
        'inferenceobjectives',
        'inferencemodels',
      ]),
      ...extras('multicluster.x-k8s.io', ['serviceexports', 'serviceimports']),
      ...extras('install.istio.io', ['istiooperators']),
      ...extras('sailoperator.io', [
        'istios',
        'istiorevisions',
        'istiorevisiontags',
        'istiocnis',
        'ztunnels',
      ]),
    ],
  },
  { title: 'proxies with a problem', of: 'troubled', lines: PROXY_LINES },
  {
    title: 'cluster',
    of: 'mesh',
    lines: [
      ...istiod('xds', ['syncz'], 60 * KiB),
      ...istiod('controlz', ['mem', 'proc', 'env'], 5 * KiB),
      ...istiod('debug', OTHER_PAGES, 400 * KiB),
      ...istiod('debug', ['cachez'], 60 * KiB, { sizes: 'true' }),
      ...kinds('apps', ['replicasets', 'statefulsets', 'daemonsets'], 300 * KiB),
      ...kinds('batch', ['jobs', 'cronjobs'], 20 * KiB),
      ...kinds('', ['nodes', 'serviceaccounts', 'secrets', 'resourcequotas', 'limitranges'], 100 * KiB),
      ...kinds('', ['replicationcontrollers'], 10 * KiB),
      ...kinds('discovery.k8s.io', ['endpointslices'], 300 * KiB),
      ...kinds('networking.k8s.io', ['ingresses', 'networkpolicies', 'ingressclasses'], 20 * KiB),
      ...kinds('policy', ['poddisruptionbudgets'], 10 * KiB),
      ...kinds('autoscaling', ['horizontalpodautoscalers'], 20 * KiB),
      ...kinds(
        'rbac.authorization.k8s.io',
        ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
        100 * KiB,
      ),
      ...kinds(
        'admissionregistration.k8s.io',
        ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
        4 * KiB,
      ),
      ...kinds('apiextensions.k8s.io', ['customresourcedefinitions'], 2048 * KiB),
      ...kinds('apiregistration.k8s.io', ['apiservices'], 30 * KiB),
      ...kinds('scheduling.k8s.io', ['priorityclasses'], 4 * KiB),
      // Which replica leads in each of istiod's tasks.
      ...kinds('coordination.k8s.io', ['leases'], 20 * KiB),
      ...extras('networking.k8s.io', ['ipaddresses', 'servicecidrs']),
      ...extras('argoproj.io', ['rollouts']),
      ...extras('cert-manager.io', ['certificates', 'certificaterequests', 'issuers', 'clusterissuers']),
      ...extras('k8s.cni.cncf.io', ['network-attachment-definitions']),
      { ask: { cni: 'metrics' }, typicalBytes: 30 * KiB, right: FORWARD },
      { ask: { log: 'cni' }, typicalBytes: 300 * KiB, right: LOG },
    ],
  },
  { title: 'gateways, waypoints and ztunnels', of: 'shared', lines: PROXY_LINES },
  { title: 'other proxies', of: 'rest', lines: PROXY_LINES },
  { title: 'further pages of proxies', of: 'all', lines: FURTHER_LINES },
];

/** Longest time for one whole answer, by what is asked. */
export const ANSWER_LIMITS: AnswerLimits = {
  objects: 60_000,
  istiod: 30_000,
  page: 30_000,
  log: 45_000,
  lastLines: 20_000,
};

/** Kinds whose objects stand in no namespace. */
export const WITHOUT_NAMESPACE: ReadonlySet<string> = new Set([
  'namespaces',
  'nodes',
  'gatewayclasses',
  'ingressclasses',
  'mutatingwebhookconfigurations',
  'validatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'clusterroles',
  'clusterrolebindings',
  'customresourcedefinitions',
  'apiservices',
  'priorityclasses',
  'xmeshes',
  'istios',
  'istiorevisions',
  'istiorevisiontags',
  'istiocnis',
  'ztunnels',
  'ipaddresses',
  'servicecidrs',
  'clusterissuers',
]);

/** Each right of the plan once; `expected`: without those of extensions that few clusters have. */
export function planRights(which: 'all' | 'expected' = 'all'): readonly PlanRight[] {
  const lines = PLAN.flatMap((stage) => stage.lines);
  const rights = lines.filter(({ isExtra }) => which === 'all' || isExtra !== true).map(({ right }) => right);
  return [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()];
}
