import { textMembers } from '../kube/injection/injector-policy.ts';
import type { KubeObject } from '../kube/object.ts';
import { shellQuote } from '../kube/workload-text.ts';
import { asNumber, asObject, asString, field, type JsonObject } from '../util/json.ts';
import { compareText } from '../util/text.ts';

/** What the files of a workload outside Kubernetes are made of. */
export interface WorkloadEntryInput {
  readonly group: KubeObject;
  /** The parsed mesh configuration of the control plane. */
  readonly mesh: unknown;
  /** Parsed `proxy.istio.io/config` annotations, of the group and then of its template. */
  readonly proxyConfigs: readonly unknown[];
  readonly istioNamespace: string;
  /** Empty or `default` for the default one. */
  readonly revision: string;
  readonly clusterID: string;
  readonly internalIP: string | undefined;
  readonly externalIP: string | undefined;
  readonly autoRegister: boolean;
  readonly captureDns: boolean;
  /** Address at which the workload reaches istiod; `undefined` when it is not known. */
  readonly ingressIP: string | undefined;
}

/** The texts that can be computed: the settings of the agent, of the proxy, and where istiod is. */
export interface WorkloadEntryTexts {
  /** `mesh.yaml` as data: key order does not matter. */
  readonly mesh: JsonObject;
  readonly clusterEnv: string;
  readonly hosts: string;
}

/** The files of a workload. What the group does not say has the defaults of an injected pod. */
export function workloadEntryTexts(input: WorkloadEntryInput): WorkloadEntryTexts {
  const config = proxyConfig(input);
  return {
    mesh: { defaultConfig: config },
    clusterEnv: clusterEnv(input, config),
    hosts: input.ingressIP === undefined ? '' : `${input.ingressIP} ${istiodHost(input)}\n`,
  };
}

/** Service account that the workloads of a group run as. */
export function serviceAccountOf(group: KubeObject): string {
  return asString(field(group, 'spec', 'template', 'serviceAccount')) || 'default';
}

/** Name of the Service of istiod, which its certificate carries. */
export function istiodHost({
  istioNamespace,
  revision,
}: Pick<WorkloadEntryInput, 'istioNamespace' | 'revision'>): string {
  return `istiod${isRevisioned(revision) ? `-${revision}` : ''}.${istioNamespace}.svc`;
}

/** Whether a revision has names of its own, unlike the default one. */
export function isRevisioned(revision: string): boolean {
  return revision !== '' && revision !== 'default';
}

function proxyConfig(input: WorkloadEntryInput): JsonObject {
  const { group, mesh, revision } = input;
  const base = asObject(field(mesh, 'defaultConfig')) ?? {};
  const layers = [base, ...input.proxyConfigs.map((one) => asObject(one) ?? {})];
  const merged: Record<string, unknown> = Object.assign({}, ...layers);
  if (isRevisioned(revision) && (asString(base['discoveryAddress']) ?? '') === '')
    merged['discoveryAddress'] ??= `${istiodHost(input)}:15012`;
  const metadata = Object.assign({}, ...layers.map((one) => textMembers(one['proxyMetadata'])));
  merged['proxyMetadata'] = { ...metadata, ...workloadMetadata(input, asString(merged['meshId']) ?? '') };
  const probe = field(group, 'spec', 'probe');
  if (probe !== undefined) merged['readinessProbe'] = probe;
  return merged;
}

function workloadMetadata(input: WorkloadEntryInput, meshId: string): Record<string, string> {
  const { group, mesh, clusterID, captureDns, autoRegister } = input;
  const { name, namespace = '' } = group.metadata;
  const labels = {
    ...textMembers(field(group, 'spec', 'metadata', 'labels')),
    ...textMembers(field(group, 'spec', 'template', 'labels')),
  };
  const service =
    labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels['app'] ?? name;
  const revision =
    labels['service.istio.io/canonical-revision'] ??
    labels['app.kubernetes.io/version'] ??
    labels['version'] ??
    'latest';
  const all = {
    ...labels,
    'service.istio.io/canonical-name': service,
    'service.istio.io/canonical-revision': revision,
  };
  const ports = portsOf(group);
  return {
    CANONICAL_SERVICE: service,
    CANONICAL_REVISION: revision,
    POD_NAMESPACE: namespace,
    SERVICE_ACCOUNT: serviceAccountOf(group),
    TRUST_DOMAIN: asString(field(mesh, 'trustDomain')) ?? '',
    ISTIO_META_CLUSTER_ID: clusterID,
    ISTIO_META_MESH_ID: meshId,
    ISTIO_META_NETWORK: asString(field(group, 'spec', 'template', 'network')) ?? '',
    ISTIO_META_WORKLOAD_NAME: name,
    ISTIO_METAJSON_LABELS: JSON.stringify(sorted(all)),
    ...(ports.length === 0
      ? {}
      : {
          ISTIO_META_POD_PORTS: JSON.stringify(
            ports.map(([portName, containerPort]) => ({ name: portName, containerPort, protocol: '' })),
          ),
        }),
    ...(captureDns ? { ISTIO_META_DNS_CAPTURE: 'true' } : {}),
    ...(autoRegister ? { ISTIO_META_AUTO_REGISTER_GROUP: name } : {}),
  };
}

function portsOf(group: KubeObject): [string, number][] {
  return Object.entries(asObject(field(group, 'spec', 'template', 'ports')) ?? {})
    .flatMap(([name, port]): [string, number][] => {
      const number = asNumber(port);
      return number === undefined ? [] : [[name, number]];
    })
    .sort(([a], [b]) => compareText(a, b));
}

function sorted<T>(members: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => compareText(a, b)));
}

/** Ports that are never captured: ssh, so that a mistake locks nobody out, and those of the agent itself. */
const EXCLUDED_PORTS = '22,15090,15021';

function clusterEnv(input: WorkloadEntryInput, config: JsonObject): string {
  const { group, internalIP, externalIP } = input;
  const { name, namespace = '' } = group.metadata;
  const ports = portsOf(group).map(([, port]) => port);
  const status = asNumber(config['statusPort']) || 15020;
  const env: Record<string, string> = {
    ...textMembers(config['proxyMetadata']),
    ISTIO_INBOUND_PORTS: ports.length === 0 ? '*' : ports.join(','),
    ISTIO_NAMESPACE: namespace,
    ISTIO_SERVICE: `${name}.${namespace}`,
    ISTIO_SERVICE_CIDR: '*',
    ISTIO_LOCAL_EXCLUDE_PORTS:
      status === 15090 || status === 15021 ? EXCLUDED_PORTS : `${EXCLUDED_PORTS},${status}`,
    SERVICE_ACCOUNT: serviceAccountOf(group),
    ...(isRevisioned(input.revision) ? { CA_ADDR: `${istiodHost(input)}:15012` } : {}),
    ...(internalIP === undefined ? {} : { ISTIO_SVC_IP: internalIP }),
    ...(internalIP !== undefined || externalIP === undefined
      ? {}
      : { ISTIO_SVC_IP: externalIP, REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION: 'true' }),
  };
  // What is no name of a variable would be a line of its own to whoever reads the file.
  const named = Object.entries(env).filter(([key]) => /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(key));
  const lines = named.map(([key, value]) => `${key}=${shellQuote(value)}`);
  return `${lines.sort(compareText).join('\n')}\n`;
}
