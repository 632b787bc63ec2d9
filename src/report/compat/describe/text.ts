import {
  type DescribeAnswer,
  type ReferenceInput,
  referenceUse,
} from '../../../answers/describe/reference.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { podPhase } from '../../../kube/pod.ts';
import { escapeControl } from '../../../util/text.ts';
import type { Reporter } from '../../reporter.ts';
import { ingressLines } from './ingress-text.ts';
import { LINE, shortName } from './names.ts';
import { peerLines, podLines } from './pod-text.ts';
import { serviceLines } from './service-text.ts';

/** The reference's text of `describe pod` and `describe service`. */
export const compatDescribeReport: Reporter<DescribeAnswer<unknown>> = (answer) => {
  if (answer.kind === 'ours') return '';
  const { input } = answer;
  const lines = input.form === 'pod' ? podText(input) : serviceText(input);
  return lines.map((line) => `${escapeControl(line)}\n`).join('');
};

function podText(input: ReferenceInput): readonly string[] {
  const { pod, services, namespace } = input;
  if (pod === undefined) return [];
  const name = shortName(pod, namespace);
  const unselected = services.length === 0 && !input.ignoreUnmeshed;
  const start = [
    ...podLines(pod, namespace, input.ignoreUnmeshed),
    ...(unselected
      ? [
          `Warning: No Kubernetes Services select pod ${name} (see https://istio.io/docs/setup/kubernetes/additional-setup/requirements/ )`,
        ]
      : []),
    LINE,
  ];
  if (input.stopped) return start;
  return [
    ...start,
    ...servicesText(input, pod),
    LINE,
    ...peerLines(pod, input.objects),
    ...ingressLines(input),
  ];
}

function servicesText(input: ReferenceInput, pod: KubeObject): readonly string[] {
  const { dump } = input;
  if (dump === undefined) return [];
  return input.services.flatMap((service, index) => [
    ...(index === 0 ? [] : [LINE]),
    ...serviceLines(service, pod, dump, input),
  ]);
}

function serviceText(input: ReferenceInput): readonly string[] {
  const { namespace, selected, pod } = input;
  const [service] = input.services;
  if (service === undefined) return [];
  const name = JSON.stringify(shortName(service, namespace));
  const notes = selected.flatMap((one) => unusable(one, namespace) ?? []);
  if (input.stopped) return notes;
  if (pod !== undefined) return [...notes, ...servicesText(input, pod), ...ingressLines(input)];
  if (selected.length === 0) return [`Service ${name} has no pods.`];
  return [
    ...notes,
    `Service ${name} has no Istio pods.  (${selected.length} pods in service).`,
    'Use `istioctl kube-inject` or redeploy with Istio automatic sidecar injection.',
  ];
}

/** Why the reference does not look at a pod of a service; `undefined` when it does. */
function unusable(pod: KubeObject, namespace: string): string | undefined {
  const id = shortName(pod, namespace);
  switch (referenceUse(pod)) {
    case 'not-running':
      return `   Pod is not Running (${podPhase(pod)})`;
    case 'no-proxy':
      return `Pod ${id}: no container "istio-proxy" in pod`;
    case 'not-ready':
      return `WARNING: Pod ${id} Container istio-proxy NOT READY`;
    default:
      return undefined;
  }
}
