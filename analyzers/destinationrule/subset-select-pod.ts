import {
  type AnalysisContext,
  asObjects,
  asString,
  asStrings,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
  type LabelSelector,
  matchesSelector,
} from '#analysis';
import { fullHost, isWildcard, matchesHost, serviceHost } from '#mesh/host';
import { type KnownHost, serviceRegistry } from '#mesh/service-registry';
import { messages } from './messages.ts';

type Context = AnalysisContext<
  'DestinationRule' | 'Pod' | 'Service' | 'ServiceEntry' | 'Node',
  typeof messages,
  'IST0173' | 'IST0174'
>;

/** Labels that istiod adds to a pod's from its node. */
const NODE_LABELS = [
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
  'kubernetes.io/hostname',
];

/** Destination rules for hosts that do not exist, and subsets without pods. */
export const analyzer = defineAnalyzer({
  name: 'destinationrule.SubsetSelectPodAnalyzer',
  description:
    'Checks that the host of a destination rule exists and that pods have the labels of its subsets.',
  inputs: ['DestinationRule', 'Pod', 'Service', 'ServiceEntry', 'Node'],
  messages,
  codes: ['IST0173', 'IST0174'],
  scope: 'mesh',
  analyze: (context) => {
    const registry = serviceRegistry(context.all('Service'), context.all('ServiceEntry'));
    for (const rule of context.all('DestinationRule')) {
      const host = asString(field(rule, 'spec', 'host')) ?? '';
      const { namespace = '' } = rule.metadata;
      const exportTo = asStrings(field(rule, 'spec', 'exportTo'));
      const full = fullHost(host, namespace);
      const known = registry.find(full, namespace, exportTo);
      if (known === undefined && isWildcard(full) && takesIn(context, full)) continue;
      if (known === undefined)
        context.report('IST0174', { host }, { resource: rule, path: ['spec', 'host'] });
      else checkSubsets(context, rule, known);
    }
  },
});

/** Whether there is a service that a wildcard stands for. */
function takesIn(context: Context, pattern: string): boolean {
  return (
    context.all('Service').some((service) => matchesHost(pattern, serviceHost(service))) ||
    context
      .all('ServiceEntry')
      .some((entry) => asStrings(field(entry, 'spec', 'hosts')).some((host) => matchesHost(pattern, host)))
  );
}

function checkSubsets(context: Context, rule: KubeObject, known: KnownHost): void {
  const ofEntry = known.objects.flatMap((object) =>
    equalitySelector(field(object, 'spec', 'workloadSelector', 'labels')),
  );
  asObjects(field(rule, 'spec', 'subsets')).forEach((subset, index) => {
    const selector = [...ofEntry, ...equalitySelector(subset['labels'])];
    if (isSelected(context, selector)) return;
    const name = asString(subset['name']) ?? '';
    const path = ['spec', 'subsets', index, 'name'];
    context.report('IST0173', { subset: name }, { resource: rule, path, related: known.objects });
  });
}

function isSelected(context: Context, selector: LabelSelector): boolean {
  const ofNodes = selector.filter(({ key }) => NODE_LABELS.includes(key));
  if (ofNodes.length === 0) return context.select('Pod', selector).length > 0;
  const ofPods = selector.filter(({ key }) => !NODE_LABELS.includes(key));
  return context.select('Pod', ofPods).some((pod) => {
    const node = context.get('Node', undefined, asString(field(pod, 'spec', 'nodeName')) ?? '');
    const labels = Object.entries(node?.metadata.labels ?? {}).filter(([, value]) => value !== '');
    return matchesSelector(ofNodes, { ...pod.metadata.labels, ...Object.fromEntries(labels) });
  });
}
