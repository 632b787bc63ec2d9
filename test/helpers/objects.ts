import type { KubeObject, ObjectMeta } from '../../src/kube/object.ts';
import { type MeshKind, MeshObjects } from '../../src/mesh/objects.ts';

/** An object of a kind by `namespace/name`, its spec, and more metadata. */
export function object(
  kind: string,
  id: string,
  spec: Readonly<Record<string, unknown>> = {},
  metadata: Partial<ObjectMeta> = {},
): KubeObject {
  const [namespace = '', name = ''] = id.split('/');
  return { apiVersion: 'v1', kind, metadata: { name, namespace, ...metadata }, spec };
}

/** A Service that selects `app=<name>` and leads port 80 (HTTP) to 9080, unless `spec` says otherwise. */
export function service(id: string, spec: Readonly<Record<string, unknown>> = {}): KubeObject {
  const app = id.split('/')[1] ?? '';
  return object('Service', id, {
    selector: { app },
    ports: [{ name: 'http', port: 80, targetPort: 9080 }],
    ...spec,
  });
}

/** A running, ready pod with labels `app` and `version`, with a sidecar unless `proxy` is false. */
export function pod(
  id: string,
  labels: Readonly<Record<string, string>>,
  options: { proxy?: boolean; annotations?: Readonly<Record<string, string>> } = {},
): KubeObject {
  const containers = [{ name: 'app', ports: [{ containerPort: 9080 }] }];
  const sidecar = { name: 'istio-proxy', args: ['proxy', 'sidecar'] };
  return {
    ...object('Pod', id, { containers: options.proxy === false ? containers : [...containers, sidecar] }),
    metadata: {
      name: id.split('/')[1] ?? '',
      namespace: id.split('/')[0] ?? '',
      labels,
      annotations: options.annotations ?? {},
    },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

/** A mesh of these objects, sorted into their kinds; all kinds are known, `istio-system` is the root namespace. */
export function meshOf(objects: readonly KubeObject[], unknown: readonly MeshKind[] = []): MeshObjects {
  const lists = new Map<MeshKind, KubeObject[]>();
  for (const kind of Object.values(KINDS)) if (!unknown.includes(kind)) lists.set(kind, []);
  for (const one of objects) {
    const kind = KINDS[one.kind];
    if (kind !== undefined) lists.get(kind)?.push(one);
  }
  return new MeshObjects('istio-system', lists);
}

const KINDS: Readonly<Record<string, MeshKind>> = {
  Pod: 'pods',
  Service: 'services',
  Namespace: 'namespaces',
  VirtualService: 'virtualServices',
  DestinationRule: 'destinationRules',
  ServiceEntry: 'serviceEntries',
  Gateway: 'gateways',
  Sidecar: 'sidecars',
  EnvoyFilter: 'envoyFilters',
  PeerAuthentication: 'peerAuthentications',
  AuthorizationPolicy: 'authorizationPolicies',
  RequestAuthentication: 'requestAuthentications',
  Telemetry: 'telemetries',
  WasmPlugin: 'wasmPlugins',
  KubeGateway: 'kubeGateways',
  HTTPRoute: 'httpRoutes',
  GRPCRoute: 'grpcRoutes',
};
