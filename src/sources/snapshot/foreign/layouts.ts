import type { EnvoyPage } from '../../source.ts';

/** What one file of another tool holds, as far as its path tells. */
export type ForeignPlace =
  | {
      readonly holds: 'objects';
      /** Kind of the objects; unknown where the path does not tell it. */
      readonly kind?: { readonly group: string; readonly plural: string } | undefined;
      /** Namespace of all of them; `undefined` for objects of the cluster, and where the path does not tell it. */
      readonly namespace?: string | undefined;
      /** The file holds one of several objects: that all are there can't be told. */
      readonly isOne?: boolean;
    }
  | {
      readonly holds: 'log';
      readonly pod: PlacedPod;
      /** Logs of all containers, one after the other, when not said. */
      readonly container?: string | undefined;
      readonly previous: boolean;
    }
  | { readonly holds: 'envoy'; readonly pod: PlacedPod; readonly page: EnvoyPage }
  | {
      readonly holds: 'istiod';
      readonly page: string;
      /** The proxy that the page is about. */
      readonly proxy?: PlacedPod | undefined;
      /** Whose page it is: the namespace, and the pod or the revision. */
      readonly owner?: { readonly namespace: string; readonly name: string } | undefined;
    };

/** A pod as a path names it. */
export interface PlacedPod {
  readonly namespace: string;
  readonly name: string;
}

/** A way in which another tool lays out what it collected. */
export interface ForeignLayout {
  /** In words, with its article. */
  readonly name: string;
  readonly rules: readonly ForeignRule[];
  /** Paths of which one is enough to know it by. */
  readonly signs: readonly RegExp[];
  /** A kind is known to be gathered, even where there is none of it, when there is a file of this path. */
  readonly proof?: (kind: { group: string; plural: string }) => RegExp;
}

type Named = Readonly<Record<string, string>>;

interface ForeignRule {
  readonly pattern: RegExp;
  readonly place: (named: Named) => ForeignPlace;
}

const podOf = ({ ns = '', pod = '' }: Named): PlacedPod => ({ namespace: ns, name: pod });
const groupOf = (folder = ''): string => (folder === 'core' ? '' : folder);
const kindOf = ({ group, plural = '' }: Named): { group: string; plural: string } => {
  return { group: groupOf(group), plural };
};

/** A must-gather holds one folder an image, below the folder that it was written to. */
const TOP = '^(?:[^/]+/){0,4}?';
const at = (rest: string): RegExp => new RegExp(`${TOP}${rest}$`);
const POD = 'namespaces/(?<ns>[^/]+)/pods/(?<pod>[^/]+)';
const PROXY = `(?:${POD}|proxies/(?<ns2>[^/]+)/(?<pod2>[^/]+))`;
const proxyOf = ({ ns, pod, ns2, pod2 }: Named): PlacedPod => {
  return { namespace: ns ?? ns2 ?? '', name: pod ?? pod2 ?? '' };
};

