import { MESH_KINDS, type MeshKind, type MeshObjects } from '../../mesh/objects.ts';

/** What an answer was computed from. */
export interface DescribeScope {
  /** The only namespaces that were looked at; `undefined` for all. */
  readonly namespaces: readonly string[] | undefined;
  /** Kinds (plurals) of which the objects that concern the namespace could not all be read. */
  readonly unread: readonly string[];
}

/** Kinds whose objects may change the answer; the others add facts alone. */
const DECIDING: readonly MeshKind[] = [
  'pods',
  'services',
  'virtualServices',
  'destinationRules',
  'serviceEntries',
  'peerAuthentications',
  'authorizationPolicies',
  'requestAuthentications',
];

/** What could be read for an answer about a namespace. */
export function describeScope(
  objects: MeshObjects,
  namespace: string,
  only: readonly string[] | undefined,
): DescribeScope {
  const isUnread = (kind: MeshKind): boolean =>
    !objects.knows(kind, namespace) || (POLICIES.has(kind) && !objects.knows(kind, objects.rootNamespace));
  return { namespaces: only, unread: DECIDING.filter(isUnread).map((kind) => MESH_KINDS[kind].plural) };
}

/** Those of the root namespace apply to all others. */
const POLICIES: ReadonlySet<MeshKind> = new Set([
  'peerAuthentications',
  'authorizationPolicies',
  'requestAuthentications',
]);
