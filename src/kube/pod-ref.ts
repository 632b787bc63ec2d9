/** Names one pod. `cluster` is the Istio cluster ID, where more than one is at hand. */
export interface PodRef {
  readonly name: string;
  readonly namespace: string;
  readonly cluster?: string | undefined;
}

/** The proxy ID that Istio uses for a pod: `<pod>.<namespace>`. */
export function proxyId(pod: PodRef): string {
  return pod.namespace === '' ? pod.name : `${pod.name}.${pod.namespace}`;
}

/** The pod of a proxy ID (`<pod>.<namespace>`, split at the last dot); `undefined` when there is no dot. */
export function parseProxyId(id: string): PodRef | undefined {
  const dot = id.lastIndexOf('.');
  return dot <= 0 ? undefined : { name: id.slice(0, dot), namespace: id.slice(dot + 1) };
}
