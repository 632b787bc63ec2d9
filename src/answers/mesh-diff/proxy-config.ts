import type { ConfigDump } from '../../envoy/dump.ts';
import { type EnvoySecret, secretInUse, secretsOf } from '../../envoy/secrets.ts';
import type { JsonObject } from '../../util/json.ts';
import { isSameJson } from '../../util/same-json.ts';
import { compareText } from '../../util/text.ts';
import type { ZtunnelDump } from '../../ztunnel/dump.ts';
import { DIFF_KINDS, type DiffKind, diffProxyConfigs } from '../proxy-config-diff.ts';
import type { Side } from './objects.ts';

/** Names of the resources of one kind in which the configuration of a proxy differs. */
export interface ConfigKindChange {
  readonly kind: DiffKind | 'secret' | 'workload' | 'service' | 'policy';
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** Proxies whose configuration differs in the same way. */
export interface ConfigChange {
  /** Names of the proxies as the second side has them, sorted. */
  readonly proxies: readonly string[];
  readonly kinds: readonly ConfigKindChange[];
}

/** How the configurations of proxies differ. */
export interface ConfigsDiff {
  /** How many proxies were compared, and how many of them have the same configuration. */
  readonly compared: number;
  readonly same: number;
  /** Those that concern most proxies first. */
  readonly changes: readonly ConfigChange[];
  /** Why there is nothing to compare of some proxies. */
  readonly notCompared: readonly {
    readonly proxies: readonly string[];
    readonly side: Side | 'both';
    readonly why: string;
  }[];
  /** Why no proxy was asked for its configuration at all, and what asks one. */
  readonly leftOut?: string | undefined;
}

/** How the configuration of one proxy differs, kind by kind; empty when it is the same. */
export function configChanges(before: ConfigDump, after: ConfigDump): readonly ConfigKindChange[] {
  const { groups } = diffProxyConfigs(before, after, DIFF_KINDS);
  const all = groups.flatMap(({ differences }) => differences);
  const named = (kind: DiffKind, what: string): readonly string[] =>
    sortedOnce(all.filter((one) => one.kind === kind && one.what === what).map(({ name }) => name));
  const changes: ConfigKindChange[] = DIFF_KINDS.map((kind) => ({
    kind,
    added: named(kind, 'only right'),
    removed: named(kind, 'only left'),
    changed: named(kind, 'changed'),
  }));
  return [...changes, secretChanges(before, after)].filter(
    ({ added, removed, changed }) => added.length + removed.length + changed.length > 0,
  );
}

/** A certificate that was renewed is no difference; roots that are trusted are. */
function secretChanges(before: ConfigDump, after: ConfigDump): ConfigKindChange {
  const none: ConfigKindChange = { kind: 'secret', added: [], removed: [], changed: [] };
  if (!before.has('Secrets') || !after.has('Secrets')) return none;
  const [left, right] = [secretsOf(before.section('Secrets')), secretsOf(after.section('Secrets'))];
  const [names, others] = [
    sortedOnce(left.map(({ name }) => name)),
    sortedOnce(right.map(({ name }) => name)),
  ];
  return {
    kind: 'secret',
    added: others.filter((name) => !names.includes(name)),
    removed: names.filter((name) => !others.includes(name)),
    changed: names.filter(
      (name) => others.includes(name) && trust(secretInUse(left, name)) !== trust(secretInUse(right, name)),
    ),
  };
}

function trust(secret: EnvoySecret | undefined): string {
  return JSON.stringify([secret !== undefined, secret?.trustedCa, secret?.spiffeBundles]);
}

/** How what a ztunnel holds differs, by workload, service and policy; empty when it is the same. */
export function ztunnelChanges(before: ZtunnelDump, after: ZtunnelDump): readonly ConfigKindChange[] {
  const changes = [
    changesOf(
      'workload',
      before.workloads,
      after.workloads,
      ({ uid, namespace, name }) => uid || `${namespace}/${name}`,
    ),
    changesOf(
      'service',
      before.services,
      after.services,
      ({ namespace, hostname }) => `${namespace}/${hostname}`,
    ),
    changesOf('policy', before.policies, after.policies, ({ namespace, name }) => `${namespace}/${name}`),
  ];
  return changes.filter(({ added, removed, changed }) => added.length + removed.length + changed.length > 0);
}

function changesOf<T extends { readonly object: JsonObject }>(
  kind: ConfigKindChange['kind'],
  before: readonly T[],
  after: readonly T[],
  nameOf: (one: T) => string,
): ConfigKindChange {
  const [left, right] = [before, after].map((all) => new Map(all.map((one) => [nameOf(one), one.object])));
  const [had, has] = [left ?? new Map(), right ?? new Map()];
  const names = (of: ReadonlyMap<string, unknown>): readonly string[] => sortedOnce([...of.keys()]);
  return {
    kind,
    added: names(has).filter((name) => !had.has(name)),
    removed: names(had).filter((name) => !has.has(name)),
    changed: names(had).filter((name) => has.has(name) && !isSameJson(had.get(name), has.get(name))),
  };
}

/** Puts proxies together whose configuration differs in the same way. */
export function groupConfigChanges(
  changes: readonly { readonly proxy: string; readonly kinds: readonly ConfigKindChange[] }[],
): readonly ConfigChange[] {
  const groups = new Map<
    string,
    { readonly proxies: string[]; readonly kinds: readonly ConfigKindChange[] }
  >();
  for (const { proxy, kinds } of changes) {
    const key = JSON.stringify(kinds);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { proxies: [proxy], kinds });
    else group.proxies.push(proxy);
  }
  for (const { proxies } of groups.values()) proxies.sort(compareText);
  return [...groups.values()].sort(
    (a, b) => b.proxies.length - a.proxies.length || compareText(a.proxies[0] ?? '', b.proxies[0] ?? ''),
  );
}

function sortedOnce(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort(compareText);
}
