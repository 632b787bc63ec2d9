import type { MeshObjects } from '../../mesh/objects.ts';
import type { PortProtocol, ServicePort } from '../../mesh/service-port.ts';
import type { AppliedPolicy } from '../../security/authz.ts';
import { intendedRule } from '../../security/authz-rule.ts';
import { asObjects, asString, field } from '../../util/json.ts';
import { type DescribeProblem, listed } from './problem.ts';

/** A port of a Service with the Service's name. */
export interface NamedPort extends Pick<ServicePort, 'port' | 'protocol'> {
  readonly service: string;
}

/** Callers that an ALLOW policy names and that no pod runs as: nobody can be allowed by that. */
export function callerProblems(policy: AppliedPolicy, objects: MeshObjects): DescribeProblem[] {
  const object = objects.find('authorizationPolicies', policy.namespace, policy.name);
  if (policy.action !== 'ALLOW' || policy.isDryRun) return [];
  return asObjects(field(object, 'spec', 'rules')).flatMap((rule, index) =>
    asObjects(rule['from']).flatMap((from) => {
      const principals = field(from, 'source', 'principals');
      const named = (Array.isArray(principals) ? principals : []).flatMap((one) => accountOf(one) ?? []);
      return named
        .filter(({ namespace }) => objects.knows('pods', namespace))
        .filter(({ namespace, account }) => !runsAs(objects, namespace, account))
        .map(({ namespace, account }) => ({
          level: 'warn' as const,
          kind: 'unknown-caller',
          text: `AuthorizationPolicy ${policy.namespace}/${policy.name} allows service account ${namespace}/${account}, as which no pod runs`,
          where: `AuthorizationPolicy ${policy.namespace}/${policy.name} spec.rules[${index}].from`,
          why: 'an ALLOW policy denies all others: 403 (RBAC: access denied)',
          next: 'name the service account that the callers have now',
        }));
    }),
  );
}

function accountOf(principal: unknown): { namespace: string; account: string } | undefined {
  const match = /^[^/*]+\/ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(asString(principal) ?? '');
  return match?.[1] && match[2] ? { namespace: match[1], account: match[2] } : undefined;
}

function runsAs(objects: MeshObjects, namespace: string, account: string): boolean {
  return objects
    .within('pods', namespace)
    .some((pod) => (asString(field(pod, 'spec', 'serviceAccountName')) ?? 'default') === account);
}

const RAW: ReadonlySet<PortProtocol> = new Set(['TCP', 'TLS', 'HTTPS', 'Mongo', 'Redis', 'MySQL']);

/**
 * Policies with HTTP fields on ports that speak no HTTP: DENY rules lose the fields and deny more, ALLOW rules are left
 * out. Judged from objects alone. Source: spec of authorization §2.
 */
export function rawTcpProblems(
  policies: readonly AppliedPolicy[],
  objects: MeshObjects,
  ports: readonly NamedPort[],
): DescribeProblem[] {
  const raw = ports.filter(({ protocol }) => RAW.has(protocol));
  if (raw.length === 0) return [];
  const places = listed(raw.map(({ service, port }) => `${service}:${port}`));
  return policies.flatMap((policy) => {
    if (policy.isDryRun || (policy.action !== 'DENY' && policy.action !== 'ALLOW')) return [];
    const object = objects.find('authorizationPolicies', policy.namespace, policy.name);
    const rules = asObjects(field(object, 'spec', 'rules'));
    const withHttp = rules.filter((rule) => intendedRule(rule, policy.namespace, 'TCP').hasHttpFields);
    const isDeny = policy.action === 'DENY';
    if (withHttp.length === 0 || (!isDeny && withHttp.length < rules.length)) return [];
    const id = `${policy.namespace}/${policy.name}`;
    return [
      {
        level: 'warn' as const,
        kind: 'authz-wider-on-tcp',
        text: `${policy.action} ${id} ${isDeny ? 'also denies raw TCP' : 'allows nothing'} on ${places}`,
        where: `AuthorizationPolicy ${id} spec.rules`,
        why: isDeny
          ? 'paths, methods and hosts can not be told there: what is left of the rule denies more'
          : 'rules with HTTP fields are left out there, and an ALLOW policy denies what no rule allows',
        next: 'limit the rule with to.operation.ports to HTTP ports, or the policy with a selector',
      },
    ];
  });
}
