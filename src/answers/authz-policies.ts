import type { Entry } from '../envoy/entry.ts';
import { type RbacChain, type RbacLayer, rbacChains } from '../envoy/rbac.ts';
import type { PodRef } from '../kube/pod-ref.ts';
import type { AuthzAction } from '../security/authz.ts';
import { compareText } from '../util/text.ts';
import { type AuthzObjects, policyDrift } from './authz-drift.ts';
import {
  isInForce,
  type Occurrence,
  occurrencesIn,
  type PolicyMode,
  placeText,
} from './authz-occurrences.ts';
import { type AuthzProblem, authzProblems } from './authz-problems.ts';

/** One rule of a policy as a proxy holds it, in words; TCP may hold less of it than HTTP, or nothing. */
export interface RuleOnProxy {
  readonly index: string;
  readonly http: string | undefined;
  readonly tcp: string | undefined;
}

/** Traffic on which a policy acts: requests (HTTP) or connections (TCP) to a port or service. */
export interface PolicyPlace {
  readonly layer: RbacLayer;
  readonly place: string;
}

/** One AuthorizationPolicy as a proxy holds it. */
export interface PolicyOnProxy {
  readonly action: AuthzAction;
  readonly mode: PolicyMode;
  readonly namespace: string;
  readonly name: string;
  readonly provider: string | undefined;
  readonly rules: readonly RuleOnProxy[];
  readonly places: readonly PolicyPlace[];
  /** False when only a refused or unfinished listener holds it. */
  readonly inForce: boolean;
}

/** What happens to traffic that no rule matches: an ALLOW policy anywhere in the chain turns it into a denial. */
export interface DefaultDecision {
  readonly place: string;
  readonly layer: RbacLayer;
  /** `nothing-allowed`: there is an ALLOW filter and it holds no rule that this layer can tell. */
  readonly unmatched: 'allowed' | 'denied' | 'nothing-allowed';
}

/** What one proxy enforces, and how that differs from the objects of the cluster. */
export interface AuthzPoliciesAnswer {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'AuthzPolicies';
  /** Undefined for a dump read from a file. */
  readonly proxy: PodRef | undefined;
  readonly label: string;
  /** Order of evaluation: CUSTOM, AUDIT, DENY, ALLOW; then by namespace and name. */
  readonly policies: readonly PolicyOnProxy[];
  readonly decisions: readonly DefaultDecision[];
  /** Worst first. */
  readonly problems: readonly AuthzProblem[];
  /** Whether the objects of the cluster were compared with the proxy, and if not, why. */
  readonly compared: { readonly ok: true } | { readonly ok: false; readonly reason: string };
  /** Whether any listener takes traffic in at all. */
  readonly takesTraffic: boolean;
}

const ORDER: readonly AuthzAction[] = ['CUSTOM', 'AUDIT', 'DENY', 'ALLOW'];

/**
 * The authorization that the listeners of one proxy carry: every policy with its rules and places, what happens to
 * unmatched traffic, and problems: refused listeners, CUSTOM actions that could not be set up, DENY policies that
 * reach further on TCP, and (with `objects`) policies that are missing, outdated or left over on the proxy.
 */
export function authzPolicies(
  proxy: { readonly ref: PodRef | undefined; readonly label: string },
  listeners: readonly Entry[],
  objects: AuthzObjects,
): AuthzPoliciesAnswer {
  const chains = rbacChains(listeners);
  const occurrences = occurrencesIn(chains);
  const policies = groupPolicies(occurrences);
  const drift = objects.ok ? policyDrift(objects, chains, policies) : [];
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'AuthzPolicies',
    proxy: proxy.ref,
    label: proxy.label,
    policies,
    decisions: defaultDecisions(chains),
    problems: authzProblems(chains, occurrences, drift),
    compared: objects.ok ? { ok: true } : { ok: false, reason: objects.reason },
    takesTraffic: chains.some(isInForce),
  };
}

function groupPolicies(occurrences: readonly Occurrence[]): PolicyOnProxy[] {
  const groups = new Map<string, Occurrence[]>();
  for (const occurrence of occurrences) {
    const key = JSON.stringify([occurrence.action, occurrence.mode, occurrence.namespace, occurrence.name]);
    groups.set(key, [...(groups.get(key) ?? []), occurrence]);
  }
  return [...groups.values()].flatMap(toPolicy).sort(comparePolicies);
}

function comparePolicies(a: PolicyOnProxy, b: PolicyOnProxy): number {
  return (
    ORDER.indexOf(a.action) - ORDER.indexOf(b.action) ||
    compareText(a.namespace, b.namespace) ||
    compareText(a.name, b.name) ||
    compareText(a.mode, b.mode)
  );
}

function toPolicy(occurrences: readonly Occurrence[]): PolicyOnProxy[] {
  const [first] = occurrences;
  if (first === undefined) return [];
  const { action, mode, namespace, name, provider } = first;
  const inForce = occurrences.some((occurrence) => occurrence.inForce);
  const counted = inForce ? occurrences.filter((occurrence) => occurrence.inForce) : occurrences;
  return [
    { action, mode, namespace, name, provider, rules: rulesOf(counted), places: placesOf(counted), inForce },
  ];
}

function rulesOf(occurrences: readonly Occurrence[]): RuleOnProxy[] {
  const indexes = [...new Set(occurrences.map(({ rule }) => rule))];
  indexes.sort((a, b) => Number(a) - Number(b) || compareText(a, b));
  const textOn = (layer: RbacLayer, index: string) =>
    occurrences.find((occurrence) => occurrence.layer === layer && occurrence.rule === index)?.text.text;
  return indexes.map((index) => ({ index, http: textOn('HTTP', index), tcp: textOn('TCP', index) }));
}

function placesOf(occurrences: readonly Occurrence[]): PolicyPlace[] {
  const places = new Map<string, PolicyPlace>();
  for (const { layer, place } of occurrences) places.set(`${layer} ${place}`, { layer, place });
  return [...places.values()].sort(
    (a, b) => compareText(a.layer, b.layer) || comparePlaces(a.place, b.place),
  );
}

/** Ports by number, words after them. */
function comparePlaces(a: string, b: string): number {
  const [portA, portB] = [Number.parseInt(a, 10), Number.parseInt(b, 10)];
  if (Number.isNaN(portA) !== Number.isNaN(portB)) return Number.isNaN(portA) ? 1 : -1;
  return (Number.isNaN(portA) ? 0 : portA - portB) || compareText(a, b);
}

function defaultDecisions(chains: readonly RbacChain[]): DefaultDecision[] {
  const decisions = new Map<string, DefaultDecision>();
  for (const chain of chains.filter(isInForce)) {
    const decision = { place: placeText(chain.scope), layer: chain.speaks, unmatched: unmatchedIn(chain) };
    decisions.set(JSON.stringify(decision), decision);
  }
  return [...decisions.values()].sort(
    (a, b) => comparePlaces(a.place, b.place) || compareText(a.layer, b.layer),
  );
}

function unmatchedIn(chain: RbacChain): DefaultDecision['unmatched'] {
  const allows = chain.filters.filter(({ enforced }) => enforced?.action === 'ALLOW');
  if (allows.length === 0) return 'allowed';
  return allows.some(({ enforced }) => enforced?.policies.length === 0) ? 'nothing-allowed' : 'denied';
}
