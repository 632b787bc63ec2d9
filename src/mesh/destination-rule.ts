import type { KubeObject } from '../kube/object.ts';
import { objectId, oldestFirst } from '../kube/oldest-first.ts';
import { equalitySelector, matchesSelector } from '../kube/selector.ts';
import { asObject, asObjects, asString, field, type JsonObject } from '../util/json.ts';
import { compareSpecificity, fullHost, matchesHost } from './host.ts';
import { isVisibleTo } from './visibility.ts';

/** A client and the service that it calls. */
export interface Call {
  readonly clientNamespace: string;
  /** Of the client's pod, where one is meant: rules with a workloadSelector apply to some pods only. */
  readonly clientLabels?: Readonly<Record<string, string>> | undefined;
  /** Full name of the service. */
  readonly host: string;
  readonly serviceNamespace: string;
  readonly rootNamespace: string;
}

/** The DestinationRules in force for a call: one, or several of one namespace for the same host, oldest first. */
export interface ChosenRule {
  readonly rules: readonly KubeObject[];
  /** Where it was found: with the client, with the service, or in the root namespace. */
  readonly at: 'client' | 'service' | 'root';
}

/** A named group of a service's endpoints. */
export interface Subset {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The DestinationRule that defines it, as `<namespace>/<name>`. */
  readonly by: string;
}

/** Modes of `trafficPolicy.tls`. */
export type ClientTlsMode = 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL';

/** The TLS setting of a DestinationRule that a call meets. */
export interface ClientTlsSetting {
  readonly mode: ClientTlsMode;
  /** `<namespace>/<name>` of the DestinationRule. */
  readonly by: string;
  /** Path of the setting in it, such as `spec.trafficPolicy.tls`. */
  readonly path: string;
}

/**
 * The DestinationRule that a client uses for a service: of its own namespace (unless that is the root namespace), else
 * of the service's, else of the root namespace; in each the most specific host. Namespaces are never merged.
 * Source: spec of dependencies §6, of authorization §6.
 */
export function destinationRuleFor(rules: readonly KubeObject[], call: Call): ChosenRule | undefined {
  const { clientNamespace: client, serviceNamespace: service, rootNamespace: root } = call;
  const places: readonly (readonly [string, ChosenRule['at']])[] = [
    ...(client === root ? [] : [[client, 'client'] as const]),
    [service, 'service'],
    [root, 'root'],
  ];
  for (const [namespace, at] of places) {
    const found = rulesIn(rules, namespace, call);
    if (found.length > 0) return { rules: found, at };
  }
  return undefined;
}

function rulesIn(rules: readonly KubeObject[], namespace: string, call: Call): readonly KubeObject[] {
  const candidates = rules.filter(
    (rule) =>
      (rule.metadata.namespace ?? '') === namespace &&
      isVisibleTo(rule, call.clientNamespace) &&
      matchesHost(ruleHost(rule), call.host) &&
      appliesToClient(rule, call),
  );
  const [best] = [...candidates].sort((a, b) => compareSpecificity(ruleHost(a), ruleHost(b)));
  if (best === undefined) return [];
  const same = candidates.filter((rule) => ruleHost(rule) === ruleHost(best));
  const selecting = same.filter(hasWorkloadSelector);
  return oldestFirst(selecting.length > 0 ? selecting : same);
}

/** Rules with a workloadSelector are never exported, and count for pods with those labels alone. */
function appliesToClient(rule: KubeObject, call: Call): boolean {
  if (!hasWorkloadSelector(rule)) return true;
  if (rule.metadata.namespace !== call.clientNamespace || call.clientLabels === undefined) return false;
  const labels = field(rule, 'spec', 'workloadSelector', 'matchLabels');
  return matchesSelector(equalitySelector(labels), call.clientLabels);
}

function hasWorkloadSelector(rule: KubeObject): boolean {
  return Object.keys(asObject(field(rule, 'spec', 'workloadSelector', 'matchLabels')) ?? {}).length > 0;
}

/** The full host of a DestinationRule. */
export function ruleHost(rule: KubeObject): string {
  return fullHost(asString(field(rule, 'spec', 'host')) ?? '', rule.metadata.namespace ?? '');
}

/** The subsets that a choice defines, in order; of two with one name the first counts. */
export function subsetsOf(chosen: ChosenRule | undefined): readonly Subset[] {
  const seen = new Map<string, Subset>();
  for (const rule of chosen?.rules ?? []) {
    for (const subset of asObjects(field(rule, 'spec', 'subsets'))) {
      const name = asString(subset['name']);
      if (name === undefined || seen.has(name)) continue;
      const labels = Object.entries(asObject(subset['labels']) ?? {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      );
      seen.set(name, { name, labels: Object.fromEntries(labels), by: objectId(rule) });
    }
  }
  return [...seen.values()];
}

/**
 * The TLS setting for a port and subset: an entry of portLevelSettings replaces the top level wholesale, the subset's
 * own policy overrides both. `undefined`: none is set, istiod decides by itself. Source: spec of authorization §6.
 */
export function tlsSetting(
  chosen: ChosenRule | undefined,
  port: number,
  subset?: string,
): ClientTlsSetting | undefined {
  const rules = chosen?.rules ?? [];
  const main = rules.find((rule) => asObject(field(rule, 'spec', 'trafficPolicy')) !== undefined);
  let found = main && policyTls(main, field(main, 'spec', 'trafficPolicy'), 'spec.trafficPolicy', port);
  for (const rule of subset === undefined ? [] : rules) {
    const index = asObjects(field(rule, 'spec', 'subsets')).findIndex((one) => one['name'] === subset);
    if (index < 0) continue;
    const policy = field(asObjects(field(rule, 'spec', 'subsets'))[index], 'trafficPolicy');
    const path = `spec.subsets[${index}].trafficPolicy`;
    if (portEntry(policy, port) !== undefined) found = policyTls(rule, policy, path, port);
    else if (asObject(field(policy, 'tls')) !== undefined) found = policyTls(rule, policy, path, port);
    break;
  }
  return found;
}

function policyTls(
  rule: KubeObject,
  policy: unknown,
  path: string,
  port: number,
): ClientTlsSetting | undefined {
  const entry = portEntry(policy, port);
  const mode = field(entry === undefined ? policy : entry.value, 'tls', 'mode');
  const where = entry === undefined ? `${path}.tls` : `${path}.portLevelSettings[${entry.index}].tls`;
  return isMode(mode) ? { mode, by: objectId(rule), path: where } : undefined;
}

function portEntry(policy: unknown, port: number): { index: number; value: JsonObject } | undefined {
  const entries = asObjects(field(policy, 'portLevelSettings'));
  const index = entries.findIndex((one) => field(one, 'port', 'number') === port);
  const value = entries[index];
  return value === undefined ? undefined : { index, value };
}

function isMode(mode: unknown): mode is ClientTlsMode {
  return mode === 'DISABLE' || mode === 'SIMPLE' || mode === 'MUTUAL' || mode === 'ISTIO_MUTUAL';
}
