import { INJECT_LABEL, INJECTION_LABEL, labelOf, REVISION_LABEL } from '../kube/injection/hook.ts';
import { isAmbientNamespace, statusRevision } from '../kube/injection/injected-pod.ts';
import { injectionTemplate, SYSTEM_NAMESPACES, textMembers } from '../kube/injection/injector-policy.ts';
import type { KubeObject } from '../kube/object.ts';
import { matchesSelector, objectSelector } from '../kube/selector.ts';
import { asObjects, field } from '../util/json.ts';
import { compareText } from '../util/text.ts';

/** Both tables of the reference as rows of cells, without their headers. */
export interface CompatInjectorList {
  readonly namespaces: readonly (readonly string[])[];
  /** `undefined` when there is no hook. */
  readonly hooks: readonly (readonly string[])[] | undefined;
}

/** What the reference reads. */
export interface CompatInjectorInput {
  readonly namespaces: readonly KubeObject[];
  readonly configurations: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
  readonly istioNamespace: string;
  readonly namespace: string | undefined;
  readonly imageOf: (revision: string) => string | undefined;
}

/**
 * The rows of the reference. It takes a namespace for injected when the namespace selector of any webhook matches,
 * those included that also want a label of the pod; so pods that nobody meant to inject "need a restart".
 */
export function compatInjectorList(input: CompatInjectorInput): CompatInjectorList {
  const hooks = input.configurations.filter((one) => labelOf(one, 'app') === 'sidecar-injector');
  const known = input.namespaces
    .filter(({ metadata }) => !SYSTEM_NAMESPACES.has(metadata.name) && metadata.name !== input.istioNamespace)
    .filter(({ metadata }) => !isAmbientNamespace(textMembers(metadata.labels)))
    .sort((a, b) => compareText(a.metadata.name, b.metadata.name));
  const only = known.filter(({ metadata }) => metadata.name === input.namespace);
  // A name that is none of them narrows nothing.
  const namespaces = only.length > 0 ? only : known;
  const byName = [...hooks].sort((a, b) => compareText(a.metadata.name, b.metadata.name));
  return {
    namespaces: namespaces.flatMap((namespace) => namespaceRows(namespace, hooks, input.pods)),
    hooks:
      hooks.length === 0 ? undefined : byName.flatMap((hook) => hookRows(hook, namespaces, input.imageOf)),
  };
}

interface Count {
  pods: number;
  disabled: number;
  restart: number;
}

function namespaceRows(
  namespace: KubeObject,
  hooks: readonly KubeObject[],
  pods: readonly KubeObject[],
): string[][] {
  const { name } = namespace.metadata;
  const revision = injectedRevision(namespace, hooks);
  const counts = countPods(
    pods.filter((pod) => pod.metadata.namespace === name),
    revision,
  );
  if (counts.size === 0) return revision === '' ? [] : [[name, revision, '<no pods>']];
  return [...counts]
    .sort(([a], [b]) => compareText(a, b))
    .map(([of, { pods: all, disabled, restart }]) => [
      name,
      revision,
      `${of}: ${all}${disabled > 0 ? ` (injection disabled: ${disabled})` : ''}${restart > 0 ? ` NEEDS RESTART: ${restart}` : ''}`,
    ]);
}

function injectedRevision(namespace: KubeObject, hooks: readonly KubeObject[]): string {
  const labels = textMembers(namespace.metadata.labels);
  const hook = hooks.find((one) =>
    asObjects(one['webhooks']).some(({ namespaceSelector }) => selects(namespaceSelector, labels)),
  );
  if (hook !== undefined) return labelOf(hook, REVISION_LABEL) ?? '';
  const asked = labels[REVISION_LABEL] ?? '';
  const old = labels[INJECTION_LABEL];
  if (asked !== '') return `MISSING/${asked}`;
  return old === undefined || old === 'disabled' ? '' : `MISSING/${INJECTION_LABEL}`;
}

function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  return matchesSelector(objectSelector(selector), labels);
}

function countPods(pods: readonly KubeObject[], expected: string): Map<string, Count> {
  const counts = new Map<string, Count>();
  for (const pod of pods) {
    const { labels, annotations } = injectionTemplate(pod);
    const revision =
      annotations[REVISION_LABEL] ?? statusRevision(annotations['sidecar.istio.io/status']) ?? '';
    const key = revision === '' ? '<non-Istio>' : revision;
    const count = counts.get(key) ?? { pods: 0, disabled: 0, restart: 0 };
    counts.set(key, count);
    count.pods++;
    const inject = labels[INJECT_LABEL] ?? annotations[INJECT_LABEL];
    if (inject?.toLowerCase() === 'false') count.disabled++;
    else if (revision !== expected) count.restart++;
  }
  return counts;
}

const NAMESPACE_WEBHOOKS: ReadonlySet<unknown> = new Set([
  'rev.namespace.sidecar-injector.istio.io',
  'namespace.sidecar-injector.istio.io',
]);

function hookRows(
  hook: KubeObject,
  namespaces: readonly KubeObject[],
  imageOf: (revision: string) => string | undefined,
): string[][] {
  const revision = labelOf(hook, REVISION_LABEL) ?? '';
  const names = new Set<string>();
  for (const webhook of asObjects(hook['webhooks'])) {
    if (!NAMESPACE_WEBHOOKS.has(webhook['name'])) continue;
    for (const { metadata } of namespaces)
      if (selects(field(webhook, 'namespaceSelector'), textMembers(metadata.labels)))
        names.add(metadata.name);
  }
  const shown = names.size === 0 ? ['DOES NOT AUTOINJECT'] : [...names];
  return shown.map((name) => [name, hook.metadata.name, revision, imageOf(revision) ?? '']);
}
