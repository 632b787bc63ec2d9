import type { InjectionDecision } from '../kube/injection/decide.ts';
import { INJECT_LABEL, INJECTION_LABEL, type InjectionHook, REVISION_LABEL } from '../kube/injection/hook.ts';
import type { InjectionRule, WantedLabel } from '../kube/injection/rule.ts';
import { compareText } from '../util/text.ts';

/** What to change so that new pods fare the other way; nothing for an outcome that no label changes. */
export function changesOf(decision: InjectionDecision, namespace: string): string[] {
  const { decisive, hooks } = decision;
  if (decisive === undefined) return ['install a control plane, or its webhook, that injects sidecars'];
  if (decision.outcome === 'conflict') {
    const names = hooks.filter(({ injects }) => injects).map(({ hook }) => hook.name);
    return [
      `leave one of ${names.join(', ')}: remove a tag or revision, or label the namespace with the one ${REVISION_LABEL} that is meant`,
    ];
  }
  if (decision.outcome === 'injected') return [keepOut(decisive.rule, namespace)];
  return changesToInject(decisive.rule, namespace, decision);
}

function keepOut(rule: InjectionRule, namespace: string): string {
  if (rule.kind === 'label' && rule.scope === 'pod')
    return `to keep it out: remove label ${rule.key} from the pod template`;
  const whole =
    rule.kind === 'label'
      ? `; for all of ${namespace}: kubectl label namespace ${namespace} ${rule.key}-`
      : '';
  return `to keep it out: label ${INJECT_LABEL}: "false" in the pod template${whole}`;
}

function changesToInject(rule: InjectionRule, namespace: string, decision: InjectionDecision): string[] {
  switch (rule.kind) {
    case 'not-asked':
      return askingChanges(wantedOfAll(decision), namespace);
    case 'opted-out':
      return [
        rule.scope === 'namespace'
          ? `kubectl label namespace ${namespace} ${rule.key === INJECTION_LABEL ? `${rule.key}=enabled --overwrite` : `${rule.key}-`}`
          : `remove label ${rule.key} from the pod template`,
      ];
    case 'other-revision':
      return [otherRevisionChange(rule, namespace, decision)];
    case 'deactivated':
      return [`label the namespace with a revision that is in use: ${served(decision)}`];
    case 'host-network':
      return ['a sidecar needs a network of its own: remove hostNetwork from the pod'];
    case 'system-namespace':
      return ['run the workload in another namespace'];
    case 'inject-value':
      return [`set ${rule.on} ${INJECT_LABEL} of the pod template to "true", or remove it`];
    case 'never-selector':
      return [`label ${INJECT_LABEL}: "true" in the pod template goes before neverInjectSelector`];
    case 'policy':
      return rule.policy === 'disabled'
        ? [`label ${INJECT_LABEL}: "true" in the pod template`]
        : ["set policy: enabled in the injector's ConfigMap"];
    default:
      return [];
  }
}

function otherRevisionChange(
  rule: Extract<InjectionRule, { kind: 'other-revision' }>,
  namespace: string,
  decision: InjectionDecision,
): string {
  const known = served(decision);
  if (rule.scope === 'pod')
    return `set label ${rule.key} of the pod template to one that is served: ${known}`;
  if (rule.key === INJECTION_LABEL)
    return `kubectl label namespace ${namespace} ${INJECTION_LABEL}- ${REVISION_LABEL}=REVISION, where REVISION is one that is served: ${known}`;
  return `kubectl label namespace ${namespace} ${REVISION_LABEL}=REVISION --overwrite, where REVISION is one that is served: ${known}; or install ${rule.revision}`;
}

function askingChanges(wanted: readonly WantedLabel[], namespace: string): string[] {
  const [label, ...others] = wanted
    .filter(({ scope, value }) => scope === 'namespace' && value !== undefined)
    .map(({ key, value }) => `${key}=${value}`);
  const ofPod = wanted.find(({ scope, value }) => scope === 'pod' && value !== undefined);
  const or = others.length === 0 ? '' : ` (or ${others.join(', ')})`;
  return [
    ...(label === undefined
      ? []
      : [
          `all of ${namespace}: kubectl label namespace ${namespace} ${label}${or}; pods follow when they restart`,
        ]),
    ...(ofPod === undefined
      ? []
      : [`this workload alone: label ${ofPod.key}: "${ofPod.value}" in the pod template`]),
  ];
}

/** The labels that any of the configurations would take for an answer. */
function wantedOfAll({ hooks }: InjectionDecision): readonly WantedLabel[] {
  const all = hooks.flatMap(({ rule }) => (rule.kind === 'not-asked' ? rule.wanted : []));
  return [...new Map(all.map((one) => [`${one.scope} ${one.key}=${one.value}`, one])).values()];
}

function served({ hooks }: InjectionDecision): string {
  const names = hooks.map(({ hook }) => servedName(hook)).filter((name) => name !== '');
  return [...new Set(names)].sort(compareText).join(', ') || 'none';
}

/** The value of `istio.io/rev` that leads to a configuration. */
export function servedName({ tag, revision }: Pick<InjectionHook, 'tag' | 'revision'>): string {
  return tag ?? revision;
}
