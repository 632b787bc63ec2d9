import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import { proxyPod } from '../../kube/proxy-pod.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { objectsSelecting, sidecarFor } from '../../mesh/selects.ts';
import { type AppliedPolicy, authorizationPoliciesFor } from '../../security/authz.ts';
import { asObjects, asString, field } from '../../util/json.ts';
import { type AuthzPoliciesAnswer, authzPolicies } from '../authz-policies.ts';
import { policyId } from '../authz-problems.ts';
import type { EnvoyFacts } from './envoy-facts.ts';
import { callerProblems, type NamedPort, rawTcpProblems } from './policy-problems.ts';
import type { DescribeProblem } from './problem.ts';
import { listenersOf } from './proxy-state.ts';

/** An AuthorizationPolicy for a pod: what it does, and whether the pod's proxy really holds it. */
export interface PolicyFacts {
  readonly policy: string;
  readonly action: AppliedPolicy['action'];
  readonly dryRun: boolean;
  /** Number of its rules. */
  readonly rules: number;
  /** `mesh`, `namespace`, `selector` or `targetRef`: why it applies. */
  readonly scope: AppliedPolicy['scope'];
  /** Where it is enforced: `sidecar`, `ztunnel`, `waypoint`, `nowhere`. */
  readonly at: string;
  /** Whether the proxy holds it; `undefined` where that could not be seen. */
  readonly held: boolean | undefined;
}

/** Another object that shapes what the pod's proxy does. */
export interface OtherObject {
  readonly kind: string;
  readonly id: string;
  readonly says?: string | undefined;
}

/** All policies for a pod, and what is wrong with them. */
export interface PodPolicies {
  readonly authorization: readonly PolicyFacts[];
  readonly others: readonly OtherObject[];
  readonly problems: readonly DescribeProblem[];
}

/** The policies for a pod with an Envoy of its own: by the objects, and as its Envoy holds them where it was read. */
export function sidecarPolicies(
  pod: KubeObject,
  objects: MeshObjects,
  envoy: EnvoyFacts,
  ports: readonly NamedPort[],
): PodPolicies {
  const proxy = proxyPod(pod);
  const target = {
    namespace: pod.metadata.namespace ?? '',
    labels: pod.metadata.labels ?? {},
    revision: proxy?.revision,
  };
  const root = objects.rootNamespace;
  const applied = authorizationPoliciesFor(objects.all('authorizationPolicies'), target, root);
  const isWhole = [target.namespace, root].every((one) => objects.knows('authorizationPolicies', one));
  const onProxy =
    envoy.kind === 'read'
      ? authzPolicies(
          { ref: undefined, label: '' },
          listenersOf(envoy),
          isWhole
            ? { ok: true, policies: objects.all('authorizationPolicies'), pod: target, rootNamespace: root }
            : { ok: false, reason: 'AuthorizationPolicies could not be read' },
        )
      : undefined;
  return {
    authorization: applied.map((one) => factsOf(one, onProxy)),
    others: otherObjects(pod, objects),
    problems: [
      ...(onProxy?.problems ?? []).flatMap(proxyProblem),
      ...applied.flatMap((one) => callerProblems(one, objects)),
      // What the proxy holds tells it more exactly.
      ...(onProxy === undefined ? rawTcpProblems(applied, objects, ports) : []),
    ],
  };
}

function factsOf(policy: AppliedPolicy, onProxy: AuthzPoliciesAnswer | undefined): PolicyFacts {
  const id = `${policy.namespace}/${policy.name}`;
  const held = onProxy?.policies.some((one) => policyId(one) === id && one.inForce);
  const { action, isDryRun: dryRun, rules, scope } = policy;
  return { policy: id, action, dryRun, rules, scope, at: 'sidecar', held };
}

function proxyProblem(one: AuthzPoliciesAnswer['problems'][number]): DescribeProblem[] {
  // The first is said by the state of the proxy already; notes are for those who look at authorization alone.
  if (one.kind === 'listener-rejected' || one.level === 'note') return [];
  const where = one.policy === undefined ? undefined : `AuthorizationPolicy ${one.policy}`;
  return [{ level: one.level, kind: `authz-${one.kind}`, text: one.text, where, next: one.next }];
}

/** RequestAuthentications, Telemetry, EnvoyFilters, WasmPlugins and the Sidecar for a pod. */
export function otherObjects(pod: KubeObject, objects: MeshObjects): readonly OtherObject[] {
  const selected = { namespace: pod.metadata.namespace ?? '', labels: pod.metadata.labels ?? {} };
  const root = objects.rootNamespace;
  const selecting = (kind: 'requestAuthentications' | 'envoyFilters' | 'telemetries' | 'wasmPlugins') =>
    objectsSelecting(objects.all(kind), selected, root);
  const isSidecar = proxyPod(pod)?.type === 'sidecar';
  const sidecar = isSidecar ? sidecarFor(objects.all('sidecars'), selected, root) : undefined;
  return [
    ...selecting('requestAuthentications').map((one) => ({
      kind: 'RequestAuthentication',
      id: objectId(one),
      says: jwtText(one),
    })),
    ...(sidecar === undefined
      ? []
      : [{ kind: 'Sidecar', id: objectId(sidecar), says: 'limits what it can call' }]),
    ...selecting('envoyFilters').map((one) => ({ kind: 'EnvoyFilter', id: objectId(one) })),
    ...selecting('telemetries').map((one) => ({ kind: 'Telemetry', id: objectId(one) })),
    ...selecting('wasmPlugins').map((one) => ({ kind: 'WasmPlugin', id: objectId(one) })),
  ];
}

function jwtText(object: KubeObject): string {
  const issuers = asObjects(field(object, 'spec', 'jwtRules')).flatMap(
    (one) => asString(one['issuer']) ?? [],
  );
  return `tokens of ${issuers.join(', ') || 'no issuer'} are checked; requests without one pass`;
}
