import { decideInjection } from '../kube/injection/decide.ts';
import { type InjectionHook, labelOf, REVISION_LABEL } from '../kube/injection/hook.ts';
import type { InjectorPolicy } from '../kube/injection/injector-policy.ts';
import { textMembers } from '../kube/injection/injector-policy.ts';
import type { KubeObject } from '../kube/object.ts';
import { compareText } from '../util/text.ts';

/** A revision, or a tag that stands for one, and the namespaces that it injects (the reference's fields). */
export interface TagRow {
  /** Empty for a revision that no tag stands for. */
  readonly tag: string;
  readonly revision: string;
  readonly namespaces: readonly string[];
}

/** A tag row and what is wrong with it. */
export interface CheckedTag extends TagRow {
  readonly problem?: string | undefined;
}

/** What `tag list` needs of the mesh. */
export interface TagInput {
  readonly configurations: readonly KubeObject[];
  readonly hooks: readonly InjectionHook[];
  readonly namespaces: readonly KubeObject[];
  readonly policyOf: (hook: InjectionHook) => InjectorPolicy | undefined;
  /** Services of the control plane's namespace, where tags may stand too. */
  readonly services: readonly KubeObject[] | undefined;
  /** Pods of the control plane's namespace. */
  readonly pods: readonly KubeObject[] | undefined;
}

const TAG_LABEL = 'istio.io/tag';

/** Tags and untagged revisions with the namespaces that each of them injects, by revision and tag. */
export function tagList(input: TagInput): CheckedTag[] {
  return distinctTags(input).map(({ tag, revision }) => ({
    tag,
    revision,
    namespaces: input.namespaces
      .filter((one) => injectsBy(one, tag, revision, input))
      .map(({ metadata }) => metadata.name),
    problem: problemOf(tag, revision, input),
  }));
}

/** The same as the reference counts them: a namespace uses a tag when its revision label is exactly that. */
export function compatTagList(input: TagInput): TagRow[] {
  return distinctTags(input).map(({ tag, revision }) => ({
    tag,
    revision,
    namespaces: input.namespaces
      .filter((one) => labelOf(one, REVISION_LABEL) === tag)
      .map(({ metadata }) => metadata.name),
  }));
}

function distinctTags({ configurations, services }: TagInput): { tag: string; revision: string }[] {
  const tagged = (services ?? []).filter((one) => labelOf(one, TAG_LABEL) !== undefined);
  const found = [...configurations, ...tagged].flatMap((one) => {
    const revision = labelOf(one, REVISION_LABEL);
    return revision === undefined ? [] : [{ tag: labelOf(one, TAG_LABEL) ?? '', revision }];
  });
  const withTag = new Set(found.filter(({ tag }) => tag !== '').map(({ revision }) => revision));
  const shown = found.filter(({ tag, revision }) => tag !== '' || !withTag.has(revision));
  return [...new Map(shown.map((one) => [`${one.revision}/${one.tag}`, one])).values()].sort(
    (a, b) => compareText(a.revision, b.revision) || compareText(a.tag, b.tag),
  );
}

function injectsBy(namespace: KubeObject, tag: string, revision: string, input: TagInput): boolean {
  const place = { name: namespace.metadata.name, labels: textMembers(namespace.metadata.labels) };
  const plain = { labels: {}, annotations: {}, hostNetwork: false };
  return decideInjection(plain, place, input.hooks, input.policyOf).hooks.some(
    ({ hook, injects }) => injects && hook.revision === revision && (hook.tag ?? '') === tag,
  );
}

function problemOf(tag: string, revision: string, { pods }: TagInput): string | undefined {
  if (pods === undefined) return undefined;
  const serving = pods.some(
    (pod) => labelOf(pod, 'app') === 'istiod' && labelOf(pod, REVISION_LABEL) === revision,
  );
  if (serving) return undefined;
  return tag === ''
    ? `no istiod pod of revision ${revision} is in the namespace of the control plane`
    : `stands for revision ${revision}, of which no istiod pod is in the namespace of the control plane`;
}