/** What `oc adm must-gather` and `oc adm inspect` write, and what the must-gather of the service mesh adds. */
const MUST_GATHER: ForeignLayout = {
  name: 'a must-gather',
  signs: [
    at('cluster-scoped-resources/[^/]+/[^/]+(?:/[^/]+)?\\.ya?ml'),
    at('namespaces/[^/]+/[^/]+/[^/]+(?:/[^/]+)?\\.(?:ya?ml|json)'),
  ],
  proof: ({ group, plural }) =>
    at(
      `cluster-scoped-resources/apiextensions\\.k8s\\.io/customresourcedefinitions/${escaped(`${plural}.${group}`)}\\.ya?ml`,
    ),
  rules: [
    {
      pattern: at(
        `${POD}/(?<container>[^/]+)/(?:[^/]+/)?logs/(?<which>current|previous)(?:\\.insecure)?\\.log`,
      ),
      place: (named) => ({
        holds: 'log',
        pod: podOf(named),
        container: named['container'],
        previous: named['which'] === 'previous',
      }),
    },
    {
      pattern: at(`${PROXY}/config_dump_proxy\\.json`),
      place: (named) => ({ holds: 'envoy', pod: proxyOf(named), page: 'config_dump' }),
    },
    {
      pattern: at(`${PROXY}/proxy_stats`),
      place: (named) => ({ holds: 'envoy', pod: proxyOf(named), page: 'stats_text' }),
    },
    {
      pattern: at(`${PROXY}/config_dump_istiod\\.json`),
      place: (named) => ({ holds: 'istiod', page: 'config_dump', proxy: proxyOf(named) }),
    },
    {
      pattern: at('(?:namespaces/)?(?<ns>[^/]+)/(?<owner>[^/]+)/debug-syncz\\.json'),
      place: ({ ns = '', owner = '' }) => {
        return { holds: 'istiod', page: 'syncz', owner: { namespace: ns, name: owner } };
      },
    },
    {
      pattern: at('namespaces/(?<ns>[^/]+)/\\k<ns>\\.ya?ml'),
      place: () => ({ holds: 'objects', kind: { group: '', plural: 'namespaces' }, isOne: true }),
    },
    {
      pattern: at(`${POD}/\\k<pod>\\.ya?ml`),
      place: ({ ns }) => ({
        holds: 'objects',
        kind: { group: '', plural: 'pods' },
        namespace: ns,
        isOne: true,
      }),
    },
    {
      pattern: at('namespaces/(?<ns>[^/]+)/(?<group>[^/]+)/(?<plural>[^/]+)\\.(?:ya?ml|json)'),
      place: (named) => ({ holds: 'objects', kind: kindOf(named), namespace: named['ns'] }),
    },
    {
      pattern: at('namespaces/(?<ns>[^/]+)/(?<group>[^/]+)/(?<plural>[^/]+)/[^/]+\\.(?:ya?ml|json)'),
      place: (named) => ({ holds: 'objects', kind: kindOf(named), namespace: named['ns'], isOne: true }),
    },
    {
      pattern: at('cluster-scoped-resources/(?<group>[^/]+)/(?<plural>[^/]+)\\.ya?ml'),
      place: (named) => ({ holds: 'objects', kind: kindOf(named) }),
    },
    {
      pattern: at('cluster-scoped-resources/(?<group>[^/]+)/(?<plural>[^/]+)/[^/]+\\.ya?ml'),
      place: (named) => ({ holds: 'objects', kind: kindOf(named), isOne: true }),
    },
  ],
};

/** Kinds of `kubectl cluster-info dump`, by the names of its files. */
const DUMPED: Readonly<Record<string, { readonly group: string; readonly plural: string }>> = {
  nodes: { group: '', plural: 'nodes' },
  events: { group: '', plural: 'events' },
  'replication-controllers': { group: '', plural: 'replicationcontrollers' },
  services: { group: '', plural: 'services' },
  pods: { group: '', plural: 'pods' },
  daemonsets: { group: 'apps', plural: 'daemonsets' },
  deployments: { group: 'apps', plural: 'deployments' },
  replicasets: { group: 'apps', plural: 'replicasets' },
};
const dumped = ({ name = '' }: Named): { group: string; plural: string } | undefined => DUMPED[name];

/** What `kubectl cluster-info dump --output-directory` writes. */
const CLUSTER_DUMP: ForeignLayout = {
  name: 'a dump of kubectl cluster-info',
  signs: [
    /^(?:[^/]+\/)?[^/]+\/replication-controllers\.(?:json|yaml)$/,
    /^(?:[^/]+\/)?[^/]+\/[^/]+\/logs\.txt$/,
  ],
  rules: [
    {
      pattern: /^(?:[^/]+\/)?(?<name>nodes)\.(?:json|yaml)$/,
      place: (named) => ({ holds: 'objects', kind: dumped(named) }),
    },
    {
      pattern:
        /^(?:[^/]+\/)?(?<ns>[^/]+)\/(?<name>events|replication-controllers|services|pods|daemonsets|deployments|replicasets)\.(?:json|yaml)$/,
      place: (named) => ({ holds: 'objects', kind: dumped(named), namespace: named['ns'] }),
    },
    {
      pattern: /^(?:[^/]+\/)?(?<ns>[^/]+)\/(?<pod>[^/]+)\/logs\.txt$/,
      place: (named) => ({ holds: 'log', pod: podOf(named), previous: false }),
    },
  ],
};

/** Files of objects without any order, such as what `kubectl get -o yaml` printed; known by a look into them. */
export const PLAIN_FILES: ForeignLayout = {
  name: 'a folder of Kubernetes objects',
  signs: [],
  rules: [{ pattern: /\.(?:ya?ml|json)$/, place: () => ({ holds: 'objects' }) }],
};

/** The layout that paths alone show; `undefined` when none does. */
export function layoutOfPaths(paths: readonly string[]): ForeignLayout | undefined {
  return [MUST_GATHER, CLUSTER_DUMP].find(({ signs }) =>
    signs.some((sign) => paths.some((path) => sign.test(path))),
  );
}

/** What a file holds; `undefined` for one that the layout does not know. */
export function placeOf(layout: ForeignLayout, path: string): ForeignPlace | undefined {
  for (const { pattern, place } of layout.rules) {
    const match = pattern.exec(path);
    if (match !== null) return place(match.groups ?? {});
  }
  return undefined;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
