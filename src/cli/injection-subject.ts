import type { InjectionSubject } from '../answers/check-inject.ts';
import { injectionTemplate } from '../kube/injection/injector-policy.ts';
import type { KubeObject } from '../kube/object.ts';
import type { PodRef } from '../kube/pod-ref.ts';
import { matchesSelector, parseSelector } from '../kube/selector.ts';
import { isPodType, parseTarget, podSelectorOf, targetKind } from '../kube/target.ts';
import { toMeshscopeError } from '../sources/source-error.ts';
import { notFoundError, usageError } from '../util/errors.ts';
import { field } from '../util/json.ts';
import type { CommandContext } from './context.ts';
import { noteMissing } from './missing.ts';
import { resolveProxies, targetObject } from './proxy-argument.ts';

/**
 * What an argument of check-inject names: a pod, or an object: then its pod template stands for the pods to come,
 * and its pods are those of now. `--compat` takes the first pod of an object instead, as the reference does.
 */
export async function injectionSubject(context: CommandContext, argument: string): Promise<InjectionSubject> {
  const target = parseTarget(argument);
  const kind = isPodType(target.type) ? undefined : targetKind(target.type);
  if (kind === undefined || context.globals.compat) {
    const [ref] = await resolveProxies(context, argument);
    if (ref === undefined) throw notFoundError(`no pods match "${argument}"`);
    return podSubject(await podOf(context, ref));
  }
  const object = await targetObject(context, target, kind);
  const namespace = object.metadata.namespace ?? '';
  const pods = await podsOf(context, object, namespace);
  const template = field(object, 'spec', 'template');
  if (template === undefined) {
    const [first] = pods;
    if (first === undefined) throw notFoundError(`${kind.kind} ${object.metadata.name} has no pods`);
    return { ...podSubject(first), kind: kind.kind, name: object.metadata.name, pods };
  }
  return {
    kind: kind.kind,
    name: object.metadata.name,
    namespace,
    template: injectionTemplate(template),
    pods,
  };
}

/** Labels that a pod might have, in the namespace of `-n`. Throws a usage error for what is no list of labels. */
export async function labelsSubject(context: CommandContext, text: string): Promise<InjectionSubject> {
  const labels = (parseSelector(text) ?? []).map(({ key, operator, values }) => {
    const [value] = values;
    return operator === 'In' && values.length === 1 && value !== undefined
      ? ([key, value] as const)
      : undefined;
  });
  if (labels.length === 0 || labels.includes(undefined))
    throw usageError(`"${text}" is not a list of labels`, { hint: 'write it as -l app=cart,version=v1' });
  const namespace = context.globals.namespace ?? (await context.source()).defaultNamespace ?? 'default';
  const known = labels.filter((label) => label !== undefined);
  return {
    kind: 'labels',
    namespace,
    template: { labels: Object.fromEntries(known), annotations: {}, hostNetwork: false },
    pods: [],
  };
}

function podSubject(pod: KubeObject): InjectionSubject {
  return {
    kind: 'Pod',
    name: pod.metadata.name,
    namespace: pod.metadata.namespace ?? '',
    template: injectionTemplate(pod),
    pods: [pod],
  };
}

async function podOf(context: CommandContext, ref: PodRef): Promise<KubeObject> {
  const source = await context.source();
  const answer = await source.resources({
    group: '',
    plural: 'pods',
    namespace: ref.namespace,
    cluster: ref.cluster,
  });
  if (!answer.ok) throw toMeshscopeError(answer.error);
  const pod = answer.value.find(({ metadata }) => metadata.name === ref.name);
  if (pod === undefined) throw notFoundError(`pod ${ref.namespace}/${ref.name} itself was not recorded`);
  return pod;
}

async function podsOf(
  context: CommandContext,
  object: KubeObject,
  namespace: string,
): Promise<readonly KubeObject[]> {
  const selector = podSelectorOf(object);
  if (selector === undefined) return [];
  const source = await context.source();
  const answer = await source.resources({ group: '', plural: 'pods', namespace });
  noteMissing(context, `pods of ${object.kind} ${object.metadata.name}`, answer);
  return (answer.ok ? answer.value : []).filter((pod) => matchesSelector(selector, pod.metadata.labels));
}
