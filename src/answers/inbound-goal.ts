import { isIP } from 'node:net';
import type { Entry } from '../envoy/entry.ts';
import { filterChainsOf, networkFilters, routeSource } from '../envoy/listener.ts';
import { virtualHostsOf } from '../envoy/route.ts';
import type { KubeObject } from '../kube/object.ts';
import type { PodRef } from '../kube/pod-ref.ts';
import { findService, podAddresses, selectsPod, servicePorts, targetPort } from '../kube/service-pods.ts';
import { usageError } from '../util/errors.ts';
import type { MeshFacts } from './server-stance.ts';

/** Address and port as the pod sees them; `ip` is absent when it is not known. */
export interface InboundGoal {
  readonly ip: string | undefined;
  readonly port: number;
}

/**
 * Where a request to `host:port` arrives at the pod: a service's address never gets there, its port becomes the pod's.
 * Without objects the port is looked for in the inbound listener, whose routes carry the service's port. Throws a
 * usage error for a service that does not lead to the pod, or a name that can't be placed.
 */
export function inboundGoal(
  host: string,
  port: number,
  pod: PodRef | undefined,
  facts: MeshFacts | undefined,
  listeners: readonly Entry[],
): InboundGoal {
  const object = facts?.pods.find(
    ({ metadata }) => metadata.name === pod?.name && metadata.namespace === pod.namespace,
  );
  const own = object && podAddresses(object)[0];
  if (facts !== undefined && object !== undefined && pod !== undefined) {
    const service = findService(facts.services, host, pod.namespace);
    if (service !== undefined) return { ip: own, port: podPort(service, object, port) };
    if (!host.includes('.') && !host.includes(':') && host !== pod.name) {
      throw usageError(`no service ${host} is in namespace ${pod.namespace}`, {
        hint: 'name it as SERVICE.NAMESPACE:PORT, or name the address and port of the pod',
      });
    }
  }
  if (isIP(host) !== 0) return { ip: host, port };
  const known = inboundPorts(listeners);
  const isOwnName = pod !== undefined && (host === pod.name || host === `${pod.name}.${pod.namespace}`);
  if (known.length === 0 || isOwnName || known.some((one) => one.port === port)) return { ip: own, port };
  const translated = known.find((one) => one.servicePort === port);
  if (translated !== undefined) return { ip: own, port: translated.port };
  const ports = [...new Set(known.map((one) => one.port))].join(', ');
  throw usageError(`which port of the pod ${host}:${port} leads to is not known here`, {
    hint: `name the pod's own port; its proxy has chains for ${ports}`,
  });
}

function podPort(service: KubeObject, pod: KubeObject, port: number): number {
  const name = `${service.metadata.name}.${service.metadata.namespace ?? ''}`;
  if (!selectsPod(service, pod)) {
    throw usageError(`service ${name} does not lead to pod ${pod.metadata.name}`, {
      hint: 'name a service whose selector picks the pod, or the address and port of the pod itself',
    });
  }
  const target = targetPort(service, port, pod);
  if (target !== undefined) return target;
  const ports = servicePorts(service);
  if (ports.some((one) => targetPort(service, one, pod) === port)) return port;
  throw usageError(`service ${name} has no port ${port}`, { hint: `its ports are ${ports.join(', ')}` });
}

/** The pod's ports that the inbound listener has chains for, with the service port that a chain's routes are named by. */
function inboundPorts(listeners: readonly Entry[]): { port: number; servicePort: number | undefined }[] {
  const inbound = listeners.filter(({ name, state }) => name === 'virtualInbound' && state !== 'rejected');
  return inbound.flatMap(({ message }) =>
    filterChainsOf(message).flatMap(({ match, raw }) => {
      const port = match.destinationPort;
      if (port === undefined || port === BLACKHOLE_PORT) return [];
      const manager = networkFilters(raw).find(({ role }) => role === 'http');
      const source = manager && routeSource(manager.config);
      const hosts = source?.kind === 'inline' ? virtualHostsOf(source.config) : [];
      const number = hosts.map(({ name }) => /^inbound\|[^|]*\|(\d+)$/.exec(name)?.[1]).find(Boolean);
      return [{ port, servicePort: number === undefined ? undefined : Number(number) }];
    }),
  );
}

/** The port of the inbound listener itself: traffic to it would go round for ever, so it is dropped. */
const BLACKHOLE_PORT = 15006;
