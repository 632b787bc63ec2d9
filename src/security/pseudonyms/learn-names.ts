import { asObject, asString, type JsonObject } from '../../util/json.ts';
import type { KnownNames } from './known-names.ts';

/** Fields that hold the name of an object. */
const NAME_FIELDS: ReadonlySet<string> = new Set([
  ...[
    'namespace',
    'Namespace',
    'NAMESPACE',
    'namespaces',
    'serviceAccount',
    'serviceAccountName',
    'service_account',
  ],
  ...[
    'SERVICE_ACCOUNT',
    'nodeName',
    'node_name',
    'NODE_NAME',
    'workload_name',
    'workloadName',
    'WORKLOAD_NAME',
  ],
  ...['canonicalName', 'canonical_name', 'canonical_service', 'clusterName'],
  ...['network', 'Network', 'NETWORK', 'credentialName', 'podName', 'serviceName', 'generateName'],
]);
/** Fields that hold hosts. */
const HOST_FIELDS: ReadonlySet<string> = new Set([
  ...[
    'host',
    'hosts',
    'hostname',
    'hostnames',
    'Hostname',
    'domains',
    'sni',
    'sniHosts',
    'server_names',
    'serverNames',
  ],
  ...[
    'dnsNames',
    'trustDomain',
    'trust_domain',
    'trustDomainAliases',
    'TRUST_DOMAIN',
    'externalName',
    'ExternalName',
  ],
  ...['fqdn', 'subjectAltNames', 'aliases', 'Aliases', 'MESH_ID', 'dns'],
]);
/**
 * Fields that hold the name of a Kubernetes cluster, which may have other characters than names of objects. (What Envoy
 * calls a cluster stands in other fields.)
 */
const CLUSTER_FIELDS: ReadonlySet<string> = new Set(['CLUSTER_ID', 'cluster_id', 'clusterId', 'clusterID']);
/** Fields that hold labels. */
const LABEL_FIELDS: ReadonlySet<string> = new Set(['labels', 'matchLabels', 'LABELS', 'selector']);
/** Variables that hold the name of an object, besides those that are called like a field. */
const NAME_VARIABLES: ReadonlySet<string> = new Set(['POD_NAME', 'POD_NAMESPACE', 'HOSTNAME']);
/** Labels by which a workload is called. */
const NAME_LABELS: ReadonlySet<string> = new Set([
  ...[
    'app',
    'k8s-app',
    'name',
    'app.kubernetes.io/name',
    'app.kubernetes.io/instance',
    'app.kubernetes.io/part-of',
  ],
  ...['service.istio.io/canonical-name', 'topology.istio.io/network', 'topology.istio.io/cluster'],
  ...[
    'kubernetes.io/hostname',
    'kubernetes.io/service-name',
    'kubernetes.io/metadata.name',
    'istio.io/use-waypoint',
  ],
  ...['gateway.networking.k8s.io/gateway-name', 'job-name', 'statefulset.kubernetes.io/pod-name'],
]);
/** Kinds whose objects are named by projects, not by users. */
const OTHERS_KINDS =
  /^(?:CustomResourceDefinition|APIService|IPAddress|PriorityClass|FlowSchema|PriorityLevelConfiguration|GatewayClass|IngressClass|(?:Mutating|Validating)WebhookConfiguration|ValidatingAdmissionPolic\w+|Event|ServiceCIDR|RuntimeClass|StorageClass|CSI\w+)$/;
/** Namespaces in which Kubernetes keeps its own. */
const OTHERS_NAMESPACES: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease']);
const DEEPEST = 200;
/** A text with certificates in PEM, or base64 of one. */
const CERTIFICATES = /^LS0tLS1CRUdJTiBDRVJU|-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/;

/** Where what is learnt goes. */
export interface Learning {
  readonly known: KnownNames;
  /** Further fields and labels that hold a name. */
  readonly fields: ReadonlySet<string>;
  /** Is given each name of a cluster. */
  readonly onCluster: (name: string) => void;
  /** Is given each text with certificates in it. */
  readonly onCertificates: (text: string) => void;
}

