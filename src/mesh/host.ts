/** Domain of a Kubernetes cluster's services where nothing else is known. */
export const DEFAULT_DOMAIN = 'cluster.local';

/**
 * The full name that a host in an Istio resource stands for: a name without a dot is a Service of the resource's own
 * namespace; everything else (also `name.namespace`) is taken as it is written.
 */
export function hostFqdn(host: string, namespace: string, domain = DEFAULT_DOMAIN): string {
  return host.includes('.') || host.startsWith('*') ? host : serviceFqdn(host, namespace, domain);
}

/** The full name of a Kubernetes Service. */
export function serviceFqdn(name: string, namespace: string, domain = DEFAULT_DOMAIN): string {
  return `${name}.${namespace}.svc.${domain}`;
}

/** Whether a host begins with `*`, which stands for any beginning. */
export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

/** Whether two hosts, either of which may begin with `*`, have a name in common. */
export function hostsOverlap(a: string, b: string): boolean {
  if (isWildcard(a) && isWildcard(b)) {
    const [longer, shorter] = a.length >= b.length ? [a, b] : [b, a];
    return longer.slice(1).endsWith(shorter.slice(1));
  }
  if (isWildcard(a)) return b.endsWith(a.slice(1));
  if (isWildcard(b)) return a.endsWith(b.slice(1));
  return a === b;
}

/** Whether every name of `inner` is a name of `outer`, either of which may begin with `*`. */
export function hostCovers(outer: string, inner: string): boolean {
  if (!isWildcard(outer)) return outer === inner;
  return (isWildcard(inner) ? inner.slice(1) : inner).endsWith(outer.slice(1));
}
