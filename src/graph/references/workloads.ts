import type { KubeObject } from '../../kube/object.ts';
import { podRunner } from '../../kube/workload.ts';
import { asString, field } from '../../util/json.ts';
import type { GraphCollector } from '../collector.ts';

/** The service accounts that the workloads of pods run as; pods of one workload say it once. */
export function podReferences(collector: GraphCollector, pods: readonly KubeObject[]): void {
  const seen = new Set<string>();
  for (const pod of pods) {
    const node = collector.workload(pod);
    const text = asString(field(pod, 'spec', 'serviceAccountName'));
    if (text === undefined || text === '' || seen.has(`${node.id} ${text}`)) continue;
    seen.add(`${node.id} ${text}`);
    // A pod runs only when its service account is there: the field is that of the workload, where there is one.
    const inTemplate = podRunner(pod).kind !== 'Pod';
    const path = inTemplate
      ? ['spec', 'template', 'spec', 'serviceAccountName']
      : ['spec', 'serviceAccountName'];
    const { namespace } = pod.metadata;
    const account = collector.resources.get('ServiceAccount', namespace, text);
    const isUnknown = account === undefined && collector.isIncomplete('ServiceAccount');
    const target = collector.named('ServiceAccount', namespace, text, account);
    const state = account !== undefined ? 'found' : isUnknown ? 'unknown' : 'missing';
    collector.between(node, target, { relation: 'runs as', path, text }, state);
  }
}

/** Annotation of entries that istiod makes from a group. */
const GROUP = 'istio.io/autoRegistrationGroup';

/** The service account and the group of a WorkloadEntry; neither has to exist for it to be used. */
export function workloadEntryReferences(collector: GraphCollector, from: KubeObject): void {
  const { namespace, annotations } = from.metadata;
  const account = asString(field(from, 'spec', 'serviceAccount'));
  if (account)
    collector.toResource(
      { from, relation: 'runs as', path: ['spec', 'serviceAccount'], text: account },
      'ServiceAccount',
      namespace,
      account,
    );
  const group = annotations?.[GROUP];
  if (group === undefined) return;
  const path = ['metadata', 'annotations', GROUP];
  collector.toResource(
    { from, relation: 'is of group', path, text: group },
    'WorkloadGroup',
    namespace,
    group,
  );
}

/** The service account of the entries that a WorkloadGroup makes. */
export function workloadGroupReferences(collector: GraphCollector, from: KubeObject): void {
  const text = asString(field(from, 'spec', 'template', 'serviceAccount'));
  if (!text) return;
  const path = ['spec', 'template', 'serviceAccount'];
  const { namespace } = from.metadata;
  collector.toResource({ from, relation: 'runs as', path, text }, 'ServiceAccount', namespace, text);
}
