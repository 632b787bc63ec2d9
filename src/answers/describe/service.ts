import type { KubeObject } from '../../kube/object.ts';
import { podPhase } from '../../kube/pod.ts';
import { proxyPod } from '../../kube/proxy-pod.ts';
import { selectsPod } from '../../kube/service-pods.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { type AppliedPolicy, authorizationPoliciesFor } from '../../security/authz.ts';
import { asArray, asString, field } from '../../util/json.ts';
import type { ProxyRow } from '../proxy-row.ts';
import { gatewayRole, type ServedGateway } from './gateway-role.ts';
import { callerProblems, type NamedPort, rawTcpProblems } from './policy-problems.ts';
import { type DescribeProblem, sortProblems } from './problem.ts';
import { type DescribeScope, describeScope } from './scope.ts';
import { namedPorts, type ServiceFacts, serviceFacts } from './service-facts.ts';
import { podState, podsProblems, type ServicePod } from './service-pods.ts';
import type { WaypointProxy } from './waypoints.ts';
import { ztunnelProblems } from './ztunnel-policies.ts';

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
  readonly read: DescribeScope;
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
  const { facts, problems } = serviceFacts({ service, pods: live, objects, waypointProxy });
  const [gatewayPod] = live.filter((pod) => proxyPod(pod)?.type === 'router');
  const role = gatewayPod === undefined ? { serves: [], problems: [] } : gatewayRole(gatewayPod, objects);
  const policies = servicePolicies(live, objects, namedPorts(facts));
  const states = pods.map((pod) => podState(pod, objects, rowOf));
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'ServiceDescription',
    problems: sortProblems([
      ...podsProblems(service, states, objects),
      ...problems,
      ...role.problems,
      ...policies.problems,
    ]),
    type: typeOf(service),
    clusterIPs: addressesOf(service),
    service: facts,
    pods: states,
    policies: policies.policies,
    gateways: role.serves,
    read: describeScope(objects, facts.namespace, input.only),
  };
}

function typeOf(service: KubeObject): string {
  if (field(service, 'spec', 'clusterIP') === 'None') return 'headless';
  const external = asString(field(service, 'spec', 'externalName'));
  return external === undefined
    ? (asString(field(service, 'spec', 'type')) ?? 'ClusterIP')
    : `ExternalName ${external}`;
}

function addressesOf(service: KubeObject): readonly string[] {
  return asArray(field(service, 'spec', 'clusterIPs')).flatMap((one) => {
    const text = asString(one);
    return text === undefined || text === 'None' ? [] : [text];
  });
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
  const isCaptured = meshed.some((pod) => proxyPod(pod) === undefined);
  return {
    policies: [...counts].map(([policy, { applied, pods: count }]) => ({
      policy,
      action: applied.action,
      dryRun: applied.isDryRun,
      pods: count,
    })),
    problems: [
      ...found.flatMap((one) => callerProblems(one, objects)),
      ...(hasSidecar ? rawTcpProblems(found, objects, ports) : []),
      ...(isCaptured ? found.flatMap((one) => ztunnelProblems(one, objects)) : []),
    ],
  };
}
