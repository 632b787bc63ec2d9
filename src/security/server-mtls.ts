import type { KubeObject } from '../kube/object.ts';
import { equalitySelector, matchesSelector } from '../kube/selector.ts';
import { asObject, asString, field } from '../util/json.ts';

/** Which connections a sidecar takes: mTLS alone, both, or plain text alone. */
export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';

/** The mode of one port, and the PeerAuthentication that sets it (`<namespace>/<name>`); none for the default. */
export interface ServerMtls {
  readonly mode: MtlsMode;
  readonly by: string | undefined;
}

/**
 * What a sidecar accepts on a container port: mesh, namespace and workload objects in turn, the oldest of each level,
 * then the workload object's own setting for the port. Source: spec of authorization §5.
 */
export function serverMtls(
  objects: readonly KubeObject[],
  pod: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
  port: number,
  rootNamespace: string,
): ServerMtls {
  const isFor = (one: KubeObject) => matchesSelector(equalitySelector(selectorOf(one)), pod.labels);
  const within = (namespace: string) => objects.filter((one) => (one.metadata.namespace ?? '') === namespace);
  const root = within(rootNamespace).filter((one) => !hasSelector(one));
  const isRoot = pod.namespace === rootNamespace;
  const own = isRoot ? [] : within(pod.namespace);
  const workload = oldest(own.filter((one) => hasSelector(one) && isFor(one)));
  const levels = [oldest(root), oldest(own.filter((one) => !hasSelector(one))), workload];
  let result: ServerMtls = { mode: 'PERMISSIVE', by: undefined };
  for (const level of levels) result = applied(result, level, field(level, 'spec', 'mtls', 'mode'));
  return applied(result, workload, field(workload, 'spec', 'portLevelMtls', String(port), 'mode'));
}

function applied(before: ServerMtls, object: KubeObject | undefined, mode: unknown): ServerMtls {
  if (object === undefined || (mode !== 'STRICT' && mode !== 'PERMISSIVE' && mode !== 'DISABLE'))
    return before;
  return { mode, by: `${object.metadata.namespace ?? ''}/${object.metadata.name}` };
}

function selectorOf(object: KubeObject): unknown {
  return field(object, 'spec', 'selector', 'matchLabels');
}

function hasSelector(object: KubeObject): boolean {
  return Object.keys(asObject(selectorOf(object)) ?? {}).length > 0;
}

/** Ties go by name, as istiod sorts. */
function oldest(objects: readonly KubeObject[]): KubeObject | undefined {
  const key = ({ metadata }: KubeObject) => `${asString(metadata.creationTimestamp) ?? ''} ${metadata.name}`;
  return [...objects].sort((a, b) => (key(a) < key(b) ? -1 : 1))[0];
}
