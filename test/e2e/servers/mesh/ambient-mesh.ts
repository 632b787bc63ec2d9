import type { AdminClient } from '../admin-client.ts';
import { inParallel } from './load-objects.ts';
import { type Page, PageServer, type Pages } from './page-server.ts';
import type { PodName, RecordedMesh, RecordedObject } from './recorded-mesh.ts';
import { cniPages, envoyPages, istiodPages } from './replayed-pages.ts';

/** Where the ambient mesh has its control plane and ztunnels, beside those of the other recorded mesh. */
export const AMBIENT_SYSTEM = 'ambient-system';

const ADMIN_PORT = 15000;
const STATS_PORT = 15020;
const MONITORING_PORT = 15014;

/** Kinds that the ambient tests read, in the order in which they are created. */
const KINDS = [
  'namespaces',
  'nodes',
  'pods',
  'services',
  'deployments',
  'daemonsets',
  'gateways',
  'httproutes',
  'authorizationpolicies',
  'serviceentries',
  'workloadentries',
];
const SERVER_FIELDS = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'ownerReferences',
];

/**
 * The recorded ambient mesh as guest in the running cluster: its pods, and servers behind those whose pages were
 * recorded. Pods without pages (a dead ztunnel, a dead waypoint) have no port to forward to.
 */
export class AmbientMesh {
  readonly servers = new Map<string, PageServer>();
  readonly #admin: AdminClient;
  readonly #mesh: RecordedMesh;
  readonly #kubeletPort: number;
  readonly #created: string[] = [];
  /** Labels of the namespaces by their paths. */
  readonly #labels = new Map<string, readonly string[]>();

  constructor(admin: AdminClient, mesh: RecordedMesh, kubeletPort: number) {
    this.#admin = admin;
    this.#mesh = mesh;
    this.#kubeletPort = kubeletPort;
  }

