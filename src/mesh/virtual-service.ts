import type { KubeObject } from '../kube/object.ts';
import { objectId, oldestFirst } from '../kube/oldest-first.ts';
import { asNumber, asObject, asObjects, asString, asStrings, field, type JsonObject } from '../util/json.ts';
import { compareSpecificity, fullHost, hostsOverlap, matchesHost } from './host.ts';
import { requestMatches } from './request-match.ts';
import { isVisibleTo } from './visibility.ts';

/** The gateway that stands for all sidecars. */
export const MESH_GATEWAY = 'mesh';

/** Where a share of the traffic of a route goes. */
export interface Destination {
  /** Full host. */
  readonly host: string;
  readonly port: number | undefined;
  readonly subset: string | undefined;
  /** Percent, or a share of the sum; `undefined` for the only destination. */
  readonly weight: number | undefined;
  /** Path of the destination in its object. */
  readonly path: string;
}

/** Where a rule sends clients instead of forwarding their requests; what is absent stays as it was. */
export interface Redirect {
  readonly authority: string | undefined;
  readonly uri: string | undefined;
  readonly scheme: string | undefined;
}

/** One rule of a VirtualService; a delegate's rules stand in the place of the rule that names it. */
export interface VirtualRoute {
  readonly protocol: 'http' | 'tls' | 'tcp';
  /** The VirtualService that holds it (`<namespace>/<name>`), and where. */
  readonly object: string;
  readonly path: string;
  readonly name: string | undefined;
  /** What a request must have, in words; empty for a rule that takes everything. */
  readonly matches: readonly string[];
  /** Gateways that the rule is limited to; empty for all of its VirtualService. */
  readonly gateways: readonly string[];
  readonly destinations: readonly Destination[];
  /** What it does besides or instead of forwarding: `redirect`, `fault`, `rewrite`, `mirror` … */
  readonly also: readonly string[];
  readonly redirect: Redirect | undefined;
  /** A delegate that does not exist, is not visible, or is no delegate: the rule is dropped. */
  readonly missingDelegate: string | undefined;
}

/** The full hosts of a VirtualService. */
export function virtualHosts(service: KubeObject): readonly string[] {
  return asStrings(field(service, 'spec', 'hosts')).map((host) =>
    fullHost(host, service.metadata.namespace ?? ''),
  );
}

/** The gateways of a VirtualService as `<namespace>/<name>` or `mesh`, which is the default. */
export function virtualGateways(service: KubeObject): readonly string[] {
  const named = asStrings(field(service, 'spec', 'gateways'));
  return named.length === 0 ? [MESH_GATEWAY] : named.map((one) => gatewayName(one, service));
}

/** `name`, `./name` and the old `name.namespace` mean a Gateway by namespace and name. */
function gatewayName(name: string, service: KubeObject): string {
  const own = service.metadata.namespace ?? '';
  if (name === MESH_GATEWAY) return name;
  if (name.startsWith('./')) return `${own}/${name.slice(2)}`;
  if (name.includes('/')) return name;
  const [first = '', namespace] = name.split('.');
  return namespace === undefined ? `${own}/${name}` : `${namespace}/${first}`;
}

/**
 * The VirtualServices that sidecars in `clientNamespace` consult for a host, the one in force first: the most specific
 * host, then the oldest. The others of the same host are shadowed. Source: spec of dependencies §6.
 */
export function meshVirtualServices(
  all: readonly KubeObject[],
  host: string,
  clientNamespace: string,
): readonly KubeObject[] {
  const candidates = oldestFirst(all).filter(
    (one) => virtualGateways(one).includes(MESH_GATEWAY) && isVisibleTo(one, clientNamespace),
  );
  const found = candidates.flatMap((one) => {
    const [best] = virtualHosts(one)
      .filter((pattern) => matchesHost(pattern, host))
      .sort(compareSpecificity);
    return best === undefined ? [] : [{ one, best }];
  });
  found.sort((a, b) => compareSpecificity(a.best, b.best));
  return found.map(({ one }) => one);
}

