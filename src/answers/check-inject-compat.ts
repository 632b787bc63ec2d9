import { INJECTION_LABEL, isIstioHook, labelOf, REVISION_LABEL } from '../kube/injection/hook.ts';
import type { KubeObject } from '../kube/object.ts';
import { type LabelSelector, matchesSelector, objectSelector } from '../kube/selector.ts';
import { asObjects, field } from '../util/json.ts';
import { compareText } from '../util/text.ts';

/** A row of the reference's table. */
export interface CompatHookRow {
  readonly name: string;
  readonly revision: string;
  readonly injected: boolean;
  readonly reason: string;
}

type Labels = Readonly<Record<string, string>>;

/**
 * The rows of the reference: it asks the webhooks of a configuration in turn, and the first one with something to say
 * decides. It knows nothing of the injector's own policy, and names labels from `matchExpressions` alone.
 */
export function compatHookRows(
  configurations: readonly KubeObject[],
  podLabels: Labels,
  namespaceLabels: Labels,
): CompatHookRow[] {
  return configurations
    .filter(isIstioHook)
    .map((configuration) => ({
      name: configuration.metadata.name,
      revision: labelOf(configuration, REVISION_LABEL) ?? '',
      ...verdict(asObjects(configuration['webhooks']), podLabels, namespaceLabels),
    }))
    .sort((a, b) => compareText(a.name, b.name));
}

function verdict(
  webhooks: readonly object[],
  podLabels: Labels,
  namespaceLabels: Labels,
): { injected: boolean; reason: string } {
  for (const webhook of webhooks) {
    const namespace = match(field(webhook, 'namespaceSelector'), namespaceLabels);
    const pod = match(field(webhook, 'objectSelector'), podLabels);
    const reason =
      namespace.matched && pod.matched
        ? bothReason(namespace.label, pod.label)
        : namespace.matched
          ? podConflict(field(webhook, 'objectSelector'), podLabels)
          : pod.matched
            ? namespaceConflict(namespaceLabels)
            : undefined;
    if (reason !== undefined) return { injected: namespace.matched && pod.matched, reason };
  }
  return { injected: false, reason: noMatch(webhooks) };
}

function expressions(selector: unknown): LabelSelector {
  return objectSelector({ matchExpressions: field(selector, 'matchExpressions') });
}

/** Whether a selector matches, and the first label of an In or NotIn expression that is there. */
function match(selector: unknown, labels: Labels): { matched: boolean; label: string | undefined } {
  const matched = matchesSelector(objectSelector(selector), labels);
  const named = expressions(selector).find(
    ({ key, operator }) => (operator === 'In' || operator === 'NotIn') && Object.hasOwn(labels, key),
  );
  return { matched, label: matched && named ? `${named.key}=${labels[named.key]}` : undefined };
}

function bothReason(namespace: string | undefined, pod: string | undefined): string | undefined {
  const ofNamespace = namespace?.startsWith('kubernetes.io/metadata.name=')
    ? 'Namespace label matches all namespaces'
    : namespace && `Namespace label ${namespace} matches`;
  if (ofNamespace !== undefined && pod !== undefined) return `${ofNamespace}, and pod label ${pod} matches`;
  return ofNamespace ?? (pod && `Pod label ${pod} matches`);
}

function podConflict(selector: unknown, labels: Labels): string | undefined {
  const conflict = expressions(selector).find(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (value === undefined) return false;
    return operator === 'DoesNotExist' || (operator === 'NotIn' && values.includes(value));
  });
  return conflict && `Pod has ${conflict.key}=${labels[conflict.key]} label, preventing injection`;
}

function namespaceConflict(labels: Labels): string | undefined {
  const value = labels[INJECTION_LABEL];
  return value === undefined || value === 'enabled'
    ? undefined
    : `Namespace has ${INJECTION_LABEL}=${value} label, preventing injection`;
}

function noMatch(webhooks: readonly object[]): string {
  const isOff = webhooks.some((webhook) =>
    ['namespaceSelector', 'objectSelector'].every(
      (name) => field(webhook, name, 'matchLabels', 'istio.io/deactivated') === 'never-match',
    ),
  );
  if (isOff) return 'The injection webhook is deactivated, and will never match labels.';
  const wanted = (name: string): string =>
    webhooks
      .flatMap((webhook) => expressions(field(webhook, name)))
      .flatMap(({ key, operator, values }) =>
        operator === 'In' ? values.map((value) => `${key}=${value}`) : [],
      )
      .join(', ');
  return `No matching namespace labels (${wanted('namespaceSelector')}) or pod labels (${wanted('objectSelector')})`;
}
