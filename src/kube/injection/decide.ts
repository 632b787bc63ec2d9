import { type LabelSelector, matchesSelector, type Requirement } from '../selector.ts';
import { INJECTION_LABEL, type InjectionHook, type InjectionWebhook, REVISION_LABEL } from './hook.ts';
import { type InjectionTemplate, type InjectorPolicy, injectorRefusal } from './injector-policy.ts';
import type { Hindrance, InjectionRule, Scope, WantedLabel } from './rule.ts';

/** A namespace as far as injection goes. */
export interface InjectionNamespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether the API server calls one webhook for a pod, and which of its requirements do not hold. */
export interface WebhookDecision {
  readonly webhook: InjectionWebhook;
  readonly called: boolean;
  /** What asked for it, when it is called. */
  readonly rule: InjectionRule | undefined;
  readonly hindrances: readonly Hindrance[];
}

/** What one configuration does with a pod, and the rule that it turns on. */
export interface HookDecision {
  readonly hook: InjectionHook;
  readonly injects: boolean;
  readonly rule: InjectionRule;
  /** The webhook that is called, or the one that comes nearest. */
  readonly webhook: InjectionWebhook;
  readonly webhooks: readonly WebhookDecision[];
}

/** What happens when a pod is created: what each configuration does, and what comes of it. */
export interface InjectionDecision {
  readonly outcome: 'injected' | 'not injected' | 'conflict' | 'no webhook';
  readonly hooks: readonly HookDecision[];
  /** The configuration whose rule explains the outcome; absent when there is none at all. */
  readonly decisive: HookDecision | undefined;
}

/**
 * What the API server and the injector do when a pod of this template is created in a namespace. `policyOf` gives the
 * injector's own policy for a revision; one that is not known counts as `enabled`, which is what is installed.
 */
export function decideInjection(
  template: InjectionTemplate,
  namespace: InjectionNamespace,
  hooks: readonly InjectionHook[],
  policyOf: (hook: InjectionHook) => InjectorPolicy | undefined,
): InjectionDecision {
  const decisions = hooks.flatMap((hook) => decideHook(template, namespace, hook, policyOf(hook)) ?? []);
  const injecting = decisions.filter(({ injects }) => injects);
  const [decisive] = [...injecting, ...[...decisions].sort((a, b) => weight(b.rule) - weight(a.rule))];
  if (decisive === undefined) return { outcome: 'no webhook', hooks: [], decisive: undefined };
  const outcome = injecting.length > 1 ? 'conflict' : injecting.length === 1 ? 'injected' : 'not injected';
  return { outcome, hooks: decisions, decisive };
}

/** How much a rule explains of why nothing is injected: what a person has set explains more than what is absent. */
function weight({ kind }: InjectionRule): number {
  if (kind === 'deactivated') return 0;
  if (kind === 'not-asked') return 1;
  return kind === 'other-revision' ? 2 : 3;
}

function decideHook(
  template: InjectionTemplate,
  namespace: InjectionNamespace,
  hook: InjectionHook,
  policy: InjectorPolicy = { policy: 'enabled', never: [], always: [] },
): HookDecision | undefined {
  const webhooks = hook.webhooks.map((webhook) => decideWebhook(template, namespace, webhook));
  const called = webhooks.find((one) => one.called);
  if (called?.rule !== undefined) {
    const refusal = injectorRefusal(template, namespace.name, policy);
    const rule = refusal ?? called.rule;
    return { hook, injects: refusal === undefined, rule, webhook: called.webhook, webhooks };
  }
  const [nearest] = [...webhooks].sort(
    (a, b) =>
      a.hindrances.length - b.hindrances.length ||
      Number(b.hindrances.some(isSet)) - Number(a.hindrances.some(isSet)),
  );
  if (nearest === undefined) return undefined;
  const isOff = hook.webhooks.every(isDeactivated);
  const rule = isOff ? { kind: 'deactivated' as const } : hindranceRule(nearest, webhooks);
  return { hook, injects: false, rule, webhook: nearest.webhook, webhooks };
}

function decideWebhook(
  { labels }: InjectionTemplate,
  namespace: InjectionNamespace,
  webhook: InjectionWebhook,
): WebhookDecision {
  const hindrances = [
    ...hindrancesOf(webhook.namespaceSelector, namespace.labels, 'namespace'),
    ...hindrancesOf(webhook.objectSelector, labels, 'pod'),
  ];
  const called = hindrances.length === 0;
  const rule = called
    ? (asking(webhook.namespaceSelector, namespace.labels, 'namespace') ??
      asking(webhook.objectSelector, labels, 'pod') ?? { kind: 'by-default' as const })
    : undefined;
  return { webhook, called, rule, hindrances };
}

function hindrancesOf(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>>,
  scope: Scope,
): Hindrance[] {
  return selector
    .filter((requirement) => !matchesSelector([requirement], labels))
    .map((requirement) => ({ scope, requirement, actual: ownLabel(labels, requirement.key) }));
}

function ownLabel(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** The label that makes a selector match by being there. */
function asking(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>>,
  scope: Scope,
): InjectionRule | undefined {
  const requirement = selector.find(({ operator }) => operator === 'In' || operator === 'Exists');
  const value = requirement && ownLabel(labels, requirement.key);
  return requirement === undefined || value === undefined
    ? undefined
    : { kind: 'label', scope, key: requirement.key, value };
}

/** Whether something that was set stands in the way, and not merely something that was not. */
function isSet({ actual }: Hindrance): boolean {
  return actual !== undefined;
}

function hindranceRule(
  { hindrances }: WebhookDecision,
  all: readonly WebhookDecision[],
): Exclude<InjectionRule, { kind: 'deactivated' }> {
  const set = hindrances.find(isSet);
  if (set?.actual !== undefined) {
    const { scope, requirement, actual: value } = set;
    const label = { scope, key: requirement.key, value };
    if (requirement.key === REVISION_LABEL && requirement.operator === 'In')
      return { kind: 'other-revision', ...label, revision: value };
    if (requirement.key === INJECTION_LABEL && value === 'enabled')
      return { kind: 'other-revision', ...label, revision: 'default' };
    return { kind: 'opted-out', ...label };
  }
  const wanted = all
    .filter((one) => one.hindrances.length === hindrances.length)
    .flatMap((one) => one.hindrances.filter((hindrance) => !isSet(hindrance)))
    .map(wantedLabel);
  return { kind: 'not-asked', wanted: distinct(wanted).sort(byEase) };
}

function wantedLabel({ scope, requirement }: Hindrance): WantedLabel {
  return { scope, key: requirement.key, value: requirement.values[0] };
}

function distinct(labels: readonly WantedLabel[]): WantedLabel[] {
  return [...new Map(labels.map((label) => [`${label.scope} ${label.key}=${label.value}`, label])).values()];
}

/** A namespace is labelled more often than a pod, and either more often without a revision than with one. */
function byEase(a: WantedLabel, b: WantedLabel): number {
  const rank = ({ scope, key }: WantedLabel): number =>
    (scope === 'namespace' ? 0 : 2) + (key === REVISION_LABEL ? 1 : 0);
  return rank(a) - rank(b);
}

const NEVER_KEY = 'istio.io/deactivated';

/** The selectors that are put on the webhooks of a revision that is no longer the default. */
function isDeactivated({ namespaceSelector, objectSelector }: InjectionWebhook): boolean {
  const never = (requirement: Requirement): boolean => requirement.key === NEVER_KEY;
  return namespaceSelector.some(never) && objectSelector.some(never);
}
