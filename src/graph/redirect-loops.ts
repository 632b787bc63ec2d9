import type { KubeObject } from '../kube/object.ts';
import { fullHost, hostsOverlap } from '../mesh/host.ts';
import type { ResourceLookup } from '../mesh/resource-set.ts';
import { asArray, asString, asStrings, field } from '../util/json.ts';
import { type CycleEdge, shortestCycles } from './cycles.ts';
import type { TrafficStep } from './gateway-loops.ts';

/** A route that redirects, and which requests come to it. */
interface Redirect {
  readonly service: KubeObject;
  readonly index: number;
  readonly id: string;
  readonly gateways: readonly string[];
  readonly hosts: readonly string[];
}

/** The paths that a request may have: one, all below a prefix, or unknown. */
type Paths = { readonly exact: string } | { readonly prefix: string };

/**
 * Redirects that lead back to themselves, by one or several routes: the client follows them until it gives up. Only
 * what follows from hosts and paths for certain is reported (dependency graph, section 7).
 */
export function redirectLoops(
  resources: ResourceLookup<'VirtualService'>,
): readonly (readonly TrafficStep[])[] {
  const services = resources.all('VirtualService');
  const redirects = services.flatMap(redirectsOf);
  const edges = redirects.flatMap((redirect) => followed(redirect, redirects));
  return shortestCycles(edges).map((cycle) => cycle.map(({ value }) => value));
}

function redirectsOf(service: KubeObject): Redirect[] {
  const { namespace = '', name } = service.metadata;
  const written = asStrings(field(service, 'spec', 'gateways'));
  return asArray(field(service, 'spec', 'http')).flatMap((route, index): Redirect[] => {
    if (field(route, 'redirect') === undefined) return [];
    return [
      {
        service,
        index,
        id: `VirtualService ${namespace}/${name}, route ${index + 1}`,
        gateways: (written.length === 0 ? ['mesh'] : written).map((text) =>
          text === 'mesh' || text.includes('/') ? text : `${namespace}/${text}`,
        ),
        hosts: asStrings(field(service, 'spec', 'hosts')).map((host) => fullHost(host, namespace)),
      },
    ];
  });
}

function followed(redirect: Redirect, all: readonly Redirect[]): CycleEdge<TrafficStep>[] {
  const rule = field(routeOf(redirect), 'redirect');
  const authority = asString(field(rule, 'authority'));
  return pathsAt(redirect).flatMap((paths) => {
    const next = pathsAfter(rule, paths);
    return all
      .filter((other) => meets(redirect, other, authority) && firstRouteFor(other, next))
      .map((other) => ({
        from: redirect.id,
        to: other.id,
        value: {
          resource: redirect.service,
          path: ['spec', 'http', redirect.index, 'redirect'],
          from: redirect.id,
          to: other.id,
        },
      }));
  });
}

function routeOf({ service, index }: Redirect): unknown {
  return asArray(field(service, 'spec', 'http'))[index];
}

/** The paths of the requests that a redirect takes, by its matches of a prefix or exact path. */
function pathsAt(redirect: Redirect): readonly Paths[] {
  const matches = asArray(field(routeOf(redirect), 'match'));
  if (matches.length === 0) return [{ prefix: '/' }];
  return matches.flatMap((match): Paths[] => {
    const [exact, prefix] = [asString(field(match, 'uri', 'exact')), asString(field(match, 'uri', 'prefix'))];
    if (exact !== undefined) return [{ exact }];
    if (prefix !== undefined) return [{ prefix }];
    return field(match, 'uri') === undefined && onlyPlain(match) ? [{ prefix: '/' }] : [];
  });
}

/** Whether a match asks for nothing that a redirected request may lack. */
function onlyPlain(match: unknown): boolean {
  const asked = Object.keys((match ?? {}) as object);
  return asked.every((name) => ['uri', 'name', 'gateways', 'ignoreUriCase'].includes(name));
}

function pathsAfter(rule: unknown, paths: Paths): Paths {
  const uri = asString(field(rule, 'uri'));
  if (uri !== undefined) return { exact: uri.split('?', 1)[0] ?? uri };
  const prefix = asString(field(rule, 'prefixRewrite'));
  if (prefix !== undefined) return 'exact' in paths ? { exact: prefix } : { prefix };
  return paths;
}

/** Whether a redirected request comes to the virtual service of another redirect: same gateway, host and scheme. */
function meets(redirect: Redirect, other: Redirect, authority: string | undefined): boolean {
  const rule = field(routeOf(redirect), 'redirect');
  // Another scheme or port is another listener: what happens there is not known here.
  if (field(rule, 'scheme') !== undefined || field(rule, 'port') !== undefined) return false;
  if (!redirect.gateways.some((gateway) => other.gateways.includes(gateway))) return false;
  if (authority === undefined) return other.service === redirect.service;
  return other.hosts.some((host) => hostsOverlap(host, authority));
}

/** Whether the first route of the virtual service that takes the path for certain is this redirect. */
function firstRouteFor(redirect: Redirect, paths: Paths): boolean {
  const routes = asArray(field(redirect.service, 'spec', 'http'));
  for (const [index, route] of routes.entries()) {
    const matches = asArray(field(route, 'match'));
    const certain = matches.length === 0 || matches.some((match) => onlyPlain(match) && takes(match, paths));
    if (certain) return index === redirect.index;
  }
  return false;
}

function takes(match: unknown, paths: Paths): boolean {
  if (field(match, 'uri') === undefined) return true;
  const [exact, prefix] = [asString(field(match, 'uri', 'exact')), asString(field(match, 'uri', 'prefix'))];
  if ('exact' in paths)
    return paths.exact === exact || (prefix !== undefined && paths.exact.startsWith(prefix));
  return prefix !== undefined && paths.prefix.startsWith(prefix);
}
