import type { KubeObject } from '../kube/object.ts';
import { equalitySelector, type LabelSelector } from '../kube/selector.ts';
import { asArray, asObject, field } from '../util/json.ts';

/** Kinds whose `spec.template` is what their pods look like. */
const WORKLOADS: ReadonlySet<string> = new Set([
  'DaemonSet',
  'Deployment',
  'Job',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
]);

/** What the pods of a workload look like; `undefined` for what is no workload. */
export function podTemplate(workload: KubeObject): unknown {
  if (workload.kind === 'CronJob') return field(workload, 'spec', 'jobTemplate', 'spec', 'template');
  const template = field(workload, 'spec', 'template');
  // Others make pods, too, such as rollouts: they are told by the containers.
  const isOne = WORKLOADS.has(workload.kind) || asArray(field(template, 'spec', 'containers')).length > 0;
  return isOne ? template : undefined;
}

/**
 * Pods that stand for the templates of workloads whose own pods are not at hand: files hold Deployments, and the
 * cluster makes the pods of them. They have the name of their workload.
 */
export function templatePods(
  workloads: Iterable<KubeObject>,
  podsOf: (selector: LabelSelector, namespace: string) => readonly KubeObject[],
): readonly KubeObject[] {
  const pods: KubeObject[] = [];
  for (const workload of workloads) {
    const template = podTemplate(workload);
    const { namespace, name } = workload.metadata;
    if (template === undefined) continue;
    const labels = asObject(field(template, 'metadata', 'labels'));
    if (podsOf(equalitySelector(labels), namespace ?? '').length > 0) continue;
    pods.push({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...asObject(field(template, 'metadata')),
        name,
        ...(namespace ? { namespace } : {}),
        ownerReferences: [{ kind: workload.kind, name, controller: true }],
      },
      spec: field(template, 'spec'),
    });
  }
  return pods;
}
