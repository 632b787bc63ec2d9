import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import { podPhase } from '../../kube/pod.ts';
import { proxyId } from '../../kube/pod-ref.ts';
import { proxyPod } from '../../kube/proxy-pod.ts';
import { selectsPod } from '../../kube/service-pods.ts';
import { isReady } from '../../kube/workload.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { ambientState } from '../../mesh/waypoint.ts';
import { type AppliedPolicy, authorizationPoliciesFor } from '../../security/authz.ts';
import { counted } from '../../util/counted.ts';
import { asArray, asObject, asString, field } from '../../util/json.ts';
import type { ProxyRow } from '../proxy-row.ts';
import { gatewayRole, type ServedGateway } from './gateway-role.ts';
import type { PodProxy } from './pod.ts';
import { callerProblems, type NamedPort, rawTcpProblems } from './policy-problems.ts';
import { type DescribeProblem, listed, sortProblems } from './problem.ts';
import { namedPorts, type ServiceFacts, serviceFacts } from './service-facts.ts';
import type { WaypointProxy } from './waypoints.ts';
import { ztunnelProblems } from './ztunnel-policies.ts';

/** One pod behind a service. */
export interface ServicePod {
  readonly pod: string;
  readonly phase: string;
  readonly ready: boolean | undefined;
  readonly proxy: PodProxy;
  readonly version: string | undefined;
  /** `in-sync`, `stale` … as istiod says of its proxy; `undefined` where it was not asked or does not know it. */
  readonly sync: string | undefined;
  /** The worst of what istiod says of it, in a line. */
  readonly detail: string | undefined;
}

/** A service as the mesh sees it, problems first. */
export interface ServiceDescription {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'ServiceDescription';
  /** Worst first; notes last. */
  readonly problems: readonly DescribeProblem[];
  readonly type: string;
  readonly clusterIPs: readonly string[];
  readonly service: ServiceFacts;
  readonly pods: readonly ServicePod[];
  /** AuthorizationPolicies that apply to all or some of the pods. */
  readonly policies: readonly {
    readonly policy: string;
    readonly action: string;
    readonly dryRun: boolean;
    readonly pods: number;
  }[];
  /** Of a gateway's Service. */
  readonly gateways: readonly ServedGateway[];
  readonly read: { readonly namespaces: readonly string[] | undefined };
}

/** Everything that a service is described from. */
export interface ServiceDescriptionInput {
  readonly service: KubeObject;
  readonly objects: MeshObjects;
  readonly rowOf: (proxyId: string) => ProxyRow | undefined;
  readonly waypointProxy: (gateway: string) => WaypointProxy | undefined;
  readonly only: readonly string[] | undefined;
}

/** Describes a service. */
export function describeService(input: ServiceDescriptionInput): ServiceDescription {
  const { service, objects, rowOf, waypointProxy } = input;
  const pods = objects.all('pods').filter((pod) => selectsPod(service, pod));
  const live = pods.filter((pod) => podPhase(pod) === 'Running');
  const facts = serviceFacts({ service, pods: live, objects, waypointProxy });
  const [gatewayPod] = live.filter((pod) => proxyPod(pod)?.type === 'router');
  const role = gatewayPod === undefined ? { serves: [], problems: [] } : gatewayRole(gatewayPod, objects);
  const policies = servicePolicies(live, objects, namedPorts(facts));
  const states = pods.map((pod) => podState(pod, objects, rowOf));
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'ServiceDescription',
    problems: sortProblems([
      ...podsProblems(service, pods, states, objects),
      ...facts.problems,
      ...role.problems,
      ...policies.problems,
    ]),
    type: typeOf(service),
    clusterIPs: addressesOf(service),
    service: facts,
    pods: states,
    policies: policies.policies,
    gateways: role.serves,
    read: { namespaces: input.only },
  };
}

function typeOf(service: KubeObject): string {
  if (field(service, 'spec', 'clusterIP') === 'None') return 'headless';
  return asString(field(service, 'spec', 'type')) ?? 'ClusterIP';
}

function addressesOf(service: KubeObject): readonly string[] {
  return asArray(field(service, 'spec', 'clusterIPs')).flatMap((one) => {
    const text = asString(one);
    return text === undefined || text === 'None' ? [] : [text];
  });
}

function podState(
  pod: KubeObject,
  objects: MeshObjects,
  rowOf: (proxyId: string) => ProxyRow | undefined,
): ServicePod {
  const id = proxyId({ name: pod.metadata.name, namespace: pod.metadata.namespace ?? '' });
  const isCaptured = ambientState(pod, objects.namespace(pod.metadata.namespace ?? '')) === 'captured';
  const row = rowOf(id);
  return {
    pod: id,
    phase: podPhase(pod),
    ready: isReady(pod),
    proxy: proxyPod(pod)?.type ?? (isCaptured ? 'ambient' : 'none'),
    version: pod.metadata.labels?.['version'],
    sync: row?.state,
    detail: row?.problems[0]?.brief ?? row?.problems[0]?.detail,
  };
}

