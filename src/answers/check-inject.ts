import type { HookDecision, InjectionDecision, InjectionNamespace } from '../kube/injection/decide.ts';
import { decideInjection } from '../kube/injection/decide.ts';
import type { InjectionHook } from '../kube/injection/hook.ts';
import { type HookSurroundings, hookFaults } from '../kube/injection/hook-health.ts';
import { injectedPod, isAmbientNamespace, isAmbientPod } from '../kube/injection/injected-pod.ts';
import type { InjectionTemplate, InjectorPolicy } from '../kube/injection/injector-policy.ts';
import type { KubeObject } from '../kube/object.ts';
import { podRef } from '../kube/pod.ts';
import { proxyId } from '../kube/pod-ref.ts';
import { changesOf } from './injection-change.ts';
import { faultWords, hindranceWords, ruleWords } from './injection-words.ts';

/** What is checked: a pod, an object with a pod template, or labels that a pod might have. */
export interface InjectionSubject {
  readonly kind: string;
  /** Absent for labels alone. */
  readonly name?: string | undefined;
  readonly namespace: string;
  readonly template: InjectionTemplate;
  /** The pods that it stands for now. */
  readonly pods: readonly KubeObject[];
}

/** What the check needs of the mesh. */
export interface InjectionFacts {
  readonly namespace: InjectionNamespace;
  readonly hooks: readonly InjectionHook[];
  readonly policyOf: (hook: InjectionHook) => InjectorPolicy | undefined;
  readonly around: HookSurroundings;
}

/** What a running pod has, beside what a new one would get. */
export interface PodInjection {
  readonly pod: string;
  readonly proxy: 'injected' | 'own' | 'none';
  readonly revision?: string | undefined;
  /** `restart`: a new pod would fare otherwise; `unknown` when that is not known. */
  readonly state: 'as decided' | 'restart' | 'unknown';
}

/** What one configuration decides, and each of its webhooks. */
export interface ConfigurationCheck {
  readonly name: string;
  readonly revision: string;
  readonly tag?: string | undefined;
  readonly injects: boolean;
  readonly why: string;
  readonly webhooks: readonly { readonly name: string; readonly called: boolean; readonly why: string }[];
}

/** Whether a pod would get a sidecar, by which revision, why, and what its pods have now. */
export interface InjectionCheck {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'InjectionCheck';
  readonly subject: { readonly kind: string; readonly name?: string | undefined; readonly namespace: string };
  /** `unknown`: what decides could not be read. */
  readonly outcome: InjectionDecision['outcome'] | 'unknown';
  readonly revision?: string | undefined;
  readonly why: string;
  readonly change: readonly string[];
  readonly configurations: readonly ConfigurationCheck[];
  readonly pods: readonly PodInjection[];
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

/** Checks a subject. `facts` is the reason in words when what decides could not be read. */
export function checkInjection(subject: InjectionSubject, facts: InjectionFacts | string): InjectionCheck {
  const { kind, name, namespace } = subject;
  const head = {
    apiVersion: 'meshscope.io/v1',
    kind: 'InjectionCheck',
    subject: { kind, name, namespace },
  } as const;
  if (typeof facts === 'string') {
    const pods = subject.pods.map((pod) => podInjection(pod, undefined));
    return {
      ...head,
      outcome: 'unknown',
      why: facts,
      change: [],
      configurations: [],
      pods,
      warnings: [],
      notes: [],
    };
  }
  const decision = decideInjection(subject.template, facts.namespace, facts.hooks, facts.policyOf);
  const { decisive, outcome } = decision;
  return {
    ...head,
    outcome,
    revision: outcome === 'injected' ? decisive?.hook.revision : undefined,
    why: whyWords(decision),
    change: hasOwnProxy(subject) ? [] : changesOf(decision, namespace),
    configurations: decision.hooks.map(configurationCheck),
    pods: subject.pods.map((pod) => podInjection(pod, decision)),
    warnings: warningsOf(decision, facts.around),
    notes: notesOf(subject, facts.namespace, decision),
  };
}

function whyWords({ outcome, hooks, decisive }: InjectionDecision): string {
  if (decisive === undefined) return 'no webhook that injects sidecars is in the cluster';
  if (outcome !== 'conflict') return ruleWords(decisive.rule, true);
  const injecting = hooks.filter(({ injects }) => injects);
  return `${injecting.length} webhooks inject: ${injecting.map(({ hook, rule }) => `${hook.name} (${ruleWords(rule)})`).join(', ')}`;
}

function configurationCheck({ hook, injects, rule, webhooks }: HookDecision): ConfigurationCheck {
  return {
    name: hook.name,
    revision: hook.revision,
    tag: hook.tag,
    injects,
    why: ruleWords(rule),
    webhooks: webhooks.map(({ webhook, called, rule: asked, hindrances }) => ({
      name: webhook.name,
      called,
      why: asked === undefined ? hindranceWords(hindrances) : ruleWords(asked),
    })),
  };
}

/** What a running pod has beside the decision on a new one; without one, that is unknown. */
export function podInjection(pod: KubeObject, decision: InjectionDecision | undefined): PodInjection {
  const { proxy, revision } = injectedPod(pod);
  const has = { pod: proxyId(podRef(pod)), proxy, revision };
  if (decision === undefined || decision.outcome === 'conflict') return { ...has, state: 'unknown' };
  if (decision.outcome !== 'injected')
    return { ...has, state: proxy === 'injected' ? 'restart' : 'as decided' };
  const isSame = proxy === 'injected' && (revision ?? '') === (decision.decisive?.hook.revision ?? '');
  return { ...has, state: isSame || proxy === 'own' ? 'as decided' : 'restart' };
}

function warningsOf({ hooks }: InjectionDecision, around: HookSurroundings): string[] {
  const called = hooks.filter(({ injects }) => injects);
  return called.flatMap(({ hook, webhook }) =>
    hookFaults(webhook, around).map((fault) => faultWords(hook.name, webhook, fault)),
  );
}

function notesOf(
  subject: InjectionSubject,
  namespace: InjectionNamespace,
  { outcome, decisive, hooks }: InjectionDecision,
): string[] {
  const { template, pods } = subject;
  const notes: string[] = [];
  const injected = outcome === 'injected';
  const rule = decisive?.rule;
  const asked = namespace.labels['istio.io/rev'] ?? template.labels['istio.io/rev'];
  if (injected && asked !== undefined && rule?.kind === 'label' && rule.key === 'istio-injection')
    notes.push(`istio.io/rev=${asked} is not looked at: istio-injection on the namespace goes first`);
  for (const { webhook } of hooks.filter(({ injects }) => injects)) {
    if (webhook.matchConditions.length > 0)
      notes.push(
        `${webhook.name} also has matchConditions (${webhook.matchConditions.join(', ')}), which are not evaluated here`,
      );
  }
  const joinsAmbient =
    isAmbientNamespace(namespace.labels) && template.labels['istio.io/dataplane-mode'] !== 'none';
  if (!injected && (pods.length === 0 ? joinsAmbient : pods.some(isAmbientPod)))
    notes.push('in ambient mode the ztunnel of the node carries its traffic: it needs no sidecar');
  if (injected && namespace.labels['istio.io/dataplane-mode'] === 'ambient')
    notes.push('the namespace is also labelled for ambient mode: pods with a sidecar stay out of it');
  if (hasOwnProxy(subject)) notes.push('its proxy is part of its own template, and is not injected');
  return notes;
}

function hasOwnProxy({ pods }: InjectionSubject): boolean {
  return pods.some((pod) => injectedPod(pod).proxy === 'own');
}
