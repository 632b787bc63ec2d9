import { chainDestination, chainMatchText, matchOf } from '../envoy/chain-text.ts';
import { undeliveredSecret } from '../envoy/downstream-secrets.ts';
import type { ConfigDump } from '../envoy/dump.ts';
import {
  byName,
  clusterEntries,
  type Entry,
  endpointEntries,
  listenerEntries,
  routeConfigEntries,
  scopedRouteEntries,
} from '../envoy/entry.ts';
import { type FilterChain, filterChainsOf } from '../envoy/listener.ts';
import { type OwnerObject, ownerOf } from '../envoy/owner.ts';
import { type Authorization, authorize } from '../envoy/path/authorize.ts';
import { matchRoute, type RouteVerdict } from '../envoy/path/match-route.ts';
import { pickByMatcher } from '../envoy/path/pick-by-matcher.ts';
import { pickChain } from '../envoy/path/pick-chain.ts';
import { pickHost } from '../envoy/path/pick-host.ts';
import { pickListener } from '../envoy/path/pick-listener.ts';
import { barePath, type PathRequest } from '../envoy/path/request.ts';
import { type RouteAction, routeAction, type VirtualHost } from '../envoy/route.ts';
import { secretsOf } from '../envoy/secrets.ts';
import { asString, type JsonObject } from '../util/json.ts';
import { type ClusterEnd, clusterEnd, type PathInput } from './path-cluster.ts';

/**
 * Where a request ends in a proxy. `forwarded`: at least one endpoint would take it; `doubtful`: it goes on, but what
 * is not known here may stop it.
 */
export type PathEnd = {
  readonly outcome: 'forwarded' | 'answered' | 'lost' | 'doubtful' | 'unknown';
  readonly text: string;
};

/** The way of one request through one proxy, as far as it goes; absent steps were not reached. */
export interface ProxyPath {
  readonly request: PathRequest;
  readonly listener: { readonly name: string; readonly why: string } | undefined;
  readonly chain: { readonly name: string; readonly match: string } | undefined;
  /** What RBAC and JWT filters of the chain say; absent when it has none. */
  readonly authorization: Authorization | undefined;
  readonly routeConfig: string | undefined;
  readonly virtualHost: { readonly name: string; readonly domain: string } | undefined;
  readonly route:
    | {
        readonly position: number;
        readonly total: number;
        readonly match: JsonObject;
        readonly action: RouteAction;
        readonly owner: OwnerObject | undefined;
      }
    | undefined;
  readonly clusters: readonly ClusterEnd[];
  /** Routes before the chosen one that a dump can't judge, by position. */
  readonly unsure: readonly number[];
  readonly end: PathEnd;
}

type Draft = { -readonly [K in keyof ProxyPath]?: ProxyPath[K] };

/**
 * Follows a request through a proxy's configuration the way Envoy does. `health` is what the proxy's clusters page
 * says of hosts, `mesh` what stands at addresses, when they are at hand. Throws a data error when the dump has no
 * listeners.
 */
export function pathOf(dump: ConfigDump, input: PathInput): ProxyPath {
  const draft: Draft = {};
  const end = listenerStep(draft, dump, input);
  return {
    request: input.request,
    listener: draft.listener,
    chain: draft.chain,
    authorization: draft.authorization,
    routeConfig: draft.routeConfig,
    virtualHost: draft.virtualHost,
    route: draft.route,
    clusters: draft.clusters ?? [],
    unsure: draft.unsure ?? [],
    end: withAuthorization(end, draft.authorization),
  };
}

function withAuthorization(end: PathEnd, authorization: Authorization | undefined): PathEnd {
  if (authorization?.verdict !== 'depends') return end;
  if (end.outcome === 'lost' || end.outcome === 'unknown') return end;
  return { outcome: 'doubtful', text: `${end.text}, if authorization lets it: ${authorization.text}` };
}

function listenerStep(draft: Draft, dump: ConfigDump, input: PathInput): PathEnd {
  const { request } = input;
  const entries = listenerEntries(dump);
  const picked = pickListener(entries, request);
  if (picked === undefined) return lost(refusedText(entries, request));
  draft.listener = { name: picked.entry.name, why: picked.why };
  const listener = picked.entry.message;
  const chains = filterChainsOf(listener);
  const chain = chainFor(listener, chains, request);
  if (chain === undefined)
    return lost('no filter chain matches: Envoy closes the connection (NR, filter_chain_not_found)');
  draft.chain = {
    name: chain.name,
    match: chain.isDefault ? 'everything else' : chainMatchText(chain.match),
  };
  const secret = undeliveredSecret(chain.raw, secretsOf(dump.section('Secrets')));
  if (secret !== undefined) return lost(`TLS handshake fails: secret ${secret} was not delivered`);
  draft.authorization = authorize(chain.raw, request);
  if (draft.authorization?.verdict === 'denied') return lost(`denied: ${draft.authorization.text}`);
  return chainStep(draft, chain, dump, input);
}