/**
 * Learns the names in a JSON value (a list of objects, a dump, a debug page) from where they stand: what objects are
 * called, and fields and labels that hold a name or a host.
 */
export function learnNames(value: unknown, learning: Learning): void {
  new Learner(learning).any(value, 0);
}

class Learner {
  private readonly known: KnownNames;
  private readonly fields: ReadonlySet<string>;

  constructor(private readonly learning: Learning) {
    this.known = learning.known;
    this.fields = learning.fields;
  }

  any(value: unknown, depth: number): void {
    if (typeof value === 'string' && CERTIFICATES.test(value)) this.learning.onCertificates(value);
    if (typeof value !== 'object' || value === null || depth > DEEPEST) return;
    if (Array.isArray(value)) {
      for (const item of value) this.any(item, depth + 1);
      return;
    }
    const object = value as JsonObject;
    const kind = asString(object['kind']);
    if (kind === 'CustomResourceDefinition') return;
    this.object(kind, object);
    for (const name in object) {
      const member = object[name];
      this.field(name, member);
      if (LABEL_FIELDS.has(name)) this.labels(member);
      this.any(member, depth + 1);
    }
  }

  /** Learns from the texts of a field that is called so. */
  private field(name: string, value: unknown): void {
    if (CLUSTER_FIELDS.has(name)) this.texts(value, this.learning.onCluster);
    else if (NAME_FIELDS.has(name) || this.fields.has(name))
      this.texts(value, (text) => this.known.add(trimmed(text)));
    else if (HOST_FIELDS.has(name)) this.texts(value, (text) => this.host(text));
  }

  /** What an object is called, and what it names that it depends on. */
  private object(kind: string | undefined, object: JsonObject): void {
    const metadata = asObject(object['metadata']);
    const name = asString(metadata?.['name']);
    if (kind !== undefined && name !== undefined && !OTHERS_KINDS.test(kind)) {
      const namespace = asString(metadata?.['namespace']) ?? '';
      if (!OTHERS_NAMESPACES.has(namespace) && !name.includes(':')) this.known.add(name);
    }
    // A cluster on istiod's page `clusterz`.
    if (object['syncStatus'] !== undefined) this.texts(object['id'], this.learning.onCluster);
    // A variable, as it stands in a pod and on ControlZ's page of the environment.
    const variable = asString(object['name']) ?? '';
    if (NAME_VARIABLES.has(variable)) this.texts(object['value'], (text) => this.known.add(text));
    else if (/^[A-Z]/.test(variable)) this.field(variable.replace(/^ISTIO_META_/, ''), object['value']);
    // What an event or an owner refers to: kind and name side by side.
    const own = asString(object['name']);
    if (kind !== undefined && own !== undefined && !OTHERS_KINDS.test(kind) && !own.includes(':')) {
      if (!OTHERS_NAMESPACES.has(asString(object['namespace']) ?? '')) this.known.add(own);
    }
  }

  private labels(value: unknown): void {
    for (const [name, text] of Object.entries(asObject(value) ?? {}))
      if (typeof text === 'string' && (NAME_LABELS.has(name) || this.fields.has(name))) this.known.add(text);
  }

  private texts(value: unknown, learn: (text: string) => void): void {
    if (typeof value === 'string') learn(value);
    else if (Array.isArray(value)) for (const item of value) if (typeof item === 'string') learn(item);
  }

  /** `shop/cart.example`, `*.example:443`. */
  private host(text: string): void {
    if (text.length > 600 || /[\s"{}()|~]/.test(text)) return;
    for (const part of text.split('/')) this.known.addHost(part);
  }
}

/** What a name begins with ends in a hyphen there. */
function trimmed(text: string): string {
  return text.replace(/-$/, '');
}