function podsProblems(
  service: KubeObject,
  pods: readonly KubeObject[],
  states: readonly ServicePod[],
  objects: MeshObjects,
): DescribeProblem[] {
  const selector = asObject(field(service, 'spec', 'selector')) ?? {};
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${String(value)}`);
  const name = service.metadata.name;
  if (labels.length === 0 || !objects.knows('pods', service.metadata.namespace ?? '')) return [];
  if (pods.length === 0) {
    return [
      {
        level: 'bad',
        kind: 'no-pods',
        text: `${name} has no pods`,
        where: `Service ${objectId(service)} spec.selector (${labels.join(',')})`,
        why: 'callers get 503 UH, no healthy upstream',
        next: `deploy pods with ${labels.join(',')}, or correct the selector`,
      },
    ];
  }
  const ready = states.filter(({ phase, ready: isUp }) => phase === 'Running' && isUp !== false);
  return [
    ...(ready.length === 0 ? [noneReady(name, states)] : []),
    ...brokenProxies(name, states),
    ...mixedMesh(name, states),
  ];
}

function noneReady(name: string, states: readonly ServicePod[]): DescribeProblem {
  return {
    level: 'bad',
    kind: 'none-ready',
    text: `none of the ${counted(states.length, 'pod')} of ${name} is ready`,
    where: listed(states.map(({ pod }) => pod)),
    why: 'callers get 503 UH, no healthy upstream',
    next: `meshscope describe pod ${states[0]?.pod ?? ''}`,
  };
}

const BROKEN: Readonly<
  Record<string, { readonly level: 'bad' | 'warn'; readonly text: string; readonly why: string }>
> = {
  'never-connected': {
    level: 'bad',
    text: 'has a proxy that does not run or never connected to istiod',
    why: 'it stays an endpoint as long as it is ready: its callers get connection refused (503 UF)',
  },
  rejected: {
    level: 'bad',
    text: 'has a proxy that refuses what istiod sends',
    why: 'it works on with what it had before, or takes no traffic at all',
  },
  stale: {
    level: 'warn',
    text: 'has a proxy that does not take what istiod sends',
    why: 'recent changes are not in force there',
  },
};

function brokenProxies(name: string, states: readonly ServicePod[]): DescribeProblem[] {
  return states.flatMap(({ pod, sync, detail }) => {
    const told = sync === undefined || !Object.hasOwn(BROKEN, sync) ? undefined : BROKEN[sync];
    if (told === undefined) return [];
    return [
      {
        level: told.level,
        kind: `pod-${sync}`,
        text: `pod ${pod} of ${name} ${told.text}${detail === undefined || sync === 'never-connected' ? '' : `: ${detail}`}`,
        where: `pod ${pod}`,
        why: told.why,
        next: `meshscope describe pod ${pod}`,
      },
    ];
  });
}

function mixedMesh(name: string, states: readonly ServicePod[]): DescribeProblem[] {
  const outside = states.filter(({ proxy }) => proxy === 'none');
  if (outside.length === 0 || outside.length === states.length) return [];
  return [
    {
      level: 'warn',
      kind: 'mixed-mesh',
      text: `${outside.length} of ${counted(states.length, 'pod')} of ${name} are not in the mesh`,
      where: listed(outside.map(({ pod }) => pod)),
      why: 'calls to these are plain text, and no policy protects them',
      next: 'restart them with injection on, or take all of them out',
    },
  ];
}

/** Policies over all pods: how many each applies to, and what the objects show to be wrong with it. */
function servicePolicies(
  pods: readonly KubeObject[],
  objects: MeshObjects,
  ports: readonly NamedPort[],
): { readonly policies: ServiceDescription['policies']; readonly problems: readonly DescribeProblem[] } {
  const meshed = pods.filter(
    (pod) =>
      proxyPod(pod) !== undefined || pod.metadata.annotations?.['ambient.istio.io/redirection'] === 'enabled',
  );
  const counts = new Map<string, { applied: AppliedPolicy; pods: number }>();
  for (const pod of meshed) {
    const target = { namespace: pod.metadata.namespace ?? '', labels: pod.metadata.labels ?? {} };
    const all = objects.all('authorizationPolicies');
    for (const applied of authorizationPoliciesFor(all, target, objects.rootNamespace)) {
      const key = `${applied.namespace}/${applied.name}`;
      counts.set(key, { applied, pods: (counts.get(key)?.pods ?? 0) + 1 });
    }
  }
  const found = [...counts.values()].map(({ applied }) => applied);
  const hasSidecar = meshed.some((pod) => proxyPod(pod)?.type === 'sidecar');
  return {
    policies: [...counts].map(([policy, { applied, pods: count }]) => ({
      policy,
      action: applied.action,
      dryRun: applied.isDryRun,
      pods: count,
    })),
    problems: [
      ...found.flatMap((one) => callerProblems(one, objects)),
      ...(hasSidecar
        ? rawTcpProblems(found, objects, ports)
        : found.flatMap((one) => ztunnelProblems(one, objects))),
    ],
  };
}
