import {
  asArray,
  asNumber,
  asStrings,
  defineAnalyzer,
  field,
  type KubeObject,
  objectSelector,
} from '#analysis';
import { isRedirected, podShape } from '#mesh/membership';
import { messages } from './messages.ts';

/** A port that the mesh needs open on a pod, and for what. */
interface NeededPort {
  readonly port: number;
  readonly purpose: string;
}

const HBONE: NeededPort = { port: 15008, purpose: 'traffic from other workloads of the ambient mesh' };
const ISTIOD: readonly NeededPort[] = [
  { port: 15012, purpose: 'the configuration of proxies' },
  { port: 15017, purpose: 'the injection webhook' },
];

/** Network policies that leave the ports of the mesh closed. */
export const analyzer = defineAnalyzer({
  name: 'networkpolicy.MeshPortsAnalyzer',
  description: 'Checks that network policies let the traffic of the mesh through.',
  inputs: ['NetworkPolicy', 'Pod'],
  messages,
  codes: ['MSH0019'],
  scope: 'mesh',
  analyze: (context) => {
    for (const resource of context.all('NetworkPolicy')) {
      if (!isForIngress(resource)) continue;
      const { namespace = '' } = resource.metadata;
      const selector = objectSelector(field(resource, 'spec', 'podSelector'));
      const reported = new Set<number>();
      for (const pod of context.select('Pod', selector, namespace)) {
        for (const { port, purpose } of neededBy(pod)) {
          if (reported.has(port)) continue;
          // Policies add up: another one may open the port.
          const others = context
            .inNamespace('NetworkPolicy', namespace)
            .filter((policy) => isForIngress(policy) && selects(context, policy, pod));
          if (others.some((policy) => opens(policy, port))) continue;
          reported.add(port);
          const args = { port, purpose, workload: pod.metadata.name };
          context.report('MSH0019', args, { resource, path: ['spec', 'ingress'], related: [pod] });
        }
      }
    }
  },
});

function isForIngress(policy: KubeObject): boolean {
  const types = asStrings(field(policy, 'spec', 'policyTypes'));
  return types.length === 0 || types.includes('Ingress');
}

function selects(
  context: {
    select(
      kind: 'Pod',
      selector: ReturnType<typeof objectSelector>,
      namespace?: string,
    ): readonly KubeObject[];
  },
  policy: KubeObject,
  pod: KubeObject,
): boolean {
  const selector = objectSelector(field(policy, 'spec', 'podSelector'));
  return context.select('Pod', selector, policy.metadata.namespace ?? '').includes(pod);
}

function neededBy(pod: KubeObject): readonly NeededPort[] {
  if (pod.metadata.labels?.['app'] === 'istiod') return ISTIOD;
  return isRedirected(podShape(pod)) ? [HBONE] : [];
}

/** Whether some ingress rule lets a port through, from wherever. */
function opens(policy: KubeObject, port: number): boolean {
  return asArray(field(policy, 'spec', 'ingress')).some((rule) => {
    const ports = asArray(field(rule, 'ports'));
    return ports.length === 0 || ports.some((one) => covers(one, port));
  });
}

function covers(one: unknown, port: number): boolean {
  const written = field(one, 'port');
  if (written === undefined) return true;
  const [first, last] = [asNumber(written), asNumber(field(one, 'endPort'))];
  return first !== undefined && port >= first && port <= (last ?? first);
}