  async start(): Promise<void> {
    const kinds = this.#mesh
      .objects()
      .filter(({ plural, path }) => KINDS.includes(plural) && !path.includes('extensions'));
    kinds.sort((a, b) => KINDS.indexOf(a.plural) - KINDS.indexOf(b.plural));
    for (const { path, plural, items } of kinds) {
      // The API server makes its own service.
      const wanted = items.filter(({ metadata }) => metadata.namespace !== 'default');
      await inParallel(wanted, (item) => this.#load(path, plural, item));
    }
    for (const pod of this.#mesh.ztunnels()) {
      await this.#serve(pod, ADMIN_PORT, (url, method) => this.#ztunnelPage(pod, url, method));
      await this.#serve(pod, STATS_PORT, (url, method) => this.#ztunnelPage(pod, url, method));
      await this.#forward(pod, [ADMIN_PORT, STATS_PORT]);
    }
    for (const pod of this.#mesh.cniPods()) {
      await this.#serve(pod, MONITORING_PORT, cniPages());
      await this.#forward(pod, [MONITORING_PORT]);
    }
    for (const pod of this.#mesh.proxies()) {
      await this.#serve(pod, ADMIN_PORT, envoyPages(this.#mesh, pod));
      await this.#forward(pod, [ADMIN_PORT]);
    }
    for (const pod of this.#mesh.istiods()) {
      await this.#serve(pod, MONITORING_PORT, istiodPages(this.#mesh, pod));
      await this.#forward(pod, [MONITORING_PORT]);
    }
  }

  /** Takes everything away again, but for the namespaces: no controller would empty them. They lose their labels. */
  async stop(): Promise<void> {
    for (const server of this.servers.values()) await server.stop();
    await inParallel([...this.#created].reverse(), (path) => this.#admin.delete(path));
    for (const [path, labels] of this.#labels) {
      const none = labels
        .filter((label) => label !== 'kubernetes.io/metadata.name')
        .map((label) => [label, null]);
      await this.#admin.merge(path, { metadata: { labels: Object.fromEntries(none) } });
    }
  }

  #ztunnelPage(pod: PodName, { pathname }: URL, method: string): Page | undefined {
    const file =
      pathname === '/config_dump'
        ? 'config_dump.json'
        : pathname === '/metrics'
          ? 'metrics.prom'
          : pathname === '/logging' && method === 'POST'
            ? 'logging.txt'
            : undefined;
    const body = file === undefined ? undefined : this.#mesh.ztunnelPage(pod, file);
    if (body === undefined) return undefined;
    return { body, type: file === 'config_dump.json' ? 'application/json' : 'text/plain' };
  }

  async #load(path: string, plural: string, item: RecordedObject): Promise<void> {
    const recorded = item.metadata.namespace;
    const namespace = recorded === undefined ? undefined : guestNamespace(recorded);
    const name = plural === 'namespaces' ? guestNamespace(item.metadata.name) : item.metadata.name;
    const kept = Object.entries(item.metadata).filter(([field]) => !SERVER_FIELDS.includes(field));
    const metadata = { ...Object.fromEntries(kept), name, namespace };
    const spec = plural === 'services' ? withoutAddresses(item['spec']) : item['spec'];
    const collection =
      namespace === undefined ? `${path}/${plural}` : `${path}/namespaces/${namespace}/${plural}`;
    await this.#admin.create(collection, { ...item, metadata, spec, status: undefined });
    if (plural === 'namespaces' && !SYSTEM.test(name)) {
      const labels = item.metadata.labels ?? {};
      this.#labels.set(`${collection}/${name}`, Object.keys(labels));
      // One that an earlier start left has lost its labels.
      await this.#admin.merge(`${collection}/${name}`, { metadata: { labels } });
    } else if (plural !== 'namespaces') this.#created.push(`${collection}/${name}`);
    const kubelet = { daemonEndpoints: { kubeletEndpoint: { Port: this.#kubeletPort } } };
    const status = plural === 'nodes' ? { ...(item['status'] as object), ...kubelet } : item['status'];
    if (status !== undefined && plural !== 'namespaces')
      await this.#admin.merge(`${collection}/${name}/status`, { status });
  }

  async #serve(pod: PodName, port: number, pages: Pages): Promise<void> {
    const server = new PageServer(pages);
    await server.start();
    this.servers.set(`${pod.namespace}/${pod.name}:${port}`, server);
  }

  async #forward(pod: PodName, ports: readonly number[]): Promise<void> {
    const namespace = guestNamespace(pod.namespace);
    const forwards = ports.map((port) => ({
      ports: [port],
      target: {
        address: '127.0.0.1',
        port: this.servers.get(`${pod.namespace}/${pod.name}:${port}`)?.port ?? 0,
      },
    }));
    const collection = `/apis/kwok.x-k8s.io/v1alpha1/namespaces/${namespace}/portforwards`;
    await this.#admin.create(collection, {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'PortForward',
      metadata: { name: pod.name, namespace },
      spec: { forwards },
    });
    this.#created.push(`${collection}/${pod.name}`);
  }
}

/** Namespaces that every cluster has. */
const SYSTEM = /^(?:kube-.*|default)$/;

/** The control plane's namespace is another mesh's already. */
function guestNamespace(recorded: string): string {
  return recorded === 'istio-system' ? AMBIENT_SYSTEM : recorded;
}

/** Addresses and node ports may be taken; a headless service stays one. */
function withoutAddresses(spec: unknown): unknown {
  const {
    clusterIP,
    clusterIPs: _,
    ports = [],
    ...rest
  } = spec as {
    clusterIP?: string;
    clusterIPs?: unknown;
    ports?: readonly object[];
  };
  const free = ports.map((port) => ({ ...port, nodePort: undefined }));
  return clusterIP === 'None' ? { ...rest, clusterIP, ports: free } : { ...rest, ports: free };
}
