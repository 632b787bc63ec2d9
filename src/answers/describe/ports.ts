import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import { proxyPod } from '../../kube/proxy-pod.ts';
import { targetPort } from '../../kube/service-pods.ts';
import { containerPorts } from '../../kube/workload.ts';
import {
  misleadingName,
  type PortProtocol,
  type ServicePort,
  servicePortsOf,
} from '../../mesh/service-port.ts';
import { type DescribeProblem, listed } from './problem.ts';

/** A port of a Service as it leads to pods. */
export interface PortFacts extends ServicePort {
  /** The pods' ports that it leads to; several when pods name them differently, none when no pod has it. */
  readonly podPorts: readonly number[];
}

/** The ports of a Service with what they lead to on the given pods. */
export function portFacts(service: KubeObject, pods: readonly KubeObject[]): readonly PortFacts[] {
  return servicePortsOf(service).map((one) => {
    const found = pods.flatMap((pod) => targetPort(service, one.port, pod) ?? []);
    return { ...one, podPorts: [...new Set(found)].sort((a, b) => a - b) };
  });
}

/** Ports of a Service that lead nowhere, or that istiod takes for something else than they seem to be. */
export function portProblems(service: KubeObject, pods: readonly KubeObject[]): DescribeProblem[] {
  return servicePortsOf(service).flatMap((port, index) => [
    ...unservedTarget(service, port, index, pods),
    ...misread(service, port, index),
  ]);
}

function unservedTarget(
  service: KubeObject,
  { port, target }: ServicePort,
  index: number,
  pods: readonly KubeObject[],
): DescribeProblem[] {
  const where = `Service ${objectId(service)} spec.ports[${index}].targetPort`;
  const lacking = pods.filter((pod) => lacksPort(service, port, pod));
  const [example] = lacking;
  if (example === undefined) return [];
  const declared = listed([...new Set(appPorts(example).map((one) => String(one.port)))]);
  const named = typeof target === 'string';
  return [
    {
      level: named ? 'bad' : 'warn',
      kind: 'target-port',
      text: named
        ? `port ${port} of ${service.metadata.name} leads to the container port "${target}", which ${example.metadata.name} does not have`
        : `port ${port} of ${service.metadata.name} leads to port ${target}, which no container of ${example.metadata.name} declares`,
      where,
      why: named
        ? 'the pod is no endpoint of this port'
        : 'if nothing listens there, callers get connection refused (503 UF)',
      next: `the containers declare ${declared}: correct targetPort, or declare the port if the application serves it`,
    },
  ];
}

/** Proxies serve ports of their own; a pod that declares no ports at all says nothing. */
function lacksPort(service: KubeObject, port: number, pod: KubeObject): boolean {
  const found = targetPort(service, port, pod);
  if (found === undefined) return true;
  const kind = proxyPod(pod)?.type;
  if (kind === 'router' || kind === 'waypoint' || kind === 'ztunnel') return false;
  const declared = appPorts(pod);
  return declared.length > 0 && !containerPorts(pod).some((one) => one.port === found);
}

function appPorts(pod: KubeObject) {
  return containerPorts(pod).filter(({ container }) => container !== 'istio-proxy');
}

function misread(service: KubeObject, port: ServicePort, index: number): DescribeProblem[] {
  const word = misleadingName(port);
  if (word === undefined) return [];
  const where = `Service ${objectId(service)} spec.ports[${index}].name`;
  return [
    {
      level: 'warn',
      kind: 'port-name',
      text: `port ${port.port} of ${service.metadata.name} is named "${port.name}", which istiod does not take for ${word}`,
      where,
      why: 'the protocol comes first in a port name; this one is found out from each connection instead',
      next: `name it ${word}-${(port.name ?? '').replace(new RegExp(`-?${word}$`, 'i'), '') || 'web'}, or set appProtocol: ${word}`,
    },
  ];
}

/** Services that lead to the same port of a pod and take it for different protocols. */
export function protocolConflicts(services: readonly KubeObject[], pod: KubeObject): DescribeProblem[] {
  const byPort = new Map<number, Map<PortProtocol, string[]>>();
  for (const service of services) {
    for (const { port, protocol, transport } of servicePortsOf(service)) {
      const found = targetPort(service, port, pod);
      if (found === undefined || transport !== 'TCP') continue;
      const uses = byPort.get(found) ?? new Map<PortProtocol, string[]>();
      uses.set(protocol, [...(uses.get(protocol) ?? []), `${service.metadata.name}:${port}`]);
      byPort.set(found, uses);
    }
  }
  return [...byPort].flatMap(([port, uses]) => {
    if (uses.size < 2) return [];
    const texts = [...uses].map(([protocol, names]) => `${protocolText(protocol)} for ${listed(names)}`);
    return [
      {
        level: 'warn' as const,
        kind: 'port-conflict',
        text: `port ${port} of the pod is ${texts.join(', ')}`,
        where: `Services ${listed(services.map(objectId))}`,
        why: 'the sidecar has one set of rules a port: one of the Services is served as the other one says',
        next: 'give the ports the same protocol (name or appProtocol)',
      },
    ];
  });
}

/** A protocol in words. */
export function protocolText(protocol: PortProtocol): string {
  return protocol === 'auto' ? 'detected from each connection' : protocol;
}
