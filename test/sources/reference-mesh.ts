import { dump } from 'js-yaml';
import type { FakeEntry } from '../helpers/archive.ts';
import { fixtureFiles } from '../helpers/archive.ts';

/** Where the reference tool keeps an Envoy's page. */
const PAGES: Readonly<Record<string, string>> = {
  'config_dump.json': 'config_dump?include_eds',
  'clusters.json': 'clusters',
  'certs.json': 'certs',
  'listeners.json': 'listeners',
  'server_info.json': 'server_info',
  'memory.json': 'memory',
  'stats.prom': 'stats/prometheus',
  'logs/istio-proxy.log': 'istio-proxy.log',
};

/** The shop mesh as the reference tool's bug-report would have archived it, below `bug-report/`. */
export function shopAsReferenceArchive(): FakeEntry[] {
  const entries: FakeEntry[] = [
    {
      path: 'bug-report.log',
      content: '2026-11-23T02:10:58.000001Z\tinfo\tSTARTING\n2026-11-23T02:11:39.5Z\tinfo\tDONE\n',
    },
    { path: 'cluster/cluster-context', content: 'demo\n' },
    {
      path: 'cluster/secrets',
      content: 'NAMESPACE   NAME   TYPE   DATA   AGE\nedge   shop-cert   kubernetes.io/tls   2   9m\n',
    },
  ];
  const lists = new Map<string, unknown[]>();
  for (const { path, content } of fixtureFiles('meshes/shop')) {
    const [, , room, namespace, pod, ...rest] = path.split('/');
    const file = rest.join('/');
    if (room === 'kubernetes') {
      const home = dumpOf(namespace ?? '', rest[0] ?? '');
      const items = (JSON.parse(content.toString()) as { items?: unknown[] }).items ?? [];
      if (home !== undefined) lists.set(home, [...(lists.get(home) ?? []), ...items]);
    } else if (room === 'proxies' && PAGES[file] !== undefined) {
      const text =
        file === 'clusters.json'
          ? clustersText(content)
          : file === 'listeners.json'
            ? listenersText(content)
            : content;
      entries.push({ path: `proxies/${namespace}/${pod}/${PAGES[file]}`, content: text });
    } else if (room === 'istiod') {
      const base = `istio/${namespace}/${pod}`;
      if (/^debug\/[^/]+\.json$/.test(file))
        entries.push({ path: `${base}/${file.replace('.json', '')}`, content });
      if (file === 'metrics.prom') entries.push({ path: `${base}/metrics`, content });
      if (file === 'logs/discovery.log') entries.push({ path: `${base}/discovery.log`, content });
    }
  }
  for (const [home, items] of lists) {
    const list = { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
    entries.push({ path: `cluster/${home}`, content: dump(list, { noRefs: true, seqNoIndent: true }) });
  }
  return entries.map((entry) => ({ ...entry, path: `bug-report/${entry.path}` }));
}

function dumpOf(group: string, plural: string): string | undefined {
  const kind = plural.replace('.json', '');
  if (group === 'apiextensions.k8s.io' || group === 'admissionregistration.k8s.io')
    return 'k8s-cluster-resources';
  if (group === 'core' && (kind === 'nodes' || kind === 'namespaces')) return 'k8s-cluster-resources';
  if (group === 'core' && ['pods', 'services', 'configmaps'].includes(kind)) return 'k8s-resources';
  if (group === 'apps' || group === 'discovery.k8s.io') return 'k8s-resources';
  return group.endsWith('istio.io') || group.startsWith('gateway.networking') ? 'crs' : undefined;
}

interface Address {
  readonly socket_address?: { readonly address: string; readonly port_value: number };
  readonly pipe?: { readonly path: string };
}

function addressText({ socket_address: socket, pipe }: Address): string {
  return socket === undefined ? (pipe?.path ?? '') : `${socket.address}:${socket.port_value}`;
}

function listenersText(json: Buffer): string {
  const { listener_statuses } = JSON.parse(json.toString()) as {
    listener_statuses: { name: string; local_address: Address }[];
  };
  return listener_statuses.map((status) => `${status.name}::${addressText(status.local_address)}\n`).join('');
}

interface Host {
  readonly address: Address;
  readonly stats: { readonly name: string; readonly value?: string }[];
  readonly health_status: Record<string, unknown>;
  readonly weight?: number;
  readonly hostname?: string;
  readonly locality?: Record<string, string>;
}

/** Envoy's plain `/clusters` page, as far as the JSON tells. */
function clustersText(json: Buffer): string {
  const { cluster_statuses } = JSON.parse(json.toString()) as {
    cluster_statuses: {
      name: string;
      added_via_api?: boolean;
      observability_name?: string;
      host_statuses?: Host[];
    }[];
  };
  const lines: string[] = [];
  for (const cluster of cluster_statuses) {
    lines.push(`${cluster.name}::observability_name::${cluster.observability_name ?? ''}`);
    lines.push(`${cluster.name}::default_priority::max_connections::1024`);
    lines.push(`${cluster.name}::added_via_api::${cluster.added_via_api === true}`);
    for (const host of cluster.host_statuses ?? []) {
      const start = `${cluster.name}::${addressText(host.address)}`;
      for (const stat of host.stats) lines.push(`${start}::${stat.name}::${stat.value ?? '0'}`);
      lines.push(`${start}::hostname::${host.hostname ?? ''}`);
      const outlier = host.health_status['failed_outlier_check'] === true;
      lines.push(`${start}::health_flags::${outlier ? '/failed_outlier_check' : 'healthy'}`);
      lines.push(`${start}::weight::${host.weight ?? 1}`);
      for (const key of ['region', 'zone', 'sub_zone'])
        lines.push(`${start}::${key}::${host.locality?.[key] ?? ''}`);
      lines.push(`${start}::success_rate::-1`);
    }
  }
  return `${lines.join('\n')}\n`;
}
