import { INJECT_LABEL, type InjectionWebhook } from '../kube/injection/hook.ts';
import type { HookFault } from '../kube/injection/hook-health.ts';
import type { Hindrance, InjectionRule, Scope, WantedLabel } from '../kube/injection/rule.ts';
import type { LabelSelector, Requirement } from '../kube/selector.ts';

/**
 * The rule that decided, as the end of a sentence behind "injected:" or "not injected:". `whole`: it stands for what all
 * webhooks together decide.
 */
export function ruleWords(rule: InjectionRule, whole = false): string {
  switch (rule.kind) {
    case 'label':
      return `${rule.scope} label ${rule.key}=${rule.value} asks for it`;
    case 'by-default':
      return 'this webhook takes every pod that no label keeps out';
    case 'opted-out':
      return `${rule.scope} label ${rule.key}=${rule.value} keeps it out`;
    case 'other-revision':
      return `${rule.scope} label ${rule.key}=${rule.value} asks for ${revisionWords(rule)}, which ${whole ? 'no webhook serves' : 'this webhook does not serve'}`;
    case 'not-asked':
      return notAskedWords(rule.wanted);
    case 'deactivated':
      return 'its selectors are set to match nothing, as on a revision that is no longer the default';
    case 'host-network':
      return 'the pod uses the network of its node (hostNetwork: true)';
    case 'system-namespace':
      return 'the injector passes by this namespace of Kubernetes itself';
    case 'inject-value':
      return `pod ${rule.on} ${INJECT_LABEL}=${rule.value} refuses it`;
    case 'never-selector':
      return `the pod's labels match neverInjectSelector (${selectorWords(rule.selector)}) of the injector`;
    case 'policy':
      return rule.policy === 'disabled'
        ? "the injector's policy is disabled: only pods that ask for it get a sidecar"
        : `the injector's policy is "${rule.policy}", which is neither enabled nor disabled: it injects nothing`;
  }
}

function revisionWords({ key, revision }: Extract<InjectionRule, { kind: 'other-revision' }>): string {
  return key === 'istio.io/rev' ? `revision or tag ${revision}` : `the ${revision} revision`;
}

function notAskedWords(wanted: readonly WantedLabel[]): string {
  const ofScope = (scope: Scope): string[] =>
    wanted
      .filter((one) => one.scope === scope)
      .map(({ key, value }) => `${key}${value === undefined ? '' : `=${value}`}`);
  const [namespace, pod] = [ofScope('namespace'), ofScope('pod')];
  if (pod.length === 0) return `the namespace does not ask for it (${namespace.join(' or ')})`;
  if (namespace.length === 0) return `the pod does not ask for it (${pod.join(' or ')})`;
  return `neither the namespace asks for it (${namespace.join(' or ')}) nor the pod (${pod.join(' or ')})`;
}

/** Why the API server does not call a webhook: each requirement that does not hold, with what is there instead. */
export function hindranceWords(hindrances: readonly Hindrance[]): string {
  return hindrances
    .map(({ scope, requirement, actual }) => {
      const is = actual === undefined ? `no label ${requirement.key}` : `${requirement.key}=${actual}`;
      return `${scope} has ${is}, wanted is ${requirementWords(requirement)}`;
    })
    .join('; ');
}

function requirementWords({ operator, values }: Requirement): string {
  if (operator === 'Exists') return 'any value';
  if (operator === 'DoesNotExist') return 'none';
  return operator === 'In' ? values.join(' or ') : `not ${values.join(' or ')}`;
}

function selectorWords(selector: LabelSelector): string {
  return selector.map((one) => `${one.key}: ${requirementWords(one)}`).join(', ');
}

/** A fault of a webhook, and what it does to new pods. */
export function faultWords(hook: string, webhook: InjectionWebhook, fault: HookFault): string {
  const outcome =
    webhook.failurePolicy === 'Fail'
      ? 'then new pods are refused (failurePolicy Fail)'
      : 'then new pods start without a sidecar (failurePolicy Ignore)';
  if (fault.kind === 'no-service')
    return `${hook} is served by Service ${fault.service}, which does not exist; ${outcome}`;
  if (fault.kind === 'no-ready-pod') return `no pod of Service ${fault.service} is ready; ${outcome}`;
  if (fault.kind === 'no-ca')
    return `${hook} names no authority (caBundle) for its certificate: calling it fails; ${outcome}`;
  return `the caBundle of ${hook} holds none of the mesh's roots: calling it fails if istiod's certificate is signed by those; ${outcome}`;
}
