/** How far one xDS type of a proxy is: `UNKNOWN` when istiod does not say, never taken for `SYNCED`. */
export type SyncStatus = 'SYNCED' | 'STALE' | 'ERROR' | 'NOT SENT' | 'UNKNOWN';

/** What kind of proxy istiod or the pod says it is. */
export type ProxyType = 'sidecar' | 'router' | 'waypoint' | 'ztunnel' | 'unknown';

/** One xDS type of a proxy. Times are RFC 3339 as istiod wrote them; `lastSent` is when istiod last sent the type. */
export interface TypeSync {
  readonly typeUrl: string;
  readonly status: SyncStatus;
  readonly lastSent?: string | undefined;
  /** Envoy's words for the rejected push. */
  readonly error?: string | undefined;
  /** Time of the push that the proxy last acknowledged, from the nonce; only the HTTP page tells it. */
  readonly ackedPush?: string | undefined;
  /** Whether any push of this type was ever acknowledged on this connection; only the HTTP page tells it. */
  readonly everAcked?: boolean | undefined;
}

/** One proxy's connection to one istiod. `proxyId` is `<pod>.<namespace>`. */
export interface ProxySync {
  readonly proxyId: string;
  readonly cluster: string;
  readonly namespace: string;
  /** Version of the proxy's agent, as the proxy told istiod. */
  readonly version: string;
  readonly type: ProxyType;
  /** Pod name of the istiod that answered. */
  readonly istiod: string;
  readonly types: readonly TypeSync[];
}

/** What one istiod says of its proxies, in its own order. */
export interface IstiodSync {
  /** Pod name; `MISSING` or `INVALID` as in the reference when istiod does not name itself. */
  readonly istiod: string;
  readonly istiodVersion?: string | undefined;
  readonly proxies: readonly ProxySync[];
}

/** Newest `lastSent` of a proxy's types as milliseconds; `-Infinity` when nothing was ever sent. */
export function newestSent(proxy: ProxySync): number {
  return Math.max(-Infinity, ...proxy.types.map((type) => sentMs(type) ?? -Infinity));
}

/** When istiod last sent the type, as milliseconds; `undefined` when never (year 1 stands for never) or unreadable. */
export function sentMs(type: TypeSync): number | undefined {
  if (type.lastSent === undefined || type.lastSent.startsWith('0001-')) return undefined;
  const ms = Date.parse(type.lastSent);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * One entry a proxy: where two istiods (or two connections) know the same proxy, as after a hand-over, the one that
 * was sent something last wins. Sorted by cluster-independent name, then cluster.
 */
export function mergeSync(istiods: readonly IstiodSync[]): ProxySync[] {
  const newest = new Map<string, ProxySync>();
  for (const { proxies } of istiods) {
    for (const proxy of proxies) {
      const key = JSON.stringify([proxy.cluster, proxy.proxyId]);
      const known = newest.get(key);
      if (known === undefined || newestSent(proxy) > newestSent(known)) newest.set(key, proxy);
    }
  }
  const order = (proxy: ProxySync): string => `${proxy.proxyId}\u0000${proxy.cluster}`;
  return [...newest.values()].sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}

/**
 * The xDS answer with what only the HTTP page of the same istiod knows: kind of proxy and the last acknowledged push.
 * Connections that the xDS answer does not have are not added.
 */
export function enrichSync(xds: IstiodSync, http: IstiodSync): IstiodSync {
  const byId = new Map(http.proxies.map((proxy) => [JSON.stringify([proxy.cluster, proxy.proxyId]), proxy]));
  const proxies = xds.proxies.map((proxy) => {
    const other = byId.get(JSON.stringify([proxy.cluster, proxy.proxyId]));
    if (other === undefined) return proxy;
    const pages = new Map(other.types.map((type) => [type.typeUrl, type]));
    const types = proxy.types.map((type) => {
      const page = pages.get(type.typeUrl);
      return page === undefined ? type : { ...type, ackedPush: page.ackedPush, everAcked: page.everAcked };
    });
    return { ...proxy, type: proxy.type === 'unknown' ? other.type : proxy.type, types };
  });
  return { ...xds, proxies };
}
