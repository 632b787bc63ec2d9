import type { LabelSelector } from '../kube/selector.ts';

/** The field of a Gateway that a finding about its workload stands at: the first label of its selector. */
export function selectorPath(selector: LabelSelector): readonly string[] {
  const first = selector.map(({ key }) => key).sort()[0];
  return first === undefined ? ['metadata', 'name'] : ['spec', 'selector', first];
}

/** How a message calls the workload that a selector does not find. */
export function missingWorkload(selector: LabelSelector): {
  readonly what: string;
  readonly name: string;
  readonly near: string;
} {
  const labels = selector.map(({ key, values }) => `${key}=${values[0] ?? ''}`).sort();
  return { what: 'workload with the labels', name: labels.join(','), near: '' };
}
