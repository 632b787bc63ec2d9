import type { KubeObject } from '../kube/object.ts';
import { objectId, oldestFirst } from '../kube/oldest-first.ts';
import { equalitySelector, matchesSelector } from '../kube/selector.ts';
import { asObject, field } from '../util/json.ts';

/** Which connections a sidecar takes: mTLS alone, both, or plain text alone. */
export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';

/** The mode of one port, and the PeerAuthentication that sets it (`<namespace>/<name>`); none for the default. */
export interface ServerMtls {
  readonly mode: MtlsMode;
  readonly by: string | undefined;
}

/** The pod that is judged. */
export interface ServerPod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The PeerAuthentications that meet a pod: one a level, and those that count for nothing. */
export interface PeerLevels {
  readonly mesh: KubeObject | undefined;
  readonly namespace: KubeObject | undefined;
  readonly workload: KubeObject | undefined;
  /** Newer ones of a level that has an older one, and those of the root namespace with a selector. */
  readonly ignored: readonly { readonly object: KubeObject; readonly because: string }[];
}

/**
 * What a sidecar accepts on a container port: mesh, namespace and workload objects in turn, the oldest of each level,
 * then the workload object's own setting for the port. Source: spec of authorization §5.
 */
export function serverMtls(
  objects: readonly KubeObject[],
  pod: ServerPod,
  port: number,
  rootNamespace: string,
): ServerMtls {
  const levels = peerLevels(objects, pod, rootNamespace);
  const result = workloadMtls(levels);
  return applied(
    result,
    levels.workload,
    field(levels.workload, 'spec', 'portLevelMtls', String(port), 'mode'),
  );
}

/** What a sidecar accepts on ports without a setting of their own. */
export function workloadMtls({ mesh, namespace, workload }: PeerLevels): ServerMtls {
  let result: ServerMtls = { mode: 'PERMISSIVE', by: undefined };
  for (const level of [mesh, namespace, workload]) {
    result = applied(result, level, field(level, 'spec', 'mtls', 'mode'));
  }
  return result;
}

/** The container ports for which the workload's PeerAuthentication has a setting of its own, ascending. */
export function portsWithOwnMode({ workload }: PeerLevels): readonly number[] {
  const ports = Object.keys(asObject(field(workload, 'spec', 'portLevelMtls')) ?? {}).map(Number);
  return ports.filter((port) => Number.isInteger(port)).sort((a, b) => a - b);
}

/** The PeerAuthentications of each level for a pod. Source: spec of authorization §5. */
export function peerLevels(
  objects: readonly KubeObject[],
  pod: ServerPod,
  rootNamespace: string,
): PeerLevels {
  const isFor = (one: KubeObject) => matchesSelector(equalitySelector(selectorOf(one)), pod.labels);
  const within = (namespace: string) =>
    oldestFirst(objects.filter((one) => (one.metadata.namespace ?? '') === namespace && isFor(one)));
  const root = within(rootNamespace);
  const own = pod.namespace === rootNamespace ? [] : within(pod.namespace);
  const [mesh, ...laterMesh] = root.filter((one) => !hasSelector(one));
  const [namespace, ...laterNamespace] = own.filter((one) => !hasSelector(one));
  const [workload, ...laterWorkload] = own.filter(hasSelector);
  const later = [...laterMesh, ...laterNamespace, ...laterWorkload];
  return {
    mesh,
    namespace,
    workload,
    ignored: [
      ...later.map((object) => ({ object, because: 'an older one of the same level decides' })),
      ...root
        .filter(hasSelector)
        .map((object) => ({ object, because: 'selectors do not work in the root namespace' })),
    ],
  };
}

function applied(before: ServerMtls, object: KubeObject | undefined, mode: unknown): ServerMtls {
  if (object === undefined || (mode !== 'STRICT' && mode !== 'PERMISSIVE' && mode !== 'DISABLE'))
    return before;
  return { mode, by: objectId(object) };
}

function selectorOf(object: KubeObject): unknown {
  return field(object, 'spec', 'selector', 'matchLabels');
}

function hasSelector(object: KubeObject): boolean {
  return Object.keys(asObject(selectorOf(object)) ?? {}).length > 0;
}
