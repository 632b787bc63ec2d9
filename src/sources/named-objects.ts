import type { KubeObject } from '../kube/object.ts';
import type { Answer } from './source.ts';

/** The objects of an answer that have the name; all of them when none is asked for. */
export function named(
  answer: Answer<readonly KubeObject[]>,
  name: string | undefined,
): Answer<readonly KubeObject[]> {
  if (name === undefined || !answer.ok) return answer;
  return { ...answer, value: answer.value.filter(({ metadata }) => metadata.name === name) };
}
