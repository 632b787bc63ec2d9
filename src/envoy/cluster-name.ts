/** What istiod encodes in a cluster's name. */
export interface ClusterNameParts {
  /** `outbound`, `inbound`, `inbound-vip` … */
  readonly direction: string;
  /** 0 when the part is not a number. */
  readonly port: number;
  readonly subset: string;
  /** Empty for inbound clusters, and when the name has more than four parts. */
  readonly fqdn: string;
}

/**
 * The parts of `direction|port|subset|fqdn`, or of the DNS-SRV form `outbound_.port_.subset_.fqdn` that SNI routing
 * uses; `undefined` for any other name (`PassthroughCluster`, `xds-grpc` …).
 */
export function parseClusterName(name: string): ClusterNameParts | undefined {
  const srv = name.startsWith('outbound_.') || name.startsWith('inbound_.');
  const parts = name.split(srv ? '_.' : '|');
  const [direction = '', port = '', subset = '', fqdn = ''] = parts;
  if (parts.length < 4) return undefined;
  return {
    direction,
    port: /^[+-]?\d+$/.test(port) ? Number(port) : 0,
    subset,
    fqdn: parts.length === 4 ? fqdn : '',
  };
}

/** A cluster's name as people say it: `catalog.shop.svc.cluster.local:80 subset v1`. Other names stay as they are. */
export function clusterTitle(name: string): string {
  const parts = parseClusterName(name);
  if (parts === undefined) return name;
  const host = parts.fqdn === '' ? parts.direction : parts.fqdn;
  return `${host}:${parts.port}${parts.subset === '' ? '' : ` subset ${parts.subset}`}`;
}

/**
 * Sorts by cluster name as the reference does: FQDN (or the whole name), subset, port, direction. `partsOf` gives the
 * parts where they are known already.
 */
export function sortByClusterName<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  partsOf: (item: T) => ClusterNameParts | undefined = (item) => barParts(nameOf(item)),
): T[] {
  const keys = items.map((item) => partsOf(item) ?? wholeName(nameOf(item)));
  const order = items.map((_, index) => index);
  order.sort((a, b) => compareKeys(keys[a] as ClusterNameParts, keys[b] as ClusterNameParts));
  return order.map((index) => items[index] as T);
}

function compareKeys(left: ClusterNameParts, right: ClusterNameParts): number {
  return (
    order(left.fqdn, right.fqdn) ||
    order(left.subset, right.subset) ||
    left.port - right.port ||
    order(left.direction, right.direction)
  );
}

/** The parts of a name with bars; the DNS-SRV form sorts as a whole name, as it does in the reference. */
export function barParts(name: string): ClusterNameParts | undefined {
  return name.includes('|') ? parseClusterName(name) : undefined;
}

function wholeName(name: string): ClusterNameParts {
  return { direction: '', port: 0, subset: '', fqdn: name };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
