import type { KubeObject } from '../kube/object.ts';
import { podRef } from '../kube/pod.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { ownerKey } from '../kube/replicas.ts';
import { downReason, runningPods, servingState } from '../kube/serving-pod.ts';
import type { Answer, MeshSource } from '../sources/source.ts';
import { notFoundError } from '../util/errors.ts';

/** A port of a pod. */
export interface ChosenPort {
  readonly pod: PodRef;
  readonly port: number;
}

/** A pod that was chosen among those like it, and how the next one is found when it is gone. */
export interface PodChoice {
  readonly first: ChosenPort;
  /** What the pods are found by, such as `app=kiali in istio-system`. */
  readonly what: string;
  /** What a reader should know of the choice: that the pod is not ready, that there are others. */
  readonly notes: readonly string[];
  /** The pod to ask now; `undefined` while none runs. */
  next(): Promise<Answer<ChosenPort | undefined>>;
}

/** How pods of one namespace are chosen among. */
export interface PodRule {
  /** All namespaces when absent. */
  readonly namespace?: string | undefined;
  readonly what: string;
  readonly matches: (pod: KubeObject) => boolean;
  readonly portOf: (pod: KubeObject) => number;
}

/** Chooses among the pods that the rule matches; `undefined` when none of them runs. */
export function choosePod(
  source: MeshSource,
  pods: readonly KubeObject[],
  rule: PodRule,
): PodChoice | undefined {
  const [first, ...others] = runningPods(pods.filter(rule.matches));
  if (first === undefined) return undefined;
  const chosen = (pod: KubeObject): ChosenPort => ({ pod: podRef(pod), port: rule.portOf(pod) });
  const notes: string[] = [];
  const name = proxyId(podRef(first));
  if (servingState(first) !== 'ready') notes.push(`${name} runs but is not ready`);
  if (others.length > 0) notes.push(`${name} is one of ${others.length + 1} pods of ${rule.what}`);
  return {
    first: chosen(first),
    what: rule.what,
    notes,
    next: async () => {
      const answer = await source.resources({ group: '', plural: 'pods', namespace: rule.namespace });
      if (!answer.ok) return answer;
      const [next] = runningPods(answer.value.filter(rule.matches));
      return { ok: true, value: next && chosen(next) };
    },
  };
}

/**
 * The choice of one pod that was named: when it is gone, the next one of its workload, or one of the same name where it
 * has no owner. Throws not-found when it is not there or does not run.
 */
export async function chooseNamedPod(source: MeshSource, pod: PodRef, port: number): Promise<PodChoice> {
  const { namespace, name } = pod;
  const answer = await source.resources({ group: '', plural: 'pods', namespace });
  const object = answer.ok ? answer.value.find(({ metadata }) => metadata.name === name) : undefined;
  const owner = object && ownerKey(object);
  const isNamed = ({ metadata }: KubeObject): boolean => metadata.name === name;
  const rule: PodRule = {
    namespace,
    what: owner === undefined ? proxyId(pod) : `workload ${owner.split('/').at(-1)} in ${namespace}`,
    matches: owner === undefined ? isNamed : (one) => ownerKey(one) === owner,
    portOf: () => port,
  };
  if (object === undefined) {
    return { ...unseen(source, rule, { pod, port }), notes: [] };
  }
  if (servingState(object) === 'down') throw downError([object]);
  const later = choosePod(source, answer.ok ? answer.value : [], rule);
  const notes = servingState(object) === 'ready' ? [] : [`${proxyId(pod)} runs but is not ready`];
  return { ...(later ?? unseen(source, rule, { pod, port })), first: { pod, port }, notes };
}

/** The choice of a pod that can't be read, for users who may forward but not list. */
function unseen(source: MeshSource, rule: PodRule, first: ChosenPort): PodChoice {
  const { namespace, what, matches, portOf } = rule;
  return {
    first,
    what,
    notes: [],
    next: async () => {
      const answer = await source.resources({ group: '', plural: 'pods', namespace });
      if (!answer.ok) return answer;
      const [next] = runningPods(answer.value.filter(matches));
      return { ok: true, value: next && { pod: podRef(next), port: portOf(next) } };
    },
  };
}

/** That the pods which were looked for are there, but none of them runs. */
export function downError(pods: readonly KubeObject[]) {
  const [first] = pods;
  const { name = '', namespace = '' } = first ? podRef(first) : {};
  const states = pods.slice(0, 3).map((pod) => `${proxyId(podRef(pod))} ${downReason(pod)}`);
  const more = pods.length > 3 ? ` and ${pods.length - 3} more` : '';
  const what = pods.length === 1 ? `${name}.${namespace} does not run` : `none of ${pods.length} pods runs`;
  return notFoundError(what, {
    lines: [['state', `${states.join(', ')}${more}`]],
    hint: `kubectl describe pod ${name} -n ${namespace} tells why`,
  });
}
