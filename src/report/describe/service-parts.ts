import type { Exposure } from '../../answers/describe/exposure.ts';
import type { ServedGateway } from '../../answers/describe/gateway-role.ts';
import { protocolText } from '../../answers/describe/ports.ts';
import { listed } from '../../answers/describe/problem.ts';
import type { RouteFacts } from '../../answers/describe/routing.ts';
import type { DescribeScope } from '../../answers/describe/scope.ts';
import type { ServiceFacts } from '../../answers/describe/service-facts.ts';
import { counted } from '../../util/counted.ts';
import { columns } from './lines.ts';

/** More ways from outside than these are counted. */
const EXPOSURES_SHOWN = 6;

/** A title with the only port beside it, or all ports in lines below. */
export function titledPorts(title: string, service: ServiceFacts): readonly string[] {
  const ports = portLines(service);
  return ports.length === 1 ? [`${title}: ${ports[0]}`] : [title, ...ports];
}

function portLines({ ports }: ServiceFacts): readonly string[] {
  return columns(
    ports.map(({ port, name, protocol, transport, podPorts, target }) => {
      const spoken = transport === 'TCP' ? protocolText(protocol) : transport;
      const leads = podPorts.length > 0 ? podPorts.join(', ') : String(target);
      return [String(port), name ?? '-', spoken, `→ ${leads}`];
    }),
  );
}

/** What groups of clients send and what becomes of it; ports on which all is the same are one line. */
export function callLines({ calls }: ServiceFacts): readonly string[] {
  const groups = new Map<string, { who: string; ports: number[]; text: string }>();
  for (const { who: callers, port, subset, client, outcomes } of calls) {
    const who = subset === undefined ? callers : `${callers} to subset ${subset}`;
    if (outcomes.length === 0) continue;
    const result = outcomes
      .map(({ outcome, pods }) => (outcomes.length > 1 ? `${outcome} (${counted(pods, 'pod')})` : outcome))
      .join(', ');
    const by = client === 'automatic' ? 'chosen automatically' : `DestinationRule says ${client}`;
    const text =
      result === 'unknown' ? 'not known: PeerAuthentications could not be read' : `${result}, ${by}`;
    const key = `${who} ${text}`;
    const group = groups.get(key) ?? { who, ports: [], text };
    group.ports.push(port);
    groups.set(key, group);
  }
  const all = [...groups.values()];
  return all.map(({ who, ports, text }) => {
    const isPartial = all.some((one) => one.who === who && one.text !== text);
    return `${who}${isPartial ? ` to ${ports.join(', ')}` : ''}: ${text}`;
  });
}

/** What was not read or not looked at. */
export function readLines({ namespaces, unread }: DescribeScope): readonly string[] {
  const only =
    namespaces === undefined
      ? []
      : [`only namespaces ${namespaces.join(' and ')} (-n): rules and gateways of others are not seen`];
  return unread.length === 0 ? only : [...only, `not read: ${unread.join(', ')}`];
}

/** DestinationRules by the clients that use them, with subsets. */
export function ruleLines({ rules }: ServiceFacts): readonly string[] {
  return rules.map(({ who, rule, subsets, sets }) => {
    const parts = [
      ...sets,
      ...subsets.map(({ name, pods, hasPod }) => {
        const held = hasPod === undefined ? counted(pods, 'pod') : hasPod ? 'this pod' : 'other pods';
        return `subset ${name} (${pods === 0 ? 'no pods' : held})`;
      }),
    ];
    const users = who === 'clients' ? '' : ` for ${who}`;
    return `DestinationRule ${rule}${users}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
  });
}

/** Rules for requests from inside the mesh. */
export function routeLines(
  { routes, meshRoutes, name }: ServiceFacts,
  { unread }: DescribeScope,
): readonly string[] {
  const lines = routes.map(
    (route) => `VirtualService ${route.object}: ${conditionText(route)} → ${targetText(route)}`,
  );
  const more = meshRoutes.map(
    ({ route, matches }) => `${route}: ${matches.length === 0 ? 'all requests' : matches.join(' or ')}`,
  );
  if (lines.length + more.length === 0 && unread.includes('virtualservices')) {
    return ['not known: VirtualServices could not be read'];
  }
  return lines.length + more.length === 0
    ? [`no rules: requests go to all ready pods of ${name}`]
    : [...lines, ...more];
}

function conditionText({ matches }: RouteFacts): string {
  return matches.length === 0 ? 'all requests' : matches.join(' or ');
}

function targetText({ to, also }: RouteFacts): string {
  const targets = to.map((one) => {
    const { host, port, subset, share } = one;
    const short = host.replace(/\.svc\.cluster\.local$/, '');
    const weight = to.length > 1 ? `${share}% ` : '';
    const reach = reachText(one);
    const at = port === undefined ? '' : `:${port}`;
    return `${weight}${short}${at}${subset === undefined ? '' : ` subset ${subset}`} (${reach})`;
  });
  const extra = also.filter((one) => one !== 'redirect' || to.length > 0);
  const main = targets.length === 0 ? also.join(', ') || 'nothing' : targets.join(', ');
  return extra.length === 0 || targets.length === 0 ? main : `${main}; also ${extra.join(', ')}`;
}

function reachText({ leads, pods, reachesPod }: RouteFacts['to'][number]): string {
  if (leads === 'unknown') return 'not known where it leads';
  if (leads === 'nowhere') return 'leads nowhere';
  if (leads === 'outside') return 'outside the cluster or its registry';
  if (reachesPod === undefined) return counted(pods, 'pod');
  return reachesPod ? 'this pod' : 'other pods';
}

/** Ways from outside; those that differ by their URL alone are one line. */
export function exposureLines(exposures: readonly Exposure[]): readonly string[] {
  const groups = new Map<string, { readonly urls: string[]; readonly text: string }>();
  for (const { url, matches, gateway, route, address, entrance } of exposures) {
    const at = entrance === undefined ? 'address not known' : `Service ${entrance}, no address yet`;
    const paths = matches.length === 0 ? '' : ` ${matches.join(' or ')}`;
    const text = `${paths} by ${gateway} (${address ?? at}), ${route}`;
    const group = groups.get(text) ?? { urls: [], text };
    group.urls.push(url);
    groups.set(text, group);
  }
  const lines = [...groups.values()].map(({ urls, text }) => `${listed(urls)}${text}`);
  const more = lines.length - EXPOSURES_SHOWN;
  return more > 0 ? [...lines.slice(0, EXPOSURES_SHOWN), `and ${more} more: -o json lists all`] : lines;
}

/** What the servers of Gateways serve by this pod. */
export function gatewayLines(gateways: readonly ServedGateway[]): readonly string[] {
  return gateways.map(({ gateway, server, virtualServices }) => {
    const name = server.name === undefined ? '' : ` ${server.name}`;
    const by =
      virtualServices.length === 0 ? 'no VirtualService' : `VirtualService ${virtualServices.join(', ')}`;
    const secret = server.credential === undefined ? '' : ` with certificate ${server.credential}`;
    return `Gateway ${gateway}: ${server.port}${name} ${server.protocol}${secret}, ${server.hosts.join(', ')} by ${by}`;
  });
}

/** The waypoint that calls to a service or pod go through. */
export function waypointLine(waypoint: ServiceFacts['waypoint']): readonly string[] {
  if (waypoint === undefined) return [];
  const { gateway, by, serves, pod } = waypoint;
  const state = serves ? (pod === undefined ? '' : `, pod ${pod}`) : ', which does not serve it';
  return [`waypoint ${gateway} (asked for by ${by})${state}`];
}
