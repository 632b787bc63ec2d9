import { type AnalysisContext, defineAnalyzer, field, type KubeObject } from '#analysis';
import { objectId, oldestFirst } from '#kube/oldest-first';
import { ruleHost } from '#mesh/destination-rule';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { messages } from './messages.ts';

type Context = AnalysisContext<'DestinationRule' | 'MeshConfig' | 'Pod', typeof messages, 'MSH0022'>;

/** Destination rules that no client consults, in whole or in part. */
export const analyzer = defineAnalyzer({
  name: 'destinationrule.PrecedenceAnalyzer',
  description: 'Checks that clients consult each destination rule.',
  inputs: ['DestinationRule', 'MeshConfig', 'Pod'],
  messages,
  codes: ['MSH0022'],
  scope: 'mesh',
  analyze: (context) => {
    const root = rootNamespaceOf(context.all('MeshConfig')[0]);
    const groups = new Map<string, KubeObject[]>();
    for (const rule of context.all('DestinationRule')) {
      checkNamespace(context, rule, root);
      const key = `${rule.metadata.namespace ?? ''} ${ruleHost(rule)}`;
      // Those with a workloadSelector are chosen by pod, and stand for themselves.
      if (field(rule, 'spec', 'workloadSelector') === undefined)
        groups.set(key, [...(groups.get(key) ?? []), rule]);
    }
    for (const group of groups.values()) checkSame(context, group);
  },
});

/** Of rules for one host in one namespace the subsets are joined, and the oldest traffic policy counts. */
function checkSame(context: Context, group: readonly KubeObject[]): void {
  const [first, ...later] = oldestFirst(
    group.filter((one) => field(one, 'spec', 'trafficPolicy') !== undefined),
  );
  if (first === undefined) return;
  for (const rule of later) {
    const reason = `${objectId(first)} is for the same host and older, and its traffic policy is the one that counts`;
    context.report(
      'MSH0022',
      { reason },
      { resource: rule, path: ['spec', 'trafficPolicy'], related: [first] },
    );
  }
}

/** A rule counts for clients of its own namespace, and for all where it stands with the service or in the root namespace. */
function checkNamespace(context: Context, rule: KubeObject, root: string): void {
  const { namespace = '' } = rule.metadata;
  const [, service, word] = ruleHost(rule).split('.');
  if (word !== 'svc' || service === undefined || service === namespace || namespace === root) return;
  // Files may leave out the workloads: only where other namespaces have some can one be seen to have none.
  if (context.select('Pod', [], namespace).length > 0 || context.select('Pod', [], service).length === 0)
    return;
  const reason = `no pod is in the namespace ${namespace}, and clients elsewhere do not look for rules there`;
  context.report(
    'MSH0022',
    { reason },
    { resource: rule, path: ['metadata', 'namespace'], confidence: 'likely' },
  );
}
