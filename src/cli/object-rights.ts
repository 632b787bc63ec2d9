import { parseTarget } from '../kube/target.ts';
import { MESH_KINDS } from '../mesh/objects.ts';
import type { GlobalValues } from './global-options.ts';
import { ISTIOD_RIGHTS, type Right, type Rights } from './rights.ts';

/** The right to list kinds of one group. */
export function lists(place: Right['in'], group: string, ...plurals: readonly string[]): readonly Right[] {
  return plurals.map((resource) => ({ group, resource, in: place }));
}

/** What reading a proxy's pages takes where the arguments name it. */
export const FORWARD_TO_PROXIES: Right = {
  group: '',
  resource: 'pods/portforward',
  verbs: ['create'],
  in: 'proxies',
};

/** Pods and the way into them, at a place. */
export function podsAndForward(place: Right['in']): readonly Right[] {
  return [...lists(place, '', 'pods'), { ...FORWARD_TO_PROXIES, in: place }];
}

/** What is read to tell which webhook injects what. */
export const INJECTION_RIGHTS: readonly Right[] = [
  ...lists('cluster', 'admissionregistration.k8s.io', 'mutatingwebhookconfigurations'),
  ...lists('cluster', '', 'namespaces'),
  ...lists('control-plane', '', 'configmaps', 'pods', 'services'),
];

const GATEWAY_API = 'gateway.networking.k8s.io';

const ELSEWHERE =
  'A waypoint or ztunnel of another namespace takes create on pods/portforward there; without it, its own word is missing.';

/**
 * What describing a pod or Service takes: all kinds that its answer rests on, of the whole mesh, and what istiod says.
 * Under `-n` the kinds in the namespace of the named thing and in the root namespace alone.
 */
export function describeRights(globals: GlobalValues, asksEnvoy: boolean): Rights {
  const { namespace, allNamespaces } = globals;
  const isNarrow = namespace !== undefined && namespace !== '' && !allNamespaces;
  const places = isNarrow ? (['proxies', 'control-plane'] as const) : (['cluster'] as const);
  const kinds = Object.values(MESH_KINDS).filter(({ plural }) => !isNarrow || plural !== 'namespaces');
  return {
    reads: [
      ...places.flatMap((place) => kinds.flatMap(({ group, plural }) => lists(place, group, plural))),
      ...(asksEnvoy ? [FORWARD_TO_PROXIES] : []),
      ...(isNarrow ? [] : ISTIOD_RIGHTS),
    ],
    findsRoot: true,
    note: ELSEWHERE,
  };
}

/** What a question about ambient mode reads besides the ztunnel, and the pod that stands for the ztunnel of its node. */
export function ztunnelRights(
  {
    args,
    options,
  }: { readonly args: readonly string[]; readonly options: { readonly file?: string | undefined } },
  globals: GlobalValues,
  reads: readonly Right[] = [],
): Rights {
  if (options.file !== undefined) return { scope: 'none' };
  return {
    scope: args.length === 0 ? 'none' : 'named',
    reads: [...lists('proxies', '', 'pods'), ...(globals.compat ? [] : reads)],
  };
}

/** What tells which pods are left outside of ztunnel. */
export const OUTSIDE_PODS: readonly Right[] = lists('cluster', '', 'pods', 'namespaces');

/** What tells which Services do not get their waypoint. */
export const UNBOUND_SERVICES: readonly Right[] = [
  ...lists('cluster', '', 'services', 'namespaces'),
  ...lists('cluster', GATEWAY_API, 'gateways'),
];

/** What tells which policies ztunnels should enforce. */
export const ZTUNNEL_POLICIES: readonly Right[] = lists(
  'cluster',
  'security.istio.io',
  'authorizationpolicies',
);

/** What finding an addon of the mesh takes: in the namespace of `-n`, or in the control plane's. */
export function addonRights({ namespace, allNamespaces }: GlobalValues): Rights {
  const isNamed = allNamespaces || (namespace !== undefined && namespace !== '');
  return {
    scope: 'none',
    reads: podsAndForward(isNamed ? 'mesh' : 'control-plane'),
    note: 'Where it runs in another namespace, -n names that one.',
  };
}

/** What the state of waypoints takes: all in which one may be named, their pods, and what istiod says. */
export const WAYPOINT_RIGHTS: readonly Right[] = [
  // A waypoint of another namespace may be named.
  ...lists('cluster', GATEWAY_API, 'gateways'),
  ...lists('cluster', '', 'namespaces'),
  ...lists('mesh', GATEWAY_API, 'httproutes', 'grpcroutes', 'tcproutes', 'tlsroutes'),
  ...lists('mesh', '', 'services'),
  ...lists('mesh', 'networking.istio.io', 'serviceentries', 'workloadentries', 'envoyfilters'),
  ...lists('control-plane', 'networking.istio.io', 'envoyfilters'),
  ...lists('mesh', 'security.istio.io', 'authorizationpolicies', 'requestauthentications'),
];

/** What a forward to an istiod takes: to a named one, or to any of the control plane. */
export function istiodPodRights(pod: string | undefined, globals: GlobalValues): Rights {
  const named = pod === undefined ? undefined : (parseTarget(pod).namespace ?? globals.namespace);
  return {
    scope: 'none',
    reads: named === undefined ? ISTIOD_RIGHTS : podsAndForward({ namespace: named }),
  };
}

/** What a forward to any ztunnel takes. */
export function ztunnelPodRights({ namespace, allNamespaces }: GlobalValues): Rights {
  const isNamed = allNamespaces || namespace !== undefined;
  return { scope: 'none', reads: isNamed ? podsAndForward('mesh') : ISTIOD_RIGHTS };
}
