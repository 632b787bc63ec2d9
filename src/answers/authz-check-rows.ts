import { type RbacAction, rbacAction } from '../envoy/rbac.ts';
import { isCustomPolicyName } from '../envoy/rbac-policy-name.ts';
import { asObject, asObjects, asString, field, type JsonObject } from '../util/json.ts';
import { compareText } from '../util/text.ts';

/** One line of the reference's `authz check`. */
export interface AuthzCheckRow {
  readonly action: RbacAction | 'CUSTOM';
  /** `<name>.<namespace>`, or the reference's pseudo name for a filter without policies. */
  readonly policy: string;
  readonly rules: number;
}

const ANONYMOUS = '_anonymous_match_nothing_';
const ORDER = ['DENY', 'ALLOW', 'LOG', 'CUSTOM'] as const;
const HTTP_MANAGERS = new Set([
  'envoy.filters.network.http_connection_manager',
  'envoy.http_connection_manager',
]);

/**
 * The reference's table from a `ListenersConfigDump`: active dynamic listeners only, no default chains, names taken
 * from the policies' keys, rule counts shared by equal names, and its pseudo entry for every filter whose `rules` are
 * empty or missing. `undefined` where it prints nothing, not even the header: without listeners.
 * Source: spec of authorization §3.
 */
export function authzCheckRows(listenersSection: unknown): AuthzCheckRow[] | undefined {
  const listeners = asObjects(field(listenersSection, 'dynamic_listeners')).flatMap((item) => {
    const listener = asObject(field(item, 'active_state', 'listener'));
    return listener === undefined ? [] : [listener];
  });
  if (listeners.length === 0) return undefined;
  const table = new Table();
  for (const config of listeners.flatMap(rbacConfigs)) addFilter(table, config);
  return table.rows();
}

class Table {
  readonly #policies = new Map<AuthzCheckRow['action'], Set<string>>();
  readonly #rules = new Map<string, Set<string>>();

  add(action: AuthzCheckRow['action'], policy: string, rule: string): void {
    this.#policies.set(action, (this.#policies.get(action) ?? new Set()).add(policy));
    this.#rules.set(policy, (this.#rules.get(policy) ?? new Set()).add(rule));
  }

  rows(): AuthzCheckRow[] {
    return ORDER.flatMap((action) =>
      [...(this.#policies.get(action) ?? [])]
        .sort(compareText)
        .map((policy) => ({ action, policy, rules: this.#rules.get(policy)?.size ?? 0 })),
    );
  }
}

function rbacConfigs(listener: JsonObject): JsonObject[] {
  return asObjects(listener['filter_chains']).flatMap((chain) =>
    asObjects(chain['filters']).flatMap((filter) => {
      const name = asString(filter['name']) ?? '';
      if (name === 'envoy.filters.network.rbac') return [asObject(filter['typed_config']) ?? {}];
      if (!HTTP_MANAGERS.has(name)) return [];
      return asObjects(field(filter, 'typed_config', 'http_filters'))
        .filter((httpFilter) => httpFilter['name'] === 'envoy.filters.http.rbac')
        .map((httpFilter) => asObject(httpFilter['typed_config']) ?? {});
    }),
  );
}

function addFilter(table: Table, config: JsonObject): void {
  const action = rbacAction(field(config, 'rules', 'action'));
  const names = Object.keys(asObject(field(config, 'rules', 'policies')) ?? {});
  for (const name of names) table.add(action, ...splitName(name));
  for (const name of Object.keys(asObject(field(config, 'shadow_rules', 'policies')) ?? {})) {
    if (isCustomPolicyName(name)) table.add('CUSTOM', ...splitName(name));
  }
  if (names.length === 0) table.add(action, ANONYMOUS, '0');
}

/** No name that istiod writes is longer; the greedy pattern would take long over a hostile one. */
const MAX_NAME = 2000;

/** The reference's pattern: unanchored and greedy; a name that it can't read counts under the empty name. */
function splitName(name: string): [policy: string, rule: string] {
  const match = name.length > MAX_NAME ? null : /ns\[(.+)\]-policy\[(.+)\]-rule\[(.+)\]/.exec(name);
  return match === null ? ['', ''] : [`${match[2]}.${match[1]}`, match[3] ?? ''];
}
