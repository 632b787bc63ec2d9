import { asObject, asObjects, asString, field, type JsonObject } from '../util/json.ts';
import type { Entry, EntryState } from './entry.ts';
import {
  filterChainsOf,
  isBlackHole,
  listenerAddresses,
  type NetworkFilter,
  networkFilters,
} from './listener.ts';

/** `LOG` is Envoy's word for AUDIT. */
export type RbacAction = 'ALLOW' | 'DENY' | 'LOG';

/** Whether a filter sees requests or only connections. */
export type RbacLayer = 'HTTP' | 'TCP';

/** One policy of an RBAC filter: it matches when any permission and any principal do. */
export interface RbacPolicy {
  /** As istiod named it, see `parseRbacPolicyName`. */
  readonly name: string;
  readonly permissions: readonly JsonObject[];
  readonly principals: readonly JsonObject[];
}

/** The rules of one RBAC filter. An ALLOW without policies lets nothing through. */
export interface RbacRules {
  readonly action: RbacAction;
  readonly policies: readonly RbacPolicy[];
}

/** One RBAC filter: `enforced` decides, `shadow` only counts and marks (dry runs, and the match for CUSTOM). */
export interface RbacFilter {
  readonly layer: RbacLayer;
  readonly enforced: RbacRules | undefined;
  readonly shadow: RbacRules | undefined;
  /** `istio_dry_run_allow_`, `istio_dry_run_deny_` or `istio_ext_authz_`. */
  readonly shadowPrefix: string;
}

/** Which traffic a filter chain takes. */
export type ChainScope =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'other-ports' }
  | { readonly kind: 'service'; readonly host: string; readonly port: number }
  | { readonly kind: 'workload' }
  | { readonly kind: 'listener'; readonly port: number; readonly serverNames: readonly string[] };

/** A filter chain that takes traffic in, with its RBAC filters in the order in which Envoy runs them. */
export interface RbacChain {
  readonly listener: string;
  readonly state: EntryState;
  /** Why Envoy refused the listener, when `state` is `rejected`. */
  readonly rejection: string | undefined;
  readonly chain: string;
  readonly isDefault: boolean;
  readonly scope: ChainScope;
  /** What the chain speaks: with an HTTP connection manager requests can be told apart. */
  readonly speaks: RbacLayer;
  readonly filters: readonly RbacFilter[];
}

const HTTP_RBAC = { name: 'envoy.filters.http.rbac', type: 'envoy.extensions.filters.http.rbac.v3.RBAC' };
const TCP_RBAC = {
  name: 'envoy.filters.network.rbac',
  type: 'envoy.extensions.filters.network.rbac.v3.RBAC',
};

/**
 * The chains on which authorization is decided: of every listener that takes traffic into the workload or holds any
 * RBAC filter, in all states, default chains and static listeners included. Chains into the black hole are left out.
 * Of the copies of a refused listener that a dump may hold, one is kept.
 */
export function rbacChains(listeners: readonly Entry[]): RbacChain[] {
  const seen = new Set<string>();
  return listeners.flatMap((entry) => {
    const key = `${entry.state} ${entry.name}`;
    if (entry.state === 'rejected' && seen.has(key)) return [];
    seen.add(key);
    const chains = chainsOf(entry);
    const relevant = isInbound(entry.message) || chains.some(({ filters }) => filters.length > 0);
    return relevant ? chains : [];
  });
}

function isInbound(listener: JsonObject): boolean {
  return listener['traffic_direction'] === 'INBOUND' && listener['name'] !== undefined;
}

function chainsOf(entry: Entry): RbacChain[] {
  return filterChainsOf(entry.message).flatMap(({ name, isDefault, match, raw }) => {
    const filters = networkFilters(raw);
    const tcp = filters.find(({ role }) => role === 'tcp');
    if (tcp !== undefined && isBlackHole(tcp.config)) return [];
    return [
      {
        listener: entry.name,
        state: entry.state,
        rejection: entry.state === 'rejected' ? entry.rejection?.details : undefined,
        chain: name,
        isDefault,
        scope: scopeOf(entry, name, match.destinationPort, match.serverNames),
        speaks: filters.some(({ role }) => role === 'http') ? ('HTTP' as const) : ('TCP' as const),
        filters: filters.flatMap(rbacFiltersIn),
      },
    ];
  });
}

/** The RBAC filters of one filter chain, in the order in which Envoy runs them. */
export function chainRbacFilters(chain: JsonObject): RbacFilter[] {
  return networkFilters(chain).flatMap(rbacFiltersIn);
}

function rbacFiltersIn(filter: NetworkFilter): RbacFilter[] {
  if (filter.role === 'http') return httpRbacFilters(filter.config);
  return isFilter(filter.name, filter.typeUrl, TCP_RBAC) ? [rbacFilter(filter.config, 'TCP')] : [];
}

function httpRbacFilters(manager: JsonObject): RbacFilter[] {
  return asObjects(manager['http_filters']).flatMap((filter) => {
    const config = asObject(filter['typed_config']);
    if (config === undefined || filter['disabled'] === true) return [];
    const name = asString(filter['name']) ?? '';
    return isFilter(name, asString(config['@type']), HTTP_RBAC) ? [rbacFilter(config, 'HTTP')] : [];
  });
}

function isFilter(name: string, type: string | undefined, wanted: { name: string; type: string }): boolean {
  return type === undefined ? name === wanted.name : type.endsWith(`/${wanted.type}`);
}

/** An RBAC filter's configuration, HTTP or network: both have the same fields. */
export function rbacFilter(config: JsonObject, layer: RbacLayer): RbacFilter {
  return {
    layer,
    enforced: rbacRules(config['rules']),
    shadow: rbacRules(config['shadow_rules']),
    shadowPrefix: asString(config['shadow_rules_stat_prefix']) ?? '',
  };
}

function rbacRules(value: unknown): RbacRules | undefined {
  const rules = asObject(value);
  if (rules === undefined) return undefined;
  const policies = Object.entries(asObject(rules['policies']) ?? {}).map(([name, policy]) => ({
    name,
    permissions: asObjects(field(policy, 'permissions')),
    principals: asObjects(field(policy, 'principals')),
  }));
  return { action: rbacAction(rules['action']), policies };
}

/** The action of rules; ALLOW is protobuf's default and left out of the JSON. */
export function rbacAction(value: unknown): RbacAction {
  if (value === 'DENY' || value === 1) return 'DENY';
  return value === 'LOG' || value === 2 ? 'LOG' : 'ALLOW';
}

/** Name of the listener that takes a sidecar's inbound traffic. */
const VIRTUAL_INBOUND = 'virtualInbound';

function scopeOf(
  entry: Entry,
  chain: string,
  port: number | undefined,
  serverNames: readonly string[],
): ChainScope {
  const service = /^inbound-vip\|(\d+)\|[^|]*\|(.+)$/.exec(chain);
  if (service !== null) return { kind: 'service', host: service[2] ?? '', port: Number(service[1]) };
  if (/^direct-(tcp|http)/.test(chain)) return { kind: 'workload' };
  if (port !== undefined) return { kind: 'port', port };
  if (entry.name === VIRTUAL_INBOUND) return { kind: 'other-ports' };
  return { kind: 'listener', port: listenerAddresses(entry.message)[0]?.port ?? 0, serverNames };
}
