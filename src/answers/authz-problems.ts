import type { RbacChain } from '../envoy/rbac.ts';
import { compareText } from '../util/text.ts';
import { isInForce, type Occurrence } from './authz-occurrences.ts';

/** Something about a proxy's authorization that an operator should know. `note`: true, but seldom wrong. */
export interface AuthzProblem {
  readonly level: 'bad' | 'warn' | 'note';
  readonly kind:
    | 'listener-rejected'
    | 'bad-custom'
    | 'wider-on-tcp'
    | 'missing'
    | 'outdated'
    | 'not-compared'
    | 'left-over';
  /** `<namespace>/<name>`, where it is about one policy. */
  readonly policy: string | undefined;
  readonly text: string;
  readonly next: string | undefined;
}

const LEVELS: readonly AuthzProblem['level'][] = ['bad', 'warn', 'note'];

/** Problems that the proxy's configuration shows by itself, with those of the comparison; worst first. */
export function authzProblems(
  chains: readonly RbacChain[],
  occurrences: readonly Occurrence[],
  drift: readonly AuthzProblem[],
): AuthzProblem[] {
  const found = [
    ...rejectedListeners(chains),
    ...badCustoms(occurrences),
    ...widerOnTcp(occurrences),
    ...drift,
  ];
  return found.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

function rejectedListeners(chains: readonly RbacChain[]): AuthzProblem[] {
  const rejected = new Map(
    chains
      .filter(({ state }) => state === 'rejected')
      .map((chain) => [chain.listener, chain.rejection ?? '']),
  );
  return [...rejected].map(([listener, details]) => {
    const isOlderInForce = chains.some((chain) => chain.listener === listener && isInForce(chain));
    const effect = isOlderInForce
      ? `a newer version of listener ${listener}; the older one decides`
      : `listener ${listener}: nothing listens there, and its policies are not in force`;
    return {
      level: 'bad',
      kind: 'listener-rejected',
      policy: undefined,
      text: `Envoy refused ${effect} (${details.replace(/\s+/g, ' ').trim()})`,
      next: 'meshscope proxy-status names the resource that is at fault',
    };
  });
}

function badCustoms(occurrences: readonly Occurrence[]): AuthzProblem[] {
  const bad = occurrences.filter(({ mode, inForce }) => mode === 'misconfigured' && inForce);
  return [...new Set(bad.map(policyId))].map((policy) => ({
    level: 'bad',
    kind: 'bad-custom',
    policy,
    text: `CUSTOM ${policy} denies everything that its rules match: istiod could not set up its provider`,
    next: 'check spec.provider.name against extensionProviders of the mesh config; a workload takes one provider',
  }));
}

/**
 * DENY rules whose HTTP fields are dropped on TCP, which leaves a wider denial there. On a service's own port that
 * cuts real traffic; on the chain for other ports it is worth a note only. Source: spec of authorization §2.
 */
function widerOnTcp(occurrences: readonly Occurrence[]): AuthzProblem[] {
  const denials = occurrences.filter(
    ({ action, mode, inForce }) => action === 'DENY' && mode === 'enforced' && inForce,
  );
  const byPolicy = new Map<string, Occurrence[]>();
  for (const one of denials) byPolicy.set(policyId(one), [...(byPolicy.get(policyId(one)) ?? []), one]);
  return [...byPolicy].flatMap(([policy, rules]) => {
    const fields = [
      ...new Set(rules.flatMap(({ layer, text }) => (layer === 'HTTP' ? text.httpFields : []))),
    ];
    const dropped = new Set(rules.filter(({ text }) => text.httpFields.length > 0).map(({ rule }) => rule));
    const onTcp = rules.filter(({ layer, rule }) => layer === 'TCP' && dropped.has(rule));
    const [example] = onTcp;
    if (example === undefined) return [];
    const onPorts = onTcp.filter(({ scope }) => scope !== 'other-ports');
    const places = [...new Set((onPorts.length > 0 ? onPorts : onTcp).map(({ place }) => place))].sort(
      compareText,
    );
    const text = `DENY ${policy} also denies raw TCP to ${places.join(', ')}: there its ${fields.join(', ')} can't be told, which leaves "${example.text.text}"`;
    const level = onPorts.length > 0 ? ('warn' as const) : ('note' as const);
    const next = 'limit the rule with to.operation.ports to HTTP ports, or the policy with a selector';
    return [{ level, kind: 'wider-on-tcp' as const, policy, text, next }];
  });
}

/** `<namespace>/<name>`; the bare name for a policy that istiod did not write. */
export function policyId({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
