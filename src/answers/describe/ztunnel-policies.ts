import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { type AppliedPolicy, authorizationPoliciesFor } from '../../security/authz.ts';
import { intendedRule } from '../../security/authz-rule.ts';
import { asObjects, asString, field } from '../../util/json.ts';
import { otherObjects, type PodPolicies, type PolicyFacts } from './policies.ts';
import type { DescribeProblem } from './problem.ts';

/**
 * The AuthorizationPolicies of a pod that a ztunnel handles: those by namespace or labels are enforced by the ztunnel,
 * which knows connections alone; those that name a waypoint's Service or Gateway by the waypoint. `held` are the
 * policies that the ztunnel says it has for the pod. Source: spec of authorization §2 and §8.
 */
export function ztunnelPolicies(
  pod: KubeObject,
  services: readonly KubeObject[],
  objects: MeshObjects,
  waypoints: readonly { readonly gateway: string; readonly serves: boolean }[],
  held: readonly string[] | undefined,
): PodPolicies {
  const namespace = pod.metadata.namespace ?? '';
  const all = objects.all('authorizationPolicies');
  const applied = authorizationPoliciesFor(
    all,
    { namespace, labels: pod.metadata.labels ?? {} },
    objects.rootNamespace,
  );
  const atWaypoint = waypoints.flatMap((waypoint) => waypointPolicies(waypoint, services, objects));
  return {
    authorization: [...applied.map((one) => atZtunnel(one, held)), ...atWaypoint],
    others: otherObjects(pod, objects).filter(({ kind }) => kind === 'Telemetry'),
    problems: [...applied.flatMap((one) => ztunnelProblems(one, objects)), ...jwtProblems(pod, objects)],
  };
}

function atZtunnel(policy: AppliedPolicy, held: readonly string[] | undefined): PolicyFacts {
  const id = `${policy.namespace}/${policy.name}`;
  const isSent = policy.action === 'ALLOW' || policy.action === 'DENY';
  const { action, isDryRun: dryRun, rules, scope } = policy;
  const at = isSent && !dryRun ? 'ztunnel' : 'nowhere';
  // A ztunnel lists for a workload only those that select it; the others it applies by namespace.
  const isHeld = scope === 'selector' ? held?.includes(id) : undefined;
  return { policy: id, action, dryRun, rules, scope, at, held: at === 'nowhere' ? false : isHeld };
}

function waypointPolicies(
  { gateway, serves }: { readonly gateway: string; readonly serves: boolean },
  services: readonly KubeObject[],
  objects: MeshObjects,
): readonly PolicyFacts[] {
  const [namespace = '', name = ''] = gateway.split('/');
  const target = {
    namespace,
    labels: {
      'gateway.networking.k8s.io/gateway-name': name,
      'gateway.networking.k8s.io/gateway-class-name': 'istio-waypoint',
    },
    services: services.map(({ metadata }) => ({ name: metadata.name, namespace: metadata.namespace ?? '' })),
  };
  const own = new Set(services.map(({ metadata }) => metadata.namespace));
  return (
    authorizationPoliciesFor(objects.all('authorizationPolicies'), target, objects.rootNamespace)
      // A waypoint that is not bound enforces nothing here; what others have there is no concern.
      .filter((one) => serves || own.has(one.namespace))
      .map((one) => ({
        policy: `${one.namespace}/${one.name}`,
        action: one.action,
        dryRun: one.isDryRun,
        rules: one.rules,
        scope: one.scope,
        at: serves ? `waypoint ${gateway}` : 'nowhere',
        held: undefined,
      }))
  );
}

/** What a ztunnel does not enforce of a policy that applies to its pods. */
export function ztunnelProblems(policy: AppliedPolicy, objects: MeshObjects): DescribeProblem[] {
  const object = objects.find('authorizationPolicies', policy.namespace, policy.name);
  if (object === undefined) return [];
  const id = objectId(object);
  const where = `AuthorizationPolicy ${id}`;
  const next = 'give the Service a waypoint and name it in targetRefs of the policy';
  if (policy.isDryRun || policy.action === 'AUDIT' || policy.action === 'CUSTOM') {
    const what = policy.isDryRun ? 'dry runs' : policy.action;
    return [
      {
        level: policy.action === 'CUSTOM' && !policy.isDryRun ? 'bad' : 'warn',
        kind: 'ztunnel-skips',
        text: `AuthorizationPolicy ${id} is enforced nowhere: ztunnel knows no ${what}`,
        where: policy.isDryRun ? `${where} annotation istio.io/dry-run` : `${where} spec.action`,
        why: statusText(object),
        next,
      },
    ];
  }
  const rules = asObjects(field(object, 'spec', 'rules'));
  const withHttp = rules.filter((rule) => intendedRule(rule, policy.namespace, 'TCP').hasHttpFields);
  if (withHttp.length === 0) return [];
  const all = withHttp.length === rules.length;
  const isAllow = policy.action === 'ALLOW';
  return [
    {
      level: isAllow && all ? 'bad' : 'warn',
      kind: 'ztunnel-http',
      text: isAllow
        ? `AuthorizationPolicy ${id} allows ${all ? 'nothing' : 'less than it says'}: ztunnel leaves out rules with HTTP fields`
        : `AuthorizationPolicy ${id} does not deny what it says: ztunnel does not see HTTP fields`,
      where: `${where} spec.rules`,
      why: isAllow
        ? `${withHttp.length} of ${rules.length} rules are left out, and an ALLOW policy denies what no rule allows`
        : statusText(object),
      next,
    },
  ];
}

/** istiod's own words on the policy, where it wrote any. */
function statusText(object: KubeObject): string | undefined {
  const condition = asObjects(field(object, 'status', 'conditions')).find(
    (one) => one['type'] === 'ZtunnelAccepted',
  );
  const message = asString(condition?.['message']);
  return message && `istiod says: ${message}`;
}

function jwtProblems(pod: KubeObject, objects: MeshObjects): DescribeProblem[] {
  return otherObjects(pod, objects)
    .filter(({ kind }) => kind === 'RequestAuthentication' || kind === 'WasmPlugin' || kind === 'EnvoyFilter')
    .map(({ kind, id }) => ({
      level: 'warn' as const,
      kind: 'ztunnel-skips',
      text: `${kind} ${id} is enforced nowhere: ztunnel does not know it`,
      where: `${kind} ${id}`,
      next: 'give the Service a waypoint, and name the waypoint or Service in targetRefs',
    }));
}