function chainStep(draft: Draft, chain: FilterChain, dump: ConfigDump, input: PathInput): PathEnd {
  const goal = chainDestination(chain.raw);
  switch (goal.kind) {
    case 'blackhole':
      return lost('BlackHoleCluster: Envoy closes the connection');
    case 'tcp':
      return clusterStep(draft, goal.targets, dump, input);
    case 'inline':
      draft.routeConfig = 'inline';
      return routeStep(draft, goal.config, dump, input);
    case 'route': {
      draft.routeConfig = goal.name;
      const config = dump.has('Routes') ? byName(routeConfigEntries(dump)).get(goal.name) : undefined;
      if (config === undefined) return lost(`the proxy has no route configuration ${goal.name}: 404 (NR)`);
      return routeStep(draft, config.message, dump, input);
    }
    case 'scoped':
      return { outcome: 'unknown', text: scopedText(goal.name, dump) };
    default:
      return {
        outcome: 'unknown',
        text: 'this filter chain is neither HTTP with routes nor TCP to a cluster',
      };
  }
}

function scopedText(name: string, dump: ConfigDump): string {
  const names = scopedRouteEntries(dump).map(
    ({ message }) => asString(message['route_configuration_name']) ?? '',
  );
  const known = [...new Set(names)].filter((config) => config !== '').join(', ');
  return `scoped routes ${name} choose by the request${known === '' ? '' : ` among ${known}`}`;
}

function chainFor(
  listener: JsonObject,
  chains: readonly FilterChain[],
  request: PathRequest,
): FilterChain | undefined {
  const matcher = listener['filter_chain_matcher'];
  if (matcher === undefined) return pickChain(chains, request);
  const name = pickByMatcher(matcher, request);
  return chains.find((chain) => chain.name === name) ?? chains.find((chain) => chain.isDefault);
}

function refusedText(entries: readonly Entry[], request: PathRequest): string {
  const refused = entries.find((entry) => entry.state === 'rejected');
  const reason = refused ? `; the proxy refused listener ${refused.name}: ${refused.rejection?.details}` : '';
  return `nothing listens for ${request.inbound ? 'inbound connections to ' : ''}port ${request.port}: connection refused${reason}`;
}

function routeStep(draft: Draft, config: JsonObject, dump: ConfigDump, input: PathInput): PathEnd {
  const { request } = input;
  const picked = pickHost(config, request);
  if (picked === undefined)
    return lost(`no virtual host for "${request.authority}": 404 (NR, route_not_found)`);
  draft.virtualHost = { name: picked.host.name, domain: picked.domain };
  const { index, unsure } = firstMatch(picked.host, request);
  draft.unsure = unsure;
  const route = picked.host.routes[index];
  if (route === undefined) return lost('no route of the virtual host matches: 404 (NR, route_not_found)');
  const action = routeAction(route);
  draft.route = {
    position: index + 1,
    total: picked.host.routes.length,
    match: matchOf(route),
    action,
    owner: ownerOf(route),
  };
  switch (action.kind) {
    case 'redirect':
      if (action.to === `${request.authority}${barePath(request)}`) {
        return lost(`the proxy redirects to the very same address (${action.status}), for ever`);
      }
      return {
        outcome: 'answered',
        text: `the proxy answers with a redirect, ${action.status} to ${action.to}`,
      };
    case 'direct':
      return { outcome: 'answered', text: `the proxy answers ${action.status} itself` };
    case 'cluster':
      return clusterStep(draft, action.targets, dump, input);
    default:
      return { outcome: 'unknown', text: 'the cluster depends on the request' };
  }
}

function firstMatch(host: VirtualHost, request: PathRequest): { index: number; unsure: number[] } {
  const unsure: number[] = [];
  for (const [index, route] of host.routes.entries()) {
    const verdict: RouteVerdict = matchRoute(matchOf(route), request);
    if (verdict === 'yes') return { index, unsure };
    if (verdict === 'unknown') unsure.push(index + 1);
  }
  return { index: -1, unsure };
}

function clusterStep(
  draft: Draft,
  targets: readonly { readonly cluster: string; readonly weight: number }[],
  dump: ConfigDump,
  input: PathInput,
): PathEnd {
  const clusters = dump.has('Clusters') ? byName(clusterEntries(dump)) : new Map<string, Entry>();
  const assignments = byName(endpointEntries(dump));
  const used = targets.filter((target) => target.weight > 0);
  const total = used.reduce((sum, target) => sum + target.weight, 0);
  const ends = used.map((target) =>
    clusterEnd(target.cluster, target.weight / total, clusters, assignments, input),
  );
  draft.clusters = ends;
  const bad = ends.filter((end) => end.problem !== undefined);
  const [first] = bad;
  if (ends.length === 0) return lost('no cluster takes any traffic: 503');
  const doubt = ends.find((end) => end.doubt !== undefined)?.doubt;
  if (first === undefined && doubt !== undefined)
    return { outcome: 'doubtful', text: `${forwardedText(ends)}, but ${doubt}` };
  if (first === undefined) return { outcome: 'forwarded', text: forwardedText(ends) };
  if (bad.length === ends.length) return lost(first.problem ?? '');
  const share = Math.round(bad.reduce((sum, end) => sum + end.share, 0) * 100);
  return lost(`${share}% of the requests fail: ${first.problem}`);
}

function forwardedText(ends: readonly ClusterEnd[]): string {
  const [only] = ends;
  if (ends.length === 1 && only?.note) return only.note;
  const usable = ends.reduce(
    (sum, end) => sum + end.endpoints.filter((endpoint) => endpoint.usable).length,
    0,
  );
  const known = ends.every((end) => end.endpoints.length > 0);
  if (!known) return 'forwarded';
  return usable === 1
    ? 'forwarded to the only usable endpoint'
    : `forwarded to one of ${usable} usable endpoints`;
}

function lost(text: string): PathEnd {
  return { outcome: 'lost', text };
}
