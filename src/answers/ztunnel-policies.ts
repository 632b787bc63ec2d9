import type { ZtunnelDump } from '../ztunnel/dump.ts';
import { convertedFrom, type ZtunnelPolicy } from '../ztunnel/policy.ts';
import type { Concern } from './concern.ts';
import { sameWord } from './ztunnel-workloads.ts';

/** What istiod says of an AuthorizationPolicy that ztunnels should enforce. */
export interface PolicyVerdict {
  readonly namespace: string;
  readonly name: string;
  /** `ALLOW`, `DENY` … as written. */
  readonly action: string;
  /** Why rules were left out on the way to ztunnel. */
  readonly dropped?: string | undefined;
  /** Why ztunnel does not get it at all. */
  readonly refused?: string | undefined;
}

/** A policy that a ztunnel holds, or should, and what is wrong with it. */
export interface PolicyRow {
  readonly namespace: string;
  readonly name: string;
  readonly action: string;
  readonly scope: string;
  /** The policy; `undefined` for one that ztunnel does not hold. */
  readonly policy: ZtunnelPolicy | undefined;
  /** The object that it comes from, in words, where that is no AuthorizationPolicy of this name. */
  readonly origin: string | undefined;
  /** Workloads that it selects; `undefined` for the scopes that select by namespace. */
  readonly workloads: number | undefined;
  readonly concern: Concern | undefined;
}

/** Authorization that a ztunnel enforces. */
export interface ZtunnelPolicies {
  readonly rows: readonly PolicyRow[];
  /** How many ztunnel holds, before filtering. */
  readonly total: number;
}

/** The policies of a ztunnel, in `namespace` when given, and those of `verdicts` that it should hold and does not. */
export function ztunnelPolicies(
  dump: ZtunnelDump,
  filter: { readonly namespace?: string | undefined },
  verdicts: readonly PolicyVerdict[] = [],
): ZtunnelPolicies {
  const wanted = ({ namespace }: { readonly namespace: string }): boolean =>
    !filter.namespace || sameWord(namespace, filter.namespace);
  const selected = countSelected(dump);
  const byName = new Map(verdicts.map((verdict) => [`${verdict.namespace}/${verdict.name}`, verdict]));
  const held = dump.policies.filter(wanted).map((policy) => {
    const key = `${policy.namespace}/${policy.name}`;
    const workloads = policy.scope === 'WorkloadSelector' ? (selected.get(key) ?? 0) : undefined;
    const verdict = convertedFrom(policy) === undefined ? byName.get(key) : undefined;
    return heldRow(policy, workloads, verdict);
  });
  const known = new Set(dump.policies.map(({ namespace, name }) => `${namespace}/${name}`));
  const refused = verdicts
    .filter(wanted)
    .filter(({ namespace, name, refused: why }) => why !== undefined && !known.has(`${namespace}/${name}`))
    .map(refusedRow);
  return { rows: [...held, ...refused], total: dump.policies.length };
}

function countSelected({ workloads }: ZtunnelDump): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of workloads.flatMap(({ policies }) => policies))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function heldRow(
  policy: ZtunnelPolicy,
  workloads: number | undefined,
  verdict: PolicyVerdict | undefined,
): PolicyRow {
  const { namespace, name, action, scope } = policy;
  const origin = convertedFrom(policy);
  return {
    namespace,
    name,
    action,
    scope,
    policy,
    origin,
    workloads,
    concern: heldConcern(policy, workloads, verdict),
  };
}

function heldConcern(
  policy: ZtunnelPolicy,
  workloads: number | undefined,
  verdict: PolicyVerdict | undefined,
): Concern | undefined {
  const effect = effectOf(policy);
  if (verdict?.dropped !== undefined) {
    return { level: 'bad', text: [verdict.dropped, effect].filter((part) => part !== undefined).join('; ') };
  }
  if (policy.dryRun) return { level: 'warn', text: 'dry run: it is not enforced' };
  if (effect !== undefined) return { level: 'warn', text: effect };
  if (policy.emptyRules > 0) {
    const text = `${policy.emptyRules} of ${policy.rules} rules hold an empty condition, as when HTTP conditions were left out`;
    return { level: 'warn', text };
  }
  return workloads === 0 && convertedFrom(policy) === undefined
    ? { level: 'warn', text: 'it selects no workload that ztunnel knows' }
    : undefined;
}

/** What a policy without rules comes to. An ALLOW without rules is legitimate, but denies all that it selects. */
function effectOf({ action, rules }: ZtunnelPolicy): string | undefined {
  if (rules > 0) return undefined;
  return action === 'Allow' ? 'without rules it denies every connection' : 'without rules it does nothing';
}

function refusedRow({ namespace, name, action, refused = '' }: PolicyVerdict): PolicyRow {
  return {
    namespace,
    name,
    action: `${action.charAt(0)}${action.slice(1).toLowerCase()}`,
    scope: '',
    policy: undefined,
    origin: undefined,
    workloads: undefined,
    concern: { level: 'warn', text: `not enforced: ${refused}` },
  };
}
