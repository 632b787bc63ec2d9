import { dump } from 'js-yaml';
import { type FakeEntry, fixtureFiles } from './archive.ts';

interface Item {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** The objects of the shop mesh with their group and plural, as its recording has them. */
function shopObjects(): { group: string; plural: string; item: Item }[] {
  return fixtureFiles('meshes/shop').flatMap(({ path, content }) => {
    const match = /\/kubernetes\/([^/]+)\/[^/]+\/([^/]+)\.json$/.exec(path);
    if (match === null) return [];
    const [, group = '', plural = ''] = match;
    const list = JSON.parse(content.toString());
    const kind = String(list.kind).replace(/List$/, '');
    return list.items.map((item: Item) => ({
      group,
      plural,
      item: { ...item, apiVersion: item.apiVersion ?? list.apiVersion, kind: item.kind ?? kind },
    }));
  });
}

/** Files below the folders of pods: `[namespace, pod, file, content]`. */
function podFiles(): { ns: string; pod: string; file: string; content: Buffer }[] {
  return fixtureFiles('meshes/shop').flatMap(({ path, content }) => {
    const match = /\/(?:proxies|istiod)\/([^/]+)\/([^/]+)\/(.+)$/.exec(path);
    return match === null ? [] : [{ ns: match[1] ?? '', pod: match[2] ?? '', file: match[3] ?? '', content }];
  });
}

const yaml = (value: unknown): string => `---\n${dump(value, { noRefs: true })}`;

/** Kinds that `oc adm inspect` writes as one list a namespace; of all others it writes one file an object. */
const LISTS = new Set([
  'pods',
  'services',
  'configmaps',
  'events',
  'deployments',
  'replicasets',
  'endpointslices',
]);

/**
 * The shop mesh as a must-gather of the service mesh lays it out: objects of some namespaces, logs of their pods, dumps
 * of their proxies, and what istiod says of them all.
 */
export function shopAsMustGather(
  namespaces = ['shop', 'payments', 'istio-system', 'edge', 'legacy'],
): FakeEntry[] {
  const image = 'must-gather.local.1/quay-io-mesh-istio-must-gather-sha256-1';
  const entries: FakeEntry[] = [];
  const lists = new Map<string, Item[]>();
  for (const { group, plural, item } of shopObjects()) {
    const { name, namespace } = item.metadata;
    if (namespace === undefined) {
      if (plural === 'namespaces' && namespaces.includes(name))
        entries.push({ path: `${image}/namespaces/${name}/${name}.yaml`, content: yaml(item) });
      else if (plural !== 'namespaces')
        entries.push({
          path: `${image}/cluster-scoped-resources/${group}/${plural}/${name}.yaml`,
          content: yaml(item),
        });
    } else if (namespaces.includes(namespace)) {
      const path = `${image}/namespaces/${namespace}/${group}/${plural}`;
      if (LISTS.has(plural)) lists.set(path, [...(lists.get(path) ?? []), item]);
      else entries.push({ path: `${path}/${name}.yaml`, content: yaml(item) });
    }
  }
  for (const [path, items] of lists)
    entries.push({ path: `${path}.yaml`, content: yaml({ apiVersion: 'v1', kind: 'List', items }) });
  for (const { ns, pod, file, content } of podFiles()) {
    const folder = `${image}/namespaces/${ns}/pods/${pod}`;
    const log = /^logs\/(.+?)(\.previous)?\.log$/.exec(file);
    const path =
      log !== null
        ? `${folder}/${log[1]}/${log[1]}/logs/${log[2] === undefined ? 'current' : 'previous'}.log`
        : { 'config_dump.json': `${folder}/config_dump_proxy.json`, 'stats.txt': `${folder}/proxy_stats` }[
            file
          ];
    if (path !== undefined && namespaces.includes(ns)) entries.push({ path, content });
    if (file === 'debug/syncz.json')
      entries.push({ path: `${image}/namespaces/${ns}/default/debug-syncz.json`, content });
    const dumped = /^debug\/config_dump\/([^/]+)\.([^./]+)\.json$/.exec(file);
    if (dumped !== null) {
      const of = `${image}/namespaces/${dumped[2]}/pods/${dumped[1]}/config_dump_istiod.json`;
      entries.push({ path: of, content });
    }
  }
  entries.push({ path: `${image}/version`, content: 'openshift-service-mesh/must-gather\n3.1\n' });
  entries.push({
    path: 'must-gather.local.1/timestamp',
    content: '2026-11-23 02:01:00.1 +0000 UTC m=+0.1\n2026-11-23 02:11:39.25 +0000 UTC m=+639.2\n',
  });
  return entries;
}

/** The shop mesh as `kubectl cluster-info dump` lays it out. */
export function shopAsClusterDump(): FakeEntry[] {
  const names: Readonly<Record<string, string>> = {
    'core/services': 'services',
    'core/pods': 'pods',
    'apps/deployments': 'deployments',
    'apps/replicasets': 'replicasets',
  };
  const lists = new Map<string, Item[]>();
  for (const { group, plural, item } of shopObjects()) {
    const name = names[`${group}/${plural}`];
    const ns = item.metadata.namespace;
    if (plural === 'nodes') lists.set('nodes.json', [...(lists.get('nodes.json') ?? []), item]);
    if (name === undefined || ns === undefined) continue;
    for (const each of [name, 'replication-controllers']) {
      const path = `${ns}/${each}.json`;
      lists.set(path, [...(lists.get(path) ?? []), ...(each === name ? [item] : [])]);
    }
  }
  const logs = new Map<string, string>();
  for (const { ns, pod, file, content } of podFiles()) {
    const container = /^logs\/([^.]+)\.log$/.exec(file)?.[1];
    if (container === undefined) continue;
    const words = `logs for container ${container} of pod ${ns}/${pod} ====`;
    const path = `${ns}/${pod}/logs.txt`;
    logs.set(path, `${logs.get(path) ?? ''}==== START ${words}\n${content}==== END ${words}\n`);
  }
  return [
    ...[...lists].map(([path, items]) => ({
      path,
      content: JSON.stringify({ kind: 'List', apiVersion: 'v1', items }),
    })),
    ...[...logs].map(([path, content]) => ({ path, content })),
  ];
}

/** The shop mesh as files that somebody got with `kubectl get … -o yaml`, beside files that hold no objects. */
export function shopAsFiles(): FakeEntry[] {
  const lists = new Map<string, Item[]>();
  for (const { group, plural, item } of shopObjects()) {
    const path = `${group === 'networking.istio.io' ? 'istio' : 'cluster'}/${plural}.${group}.yaml`;
    lists.set(path, [...(lists.get(path) ?? []), item]);
  }
  return [
    ...[...lists].map(([path, items]) => ({
      path,
      content: yaml({ apiVersion: 'v1', kind: 'List', items }),
    })),
    { path: 'README.md', content: '# what I got\n' },
    { path: 'prometheus/series.json', content: '{"status":"success","data":[]}' },
    { path: 'broken.yaml', content: 'apiVersion: v1\nkind: [unfinished\n' },
  ];
}
