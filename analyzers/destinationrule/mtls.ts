import {
  type AnalysisContext,
  asObjects,
  asString,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
  matchesSelector,
} from '#analysis';
import { objectId } from '#kube/oldest-first';
import { servicePorts, targetPort } from '#kube/service-pods';
import { type ClientTlsSetting, destinationRuleFor, ruleHost, tlsSetting } from '#mesh/destination-rule';
import { isWildcard, matchesHost, serviceHost } from '#mesh/host';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { onePodPerWorkload, workloadName } from '#mesh/pod-groups';
import { RulesByHost } from '#mesh/rules-by-host';
import { type MtlsOutcome, mtlsOutcome, type ServerSide } from '#security/mtls-outcome';
import { podServer } from '#security/pod-server';
import { messages } from './messages.ts';

const INPUTS = [
  'DestinationRule',
  'MeshConfig',
  'Namespace',
  'PeerAuthentication',
  'Pod',
  'Service',
] as const;
type Context = AnalysisContext<(typeof INPUTS)[number], typeof messages, 'MSH0012' | 'MSH0013'>;
const SENDS = {
  DISABLE: 'it turns TLS off for',
  SIMPLE: 'it sends TLS without a certificate of the mesh to',
  MUTUAL: 'it sends TLS with another certificate than that of the mesh to',
  ISTIO_MUTUAL: 'it sends mTLS to',
} as const;

/** What a DestinationRule makes clients send, against what the pods behind the service accept. */
export const analyzer = defineAnalyzer({
  name: 'destinationrule.MtlsAnalyzer',
  description: 'Checks that the TLS settings of destination rules fit what the pods of the service accept.',
  inputs: INPUTS,
  messages,
  codes: ['MSH0012', 'MSH0013'],
  scope: 'mesh',
  analyze: (context) => {
    const root = rootNamespaceOf(context.all('MeshConfig')[0]);
    const rules = context.all('DestinationRule');
    const byHost = new RulesByHost(rules);
    for (const rule of rules.filter(hasTls)) {
      const reported = new Set<string>();
      for (const service of servicesOf(context, rule))
        checkService(context, rule, service, byHost, root, reported);
    }
  },
});

function hasTls(rule: KubeObject): boolean {
  const policies = [rule['spec'], ...asObjects(field(rule, 'spec', 'subsets'))].map((one) =>
    field(one, 'trafficPolicy'),
  );
  return policies.some(
    (policy) =>
      field(policy, 'tls') !== undefined ||
      asObjects(field(policy, 'portLevelSettings')).some((one) => one['tls'] !== undefined),
  );
}

function servicesOf(context: Context, rule: KubeObject): readonly KubeObject[] {
  const host = ruleHost(rule);
  if (isWildcard(host)) return context.all('Service').filter((one) => matchesHost(host, serviceHost(one)));
  const [name = '', namespace, word] = host.split('.');
  const service = word === 'svc' ? context.get('Service', namespace, name) : undefined;
  return service === undefined ? [] : [service];
}

function checkService(
  context: Context,
  rule: KubeObject,
  service: KubeObject,
  byHost: RulesByHost,
  root: string,
  reported: Set<string>,
): void {
  const own = rule.metadata.namespace ?? '';
  const serviceNamespace = service.metadata.namespace ?? '';
  const host = serviceHost(service);
  const clientNamespace = own === root ? serviceNamespace : own;
  const clientLabels = field(rule, 'spec', 'workloadSelector', 'matchLabels') as
    | Record<string, string>
    | undefined;
  const call = { clientNamespace, clientLabels, host, serviceNamespace, rootNamespace: root };
  const chosen = destinationRuleFor(byHost.for(host), call);
  if (chosen === undefined || !chosen.rules.includes(rule)) return;
  const subsets = asObjects(field(rule, 'spec', 'subsets'));
  for (const port of servicePorts(service)) {
    for (const subset of [undefined, ...subsets]) {
      const setting = tlsSetting(chosen, port, asString(subset?.['name']));
      if (setting === undefined || setting.by !== objectId(rule)) continue;
      const found = conflict(context, service, port, equalitySelector(subset?.['labels']), setting, root);
      const key = `${setting.path} ${found?.outcome.why}`;
      if (found === undefined || reported.has(key)) continue;
      reported.add(key);
      report(context, rule, service, port, setting, found);
    }
  }
}

interface Conflict {
  readonly pod: KubeObject;
  readonly server: ServerSide;
  readonly outcome: Extract<MtlsOutcome, { kind: 'fails' }>;
}

function conflict(
  context: Context,
  service: KubeObject,
  port: number,
  subset: ReturnType<typeof equalitySelector>,
  setting: ClientTlsSetting,
  root: string,
): Conflict | undefined {
  const { namespace = '' } = service.metadata;
  const selector = equalitySelector(field(service, 'spec', 'selector'));
  if (selector.length === 0) return undefined;
  const peers = [
    ...new Set([root, namespace].flatMap((one) => context.inNamespace('PeerAuthentication', one))),
  ];
  const facts = { namespace: context.get('Namespace', undefined, namespace), peers, rootNamespace: root };
  for (const pod of onePodPerWorkload(context.select('Pod', selector, namespace))) {
    const target = targetPort(service, port, pod);
    if (target === undefined || !matchesSelector(subset, pod.metadata.labels)) continue;
    // Nobody calls the control plane through the rules of the mesh.
    const server = pod.metadata.labels?.['app'] === 'istiod' ? undefined : podServer(pod, target, facts);
    const outcome = server && mtlsOutcome(setting, server);
    if (server !== undefined && outcome?.kind === 'fails') return { pod, server, outcome };
  }
  return undefined;
}

function report(
  context: Context,
  rule: KubeObject,
  service: KubeObject,
  port: number,
  setting: ClientTlsSetting,
  { pod, server, outcome }: Conflict,
): void {
  const host = `${service.metadata.name}.${service.metadata.namespace ?? ''}:${port}`;
  const path = setting.path
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const at = { resource: rule, path: [...path, 'mode'], related: [service, pod] };
  const { symptom } = outcome;
  const workload = workloadName(pod);
  const peer = 'mtls' in server ? server.mtls.by : undefined;
  if (outcome.why === 'mtls-to-plain') {
    context.report('MSH0013', { host, workload, why: whyPlain(server, peer), symptom }, at);
  } else {
    const sends = `${SENDS[setting.mode]} ${host}`;
    context.report('MSH0012', { sends, workload, peer: peer ?? '', symptom }, at);
  }
}

function whyPlain(server: ServerSide, peer: string | undefined): string {
  if (server.kind !== 'no-proxy')
    return `accepts plain text alone (PeerAuthentication ${peer ?? ''}, DISABLE)`;
  return server.excluded
    ? 'takes that port past its sidecar (annotation traffic.sidecar.istio.io/excludeInboundPorts)'
    : 'has no sidecar';
}
