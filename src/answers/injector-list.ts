import { decideInjection, type InjectionDecision } from '../kube/injection/decide.ts';
import type { InjectionHook } from '../kube/injection/hook.ts';
import { type HookSurroundings, hookFaults } from '../kube/injection/hook-health.ts';
import { isAmbientNamespace } from '../kube/injection/injected-pod.ts';
import {
  type InjectorPolicy,
  injectionTemplate,
  SYSTEM_NAMESPACES,
  textMembers,
} from '../kube/injection/injector-policy.ts';
import type { KubeObject } from '../kube/object.ts';
import { podPhase } from '../kube/pod.ts';
import { compareText } from '../util/text.ts';
import { type PodInjection, podInjection } from './check-inject.ts';
import { faultWords, ruleWords } from './injection-words.ts';

/** What `injector list` needs of the mesh. */
export interface InjectorListInput {
  readonly namespaces: readonly KubeObject[];
  readonly hooks: readonly InjectionHook[];
  readonly policyOf: (hook: InjectionHook) => InjectorPolicy | undefined;
  readonly around: HookSurroundings;
  /** `undefined` when pods could not be read. */
  readonly pods: readonly KubeObject[] | undefined;
  readonly istioNamespace: string;
  /** Only this one. */
  readonly namespace: string | undefined;
  readonly imageOf: (revision: string) => string | undefined;
}

/** How a namespace stands with injection: what new pods get, and what its pods have. */
export interface NamespaceInjection {
  readonly namespace: string;
  /** Of a pod without labels of its own. */
  readonly outcome: InjectionDecision['outcome'];
  readonly revision?: string | undefined;
  readonly why: string;
  /** What it asks for is served by no webhook. */
  readonly missing: boolean;
  readonly ambient: boolean;
  /** Pods by the revision of their sidecar, `none` for those without; absent when pods are not known. */
  readonly pods?: Readonly<Record<string, number>> | undefined;
  /** Pods that a restart would change. */
  readonly restart: readonly string[];
}

/** A configuration that injects, and the namespaces whose pods it takes. */
export interface InjectorRow {
  readonly name: string;
  readonly revision: string;
  readonly tag?: string | undefined;
  readonly image?: string | undefined;
  readonly namespaces: readonly string[];
  readonly warnings: readonly string[];
}

/** Injection in the whole mesh, by namespace and by injector. */
export interface InjectorList {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'InjectorList';
  readonly namespaces: readonly NamespaceInjection[];
  readonly injectors: readonly InjectorRow[];
}

/** Every namespace but Kubernetes' own and the control plane's, and every injector, by name. */
export function injectorList(input: InjectorListInput): InjectorList {
  const wanted = input.namespaces
    .filter(
      ({ metadata: { name } }) =>
        !SYSTEM_NAMESPACES.has(name) &&
        name !== input.istioNamespace &&
        (input.namespace === undefined || name === input.namespace),
    )
    .sort((a, b) => compareText(a.metadata.name, b.metadata.name));
  const podsOf = groupByNamespace(input.pods ?? []);
  const decided = wanted.map((namespace) =>
    namespaceInjection(namespace, podsOf.get(namespace.metadata.name) ?? [], input),
  );
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'InjectorList',
    namespaces: decided.map(({ row }) => row),
    injectors: input.hooks.map((hook) => ({
      name: hook.name,
      revision: hook.revision,
      tag: hook.tag,
      image: input.imageOf(hook.revision),
      namespaces: decided
        .filter(({ decision }) => decision.hooks.some((one) => one.hook === hook && one.injects))
        .map(({ row }) => row.namespace),
      warnings: hookWarnings(hook, input.around),
    })),
  };
}

function groupByNamespace(pods: readonly KubeObject[]): Map<string, KubeObject[]> {
  const groups = new Map<string, KubeObject[]>();
  for (const pod of pods) {
    if (['Succeeded', 'Failed'].includes(podPhase(pod))) continue;
    const name = pod.metadata.namespace ?? '';
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [pod]);
    else group.push(pod);
  }
  return groups;
}

function namespaceInjection(
  namespace: KubeObject,
  pods: readonly KubeObject[],
  input: InjectorListInput,
): { readonly row: NamespaceInjection; readonly decision: InjectionDecision } {
  const labels = textMembers(namespace.metadata.labels);
  const place = { name: namespace.metadata.name, labels };
  const plain = { labels: {}, annotations: {}, hostNetwork: false };
  const decision = decideInjection(plain, place, input.hooks, input.policyOf);
  const states = pods.map((pod) =>
    podInjection(pod, decideInjection(injectionTemplate(pod), place, input.hooks, input.policyOf)),
  );
  const rule = decision.decisive?.rule;
  const row: NamespaceInjection = {
    namespace: place.name,
    outcome: decision.outcome,
    revision: decision.outcome === 'injected' ? decision.decisive?.hook.revision : undefined,
    why: namespaceWhy(decision),
    missing:
      decision.outcome !== 'injected' &&
      (rule?.kind === 'other-revision' || (rule === undefined && asks(labels))),
    ambient: isAmbientNamespace(labels),
    pods: input.pods === undefined ? undefined : countByRevision(states),
    restart: states.filter(({ state }) => state === 'restart').map(({ pod }) => pod),
  };
  return { row, decision };
}

/** A namespace's pods may have labels of their own, so only what it lacks itself is said of it. */
function namespaceWhy({ decisive }: InjectionDecision): string {
  if (decisive === undefined) return 'no webhook that injects sidecars is in the cluster';
  return decisive.rule.kind === 'not-asked' ? 'no label asks for it' : ruleWords(decisive.rule, true);
}

function asks(labels: Readonly<Record<string, string>>): boolean {
  return labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined;
}

function countByRevision(states: readonly PodInjection[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { proxy, revision } of states) {
    const key = proxy === 'none' ? 'none' : (revision ?? 'unknown');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => compareText(a, b)));
}

function hookWarnings(hook: InjectionHook, around: HookSurroundings): string[] {
  const warnings = hook.webhooks.flatMap((webhook) =>
    hookFaults(webhook, around).map((fault) => faultWords(hook.name, webhook, fault)),
  );
  return [...new Set(warnings)];
}
