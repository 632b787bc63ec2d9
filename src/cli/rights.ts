import { parseTarget, targetKind } from '../kube/target.ts';
import { liveOptionsOf } from './admin-port.ts';
import type { AnyCommand } from './command-table.ts';
import type { GlobalValues } from './global-options.ts';

/** Where in a mesh something is read. */
export type RightsPlace =
  /** Where the proxies are that a run looks at: namespaces of its arguments, `-n`, or the whole mesh. */
  | 'proxies'
  /** The namespace of the control plane. */
  | 'control-plane'
  /** `-n`, or all namespaces, whatever proxies the arguments name. */
  | 'mesh'
  /** Objects without a namespace, or of all namespaces whatever `-n` says. */
  | 'cluster';

/** Something that a command asks of the API server. */
export interface Right {
  /** Group as in the REST path; empty for the core group. */
  readonly group: string;
  /** Plural, with a subresource behind a slash: `pods/portforward`. */
  readonly resource: string;
  /** `list` when absent. */
  readonly verbs?: readonly string[];
  /** Only objects of these names. */
  readonly names?: readonly string[];
  readonly in: RightsPlace | { readonly namespace: string };
}

/** What a command reads of a live mesh, as data for `--print-rbac`. */
export interface Rights {
  /**
   * `named`: the proxies that arguments name; `mesh`: those of `-n`, or of all namespaces. By itself, a command with a
   * proxy argument looks at the named ones.
   */
  readonly scope?: 'named' | 'mesh';
  /** What it reads besides what its `needs` imply. */
  readonly reads?: readonly Right[];
  /** What can be left out, and what is lost then; a sentence for the reader of the roles. */
  readonly note?: string;
  /** Whether it looks for the root namespace, in which policies for the whole mesh stand. */
  readonly findsRoot?: boolean;
}

const LIST_PODS = { group: '', resource: 'pods' } as const;
/** By SPDY, `create` is enough; `get`, which WebSockets ask for, is not needed. */
const FORWARD = { group: '', resource: 'pods/portforward', verbs: ['create'] } as const;

/** What asking istiod takes. */
export const ISTIOD_RIGHTS: readonly Right[] = [
  { ...LIST_PODS, in: 'control-plane' },
  { ...FORWARD, in: 'control-plane' },
];

const PROXY_RIGHTS: readonly Right[] = [
  { ...LIST_PODS, in: 'proxies' },
  { ...FORWARD, in: 'proxies' },
];

const NEEDS: Readonly<Record<AnyCommand['needs'][number], readonly Right[]>> = {
  kubernetes: [{ ...LIST_PODS, in: 'proxies' }],
  istiod: ISTIOD_RIGHTS,
  envoy: PROXY_RIGHTS,
  ztunnel: PROXY_RIGHTS,
  logs: [
    { ...LIST_PODS, in: 'proxies' },
    { group: '', resource: 'pods/log', verbs: ['get'], in: 'proxies' },
  ],
};

/** The mesh configuration, which names the root namespace, where istiod can't be asked. */
function rootRights(revision: string | undefined): readonly Right[] {
  const names = revision === undefined ? ['istio'] : [`istio-${revision}`, 'istio'];
  return [{ group: '', resource: 'configmaps', names, in: 'control-plane' }];
}

/** A right in one namespace, or (without one) in the whole cluster. */
export interface PlacedRight extends Omit<Right, 'in'> {
  readonly namespace: string | undefined;
}

/** What a run takes. */
export interface RunInput {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** The rights that one run needs, where it needs them. `defaultNamespace` is that of names without one. */
export function rightsOfRun(
  command: AnyCommand,
  input: RunInput,
  globals: GlobalValues,
  defaultNamespace: string,
): readonly PlacedRight[] {
  const live = liveOptionsOf(command, input);
  const { scope, reads = [], findsRoot = false } = command.rights?.(input) ?? {};
  const isNamed = (scope ?? (takesProxy(command) ? 'named' : 'mesh')) === 'named';
  const outside = live.adminUrl !== undefined || live.ssh !== undefined || readsFile(input);
  // A proxy outside Kubernetes is not asked through the API server.
  const needs = command.needs.filter((need) => !(outside && need === 'envoy'));
  const rights = [
    ...needs.flatMap((need) => NEEDS[need]),
    ...reads,
    ...(findsRoot ? rootRights(globals.revision) : []),
    ...(live.xds !== undefined ? xdsRights(live.xds) : []),
  ];
  const inMesh = globals.allNamespaces ? undefined : globals.namespace || undefined;
  const named = isNamed && !outside ? namedProxies(command, input, globals, defaultNamespace) : undefined;
  const proxies = named?.namespaces ?? [inMesh];
  const controlPlane = globals.istioNamespace ?? 'istio-system';
  const placed = [...rights, ...(named?.kinds ?? [])].flatMap(({ in: place, ...right }): PlacedRight[] => {
    if (typeof place === 'object') return [{ ...right, ...place }];
    if (place === 'cluster') return [{ ...right, namespace: undefined }];
    if (place === 'mesh') return [{ ...right, namespace: inMesh }];
    if (place === 'control-plane') return [{ ...right, namespace: controlPlane }];
    return proxies.map((namespace) => ({ ...right, namespace }));
  });
  return placed;
}

/** A saved page takes the place of a proxy's. */
function readsFile({ args, options }: RunInput): boolean {
  return options['file'] !== undefined && args.length === 0;
}

function takesProxy({ args }: AnyCommand): boolean {
  return args.some(({ completes }) => completes === 'proxy');
}

/** istiod over xDS verifies a token of its own namespace, unless a client certificate or no TLS is asked for. */
function xdsRights(xds: {
  readonly certDir?: string | undefined;
  readonly plaintext: boolean;
  readonly insecure: boolean;
}): readonly Right[] {
  if (xds.certDir !== undefined || xds.plaintext || xds.insecure) return [];
  return [
    {
      group: '',
      resource: 'serviceaccounts/token',
      verbs: ['create'],
      names: ['default'],
      in: 'control-plane',
    },
  ];
}

/** Namespaces of the proxies that the arguments name (`-n` or the default one where they name none), and their kinds. */
function namedProxies(
  { args: specs }: AnyCommand,
  { args, options }: RunInput,
  { namespace, allNamespaces }: GlobalValues,
  defaultNamespace: string,
): { readonly namespaces: readonly (string | undefined)[]; readonly kinds: readonly Right[] } {
  const targets = args
    .filter((_, index) => (specs[index] ?? specs.at(-1))?.completes === 'proxy')
    .filter((argument) => argument !== '-' && !/\.(?:json|ya?ml)$|^\.{0,2}\//.test(argument))
    .map(parseTarget);
  // Files in the place of proxies.
  if (targets.length === 0 && args.length > 0) return { namespaces: [], kinds: [] };
  if (targets.length === 0) {
    const selects = options['selector'] !== undefined;
    const wanted = allNamespaces ? undefined : namespace || (selects ? undefined : defaultNamespace);
    return { namespaces: [wanted], kinds: [] };
  }
  const kinds = targets.flatMap(({ type }): Right[] => {
    const kind = targetKind(type);
    return kind === undefined ? [] : [{ group: kind.group, resource: kind.plural, in: 'proxies' }];
  });
  const namespaces = targets.map((target) => target.namespace ?? (namespace || defaultNamespace));
  return { namespaces: [...new Set(namespaces)], kinds };
}
