import type { KubeObject } from '../kube/object.ts';
import { asNumber, asObjects, asStrings, field } from '../util/json.ts';
import { isWildcard, serviceHost } from './host.ts';
import { EVERYWHERE, exportScopes } from './visibility.ts';

/** A host that traffic can be sent to, and the objects that define it (a Service, or ServiceEntries). */
export interface KnownHost {
  readonly host: string;
  readonly objects: readonly KubeObject[];
  /** Port numbers, in the order in which they are written. */
  readonly ports: readonly number[];
}

/** Hosts of the mesh by where they are seen. */
export interface ServiceRegistry {
  /**
   * The host as it is seen from a resource: by everyone, else from the resource's namespace (or, when it is exported
   * elsewhere, from those namespaces), else by a wildcard.
   */
  find(host: string, namespace: string, exportTo: readonly string[]): KnownHost | undefined;
}

interface Built {
  readonly entries: readonly KubeObject[];
  readonly domain: string | undefined;
  readonly registry: ServiceRegistry;
}

/** The registry that was built last of a list of Services: everyone who looks at one mesh has the same lists. */
const built = new WeakMap<readonly KubeObject[], Built>();

/**
 * The registry of all Services and ServiceEntries. Several ServiceEntries may define one host: their ports are joined,
 * as istiod does. The lists must not change: for the same ones the same registry is given.
 */
export function serviceRegistry(
  services: readonly KubeObject[],
  entries: readonly KubeObject[],
  domain?: string,
): ServiceRegistry {
  const known = built.get(services);
  if (known !== undefined && known.entries === entries && known.domain === domain) return known.registry;
  const registry = buildRegistry(services, entries, domain);
  built.set(services, { entries, domain, registry });
  return registry;
}

function buildRegistry(
  services: readonly KubeObject[],
  entries: readonly KubeObject[],
  domain: string | undefined,
): ServiceRegistry {
  const known = new Map<string, KnownHost>();
  const wildcards = new Map<string, KnownHost[]>();
  const add = (scope: string, host: string, object: KubeObject): void => {
    const key = `${scope}/${host}`;
    const before = known.get(key);
    const ports = [...new Set([...(before?.ports ?? []), ...portNumbers(object)])];
    const entry = { host, ports, objects: [...(before?.objects ?? []), object] };
    known.set(key, entry);
    if (!isWildcard(host)) return;
    const others = (wildcards.get(scope) ?? []).filter((other) => other.host !== host);
    wildcards.set(scope, [...others, entry]);
  };
  for (const entry of entries)
    for (const host of asStrings(field(entry, 'spec', 'hosts')))
      for (const scope of exportScopes(entry)) add(scope, host, entry);
  for (const service of services) {
    for (const scope of exportScopes(service)) add(scope, serviceHost(service, domain), service);
  }
  const byWildcard = (scope: string, host: string): KnownHost | undefined =>
    wildcards.get(scope)?.find((entry) => host.endsWith(entry.host.slice(1)));
  return {
    find: (host, namespace, exportTo) => {
      const everywhere = known.get(`${EVERYWHERE}/${host}`);
      if (everywhere !== undefined) return everywhere;
      const scopes = exportTo.length === 0 || exportTo.includes(EVERYWHERE) ? [namespace] : exportTo;
      for (const scope of scopes) {
        const found = known.get(`${scope === '.' ? namespace : scope}/${host}`);
        if (found !== undefined) return found;
      }
      return byWildcard(EVERYWHERE, host) ?? byWildcard(namespace, host);
    },
  };
}

function portNumbers(object: KubeObject): readonly number[] {
  return asObjects(field(object, 'spec', 'ports')).flatMap((port) => {
    const number = asNumber(port['port'] ?? port['number']);
    return number === undefined ? [] : [number];
  });
}
