import type { KubeObject } from '../kube/object.ts';
import { equalitySelector, matchesSelector } from '../kube/selector.ts';
import { selectsPod, targetPort } from '../kube/service-pods.ts';
import { asNumber, asObjects, asString, asStrings, field, type JsonObject } from '../util/json.ts';
import { servicePortsOf } from './service-port.ts';

/** One server of an Istio Gateway. */
export interface GatewayServer {
  readonly port: number;
  /** `HTTP`, `HTTPS`, `TLS`, `TCP` … */
  readonly protocol: string;
  readonly name: string | undefined;
  /** Hosts without their `namespace/` part. */
  readonly hosts: readonly string[];
  /** The same as written: `namespace/host` limits which VirtualServices may use it. */
  readonly scopedHosts: readonly string[];
  readonly credential: string | undefined;
  readonly tlsMode: string | undefined;
  readonly redirectsToHttps: boolean;
  /** Path of the server in its Gateway. */
  readonly path: string;
}

/** The servers of a Gateway of networking.istio.io, in order. */
export function gatewayServers(gateway: KubeObject): readonly GatewayServer[] {
  return asObjects(field(gateway, 'spec', 'servers')).map((server, index) => gatewayServer(server, index));
}

function gatewayServer(server: JsonObject, index: number): GatewayServer {
  const scopedHosts = asStrings(server['hosts']);
  const tls = server['tls'];
  return {
    port: asNumber(field(server, 'port', 'number')) ?? 0,
    protocol: (asString(field(server, 'port', 'protocol')) ?? '').toUpperCase(),
    name: asString(field(server, 'port', 'name')),
    hosts: scopedHosts.map((host) => host.slice(host.indexOf('/') + 1).toLowerCase()),
    scopedHosts,
    credential: asString(field(tls, 'credentialName')),
    tlsMode: asString(field(tls, 'mode')),
    redirectsToHttps: field(tls, 'httpsRedirect') === true,
    path: `spec.servers[${index}]`,
  };
}

/** Whether a server's `namespace/` parts let a VirtualService of `namespace` use one of its hosts. */
export function serverAdmits(server: GatewayServer, gateway: KubeObject, namespace: string): boolean {
  return server.scopedHosts.some((host) => {
    const slash = host.indexOf('/');
    const scope = slash < 0 ? '*' : host.slice(0, slash);
    return (
      scope === '*' || scope === namespace || (scope === '.' && gateway.metadata.namespace === namespace)
    );
  });
}

/** The pods that serve an Istio Gateway, of all namespaces; a Gateway without selector is served by none. */
export function gatewayPods(gateway: KubeObject, pods: readonly KubeObject[]): readonly KubeObject[] {
  const selector = equalitySelector(field(gateway, 'spec', 'selector'));
  if (selector.length === 0) return [];
  return pods.filter((pod) => matchesSelector(selector, pod.metadata.labels));
}

/** Where people reach pods from outside: a Service in front of them, its address, and its port for the pods' port. */
export interface Entrance {
  readonly service: KubeObject;
  /** Host name or address of the load balancer; `undefined` while it has none. */
  readonly address: string | undefined;
  readonly port: number;
}

/**
 * The Services in front of gateway pods that lead to a port of a Gateway's server. The server's port is that of the
 * Service, or of the pod where no Service has it.
 */
export function entrances(
  pods: readonly KubeObject[],
  services: readonly KubeObject[],
  serverPort: number,
): readonly Entrance[] {
  const [pod] = pods;
  if (pod === undefined) return [];
  return services.flatMap((service): Entrance[] => {
    if (!selectsPod(service, pod)) return [];
    const ports = servicePortsOf(service).map(({ port }) => port);
    const port =
      ports.find((one) => one === serverPort) ??
      ports.find((one) => targetPort(service, one, pod) === serverPort);
    return port === undefined ? [] : [{ service, address: serviceAddress(service), port }];
  });
}

/** The address at which a Service is reached from outside the cluster, where it says one. */
export function serviceAddress(service: KubeObject): string | undefined {
  const [ingress] = asObjects(field(service, 'status', 'loadBalancer', 'ingress'));
  return (
    asString(ingress?.['hostname']) ??
    asString(ingress?.['ip']) ??
    asStrings(field(service, 'spec', 'externalIPs'))[0]
  );
}
