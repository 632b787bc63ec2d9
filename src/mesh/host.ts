import { isIP } from 'node:net';
import type { KubeObject } from '../kube/object.ts';

/** Domain of Services where a mesh does not say otherwise. */
export const CLUSTER_DOMAIN = 'cluster.local';

/**
 * The full name that a host means in an object of `namespace`: one without a dot is a Service of that namespace,
 * anything else (also `reviews.prod`, `*` and addresses) is taken as it stands. Source: spec of dependencies §1.
 */
export function fullHost(host: string, namespace: string, domain = CLUSTER_DOMAIN): string {
  const name = host.toLowerCase();
  if (name === '*' || name.includes('.') || isIP(name) !== 0) return name;
  return serviceFqdn(name, namespace, domain);
}

/** The full name of the Service of a name and a namespace. */
export function serviceFqdn(name: string, namespace: string, domain = CLUSTER_DOMAIN): string {
  return `${name}.${namespace}.svc.${domain}`;
}

/** The full name of a Service. */
export function serviceHost(service: KubeObject, domain = CLUSTER_DOMAIN): string {
  return serviceFqdn(service.metadata.name, service.metadata.namespace ?? '', domain);
}

/** Whether a host pattern (exact, `*`, or `*.suffix`) takes in `host`. `*.foo.com` does not take in `foo.com`. */
export function matchesHost(pattern: string, host: string): boolean {
  if (pattern === '*' || pattern === host) return true;
  return pattern.startsWith('*') && host.length >= pattern.length && host.endsWith(pattern.slice(1));
}

/** Whether some host is taken in by both patterns. */
export function hostsOverlap(a: string, b: string): boolean {
  return matchesHost(a, b) || matchesHost(b, a);
}

/** Orders host patterns so that the most specific comes first: exact names, then the longest wildcard. */
export function compareSpecificity(a: string, b: string): number {
  return Number(a.startsWith('*')) - Number(b.startsWith('*')) || b.length - a.length;
}

/** Whether a host begins with `*`, which stands for any beginning. */
export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}