/** The VirtualServices that gateway `<namespace>/<name>` serves for any of `hosts`, oldest first. */
export function gatewayVirtualServices(
  all: readonly KubeObject[],
  gateway: string,
  hosts: readonly string[],
): readonly KubeObject[] {
  return oldestFirst(all).filter(
    (one) =>
      virtualGateways(one).includes(gateway) &&
      virtualHosts(one).some((host) => hosts.some((served) => hostsOverlap(served, host))),
  );
}

/** The rules of a VirtualService in their order, delegates put in place. */
export function virtualRoutes(service: KubeObject, all: readonly KubeObject[]): readonly VirtualRoute[] {
  const of = (protocol: VirtualRoute['protocol']): VirtualRoute[] =>
    asObjects(field(service, 'spec', protocol)).flatMap((rule, index) =>
      protocol === 'http' && asObject(rule['delegate']) !== undefined
        ? delegated(service, rule, index, all)
        : [route(service, protocol, rule, index)],
    );
  return [...of('http'), ...of('tls'), ...of('tcp')];
}

function route(
  service: KubeObject,
  protocol: VirtualRoute['protocol'],
  rule: JsonObject,
  index: number,
): VirtualRoute {
  const path = `spec.${protocol}[${index}]`;
  const redirect = asObject(rule['redirect']);
  return {
    protocol,
    object: objectId(service),
    path,
    name: asString(rule['name']),
    matches: requestMatches(rule['match']),
    gateways: ruleGateways(service, rule),
    destinations: asObjects(rule['route']).map((one, at) =>
      destination(service, one, `${path}.route[${at}]`),
    ),
    also: ['redirect', 'directResponse', 'rewrite', 'fault', 'mirror', 'mirrors'].filter(
      (key) => key in rule,
    ),
    redirect: redirect && {
      authority: asString(redirect['authority']),
      uri: asString(redirect['uri']),
      scheme: asString(redirect['scheme']),
    },
    missingDelegate: undefined,
  };
}

function ruleGateways(service: KubeObject, rule: JsonObject): readonly string[] {
  const named = asObjects(rule['match']).flatMap((match) => asStrings(match['gateways']));
  return [...new Set(named.map((one) => gatewayName(one, service)))];
}

function destination(service: KubeObject, entry: JsonObject, path: string): Destination {
  const target = field(entry, 'destination');
  return {
    host: fullHost(asString(field(target, 'host')) ?? '', service.metadata.namespace ?? ''),
    port: asNumber(field(target, 'port', 'number')),
    subset: asString(field(target, 'subset')) || undefined,
    weight: asNumber(entry['weight']),
    path: `${path}.destination`,
  };
}

/** One level of delegation alone is followed, to a VirtualService without hosts. Source: spec of dependencies §7. */
function delegated(
  service: KubeObject,
  rule: JsonObject,
  index: number,
  all: readonly KubeObject[],
): VirtualRoute[] {
  const own = service.metadata.namespace ?? '';
  const name = asString(field(rule, 'delegate', 'name')) ?? '';
  const namespace = asString(field(rule, 'delegate', 'namespace')) || own;
  const delegate = all.find(
    (one) => one.metadata.name === name && (one.metadata.namespace ?? '') === namespace,
  );
  const outer = route(service, 'http', rule, index);
  if (delegate === undefined || virtualHosts(delegate).length > 0 || !isVisibleTo(delegate, own)) {
    return [{ ...outer, missingDelegate: `${namespace}/${name}` }];
  }
  return asObjects(field(delegate, 'spec', 'http')).map((inner, at) => {
    const made = route(delegate, 'http', inner, at);
    return { ...made, matches: bothMatches(outer.matches, made.matches), gateways: outer.gateways };
  });
}

function bothMatches(outer: readonly string[], inner: readonly string[]): readonly string[] {
  if (outer.length === 0 || inner.length === 0) return [...outer, ...inner];
  return outer.flatMap((one) => inner.map((other) => (other === one ? one : `${one} and ${other}`)));
}
