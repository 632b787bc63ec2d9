import {
  type AnalysisContext,
  asArray,
  asStrings,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
} from '#analysis';
import { isInMesh, podShape } from '#mesh/membership';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { nearName } from '#mesh/near-name';
import { podRole } from '#security/pod-server';
import { messages } from './messages.ts';

type Context = AnalysisContext<
  'MeshConfig' | 'AuthorizationPolicy' | 'Namespace' | 'Pod',
  typeof messages,
  'IST0101' | 'IST0127'
>;

/** Policies that select nothing, and sources in namespaces that do not exist. */
export const analyzer = defineAnalyzer({
  name: 'auth.AuthorizationPoliciesAnalyzer',
  description: 'Checks that authorization policies select a workload and name existing namespaces.',
  inputs: ['MeshConfig', 'AuthorizationPolicy', 'Namespace', 'Pod'],
  messages,
  codes: ['IST0101', 'IST0127'],
  scope: 'mesh',
  analyze: (context) => {
    const root = rootNamespaceOf(context.all('MeshConfig')[0]);
    const namespaces = context.all('Namespace').map(({ metadata }) => metadata.name.toLowerCase());
    for (const policy of context.all('AuthorizationPolicy')) {
      checkSelector(context, policy, root);
      checkNamespaces(context, policy, namespaces);
    }
  },
});

function checkSelector(context: Context, policy: KubeObject, root: string): void {
  const labels = field(policy, 'spec', 'selector', 'matchLabels');
  const selector = equalitySelector(labels);
  const { namespace = '' } = policy.metadata;
  if (selector.length === 0 && (namespace === root || hasTarget(policy))) return;
  const pods = context.select('Pod', selector, namespace === root ? undefined : namespace);
  if (pods.some((pod) => isMember(context, pod))) return;
  const text = selector.map(({ key, values }) => `${key}=${values[0]}`).join(', ');
  const where = namespace === root ? 'in any namespace' : `in namespace ${namespace}`;
  const path =
    selector.length === 0
      ? ['metadata', 'name']
      : ['spec', 'selector', 'matchLabels', selector[0]?.key ?? ''];
  context.report(
    'IST0127',
    { labels: text === '' ? `it: there is none ${where}` : `${text} ${where}` },
    { resource: policy, path },
  );
}

/** Whether a pod is in the mesh; one that only its template is known of, whether it may well be once it runs. */
function isMember(context: Context, pod: KubeObject): boolean {
  const namespace = context.get('Namespace', undefined, pod.metadata.namespace ?? '');
  return isInMesh(podShape(pod), namespace) || podRole(pod, namespace) !== 'outside';
}

function hasTarget(policy: KubeObject): boolean {
  return (
    field(policy, 'spec', 'targetRef') !== undefined ||
    asArray(field(policy, 'spec', 'targetRefs')).length > 0
  );
}

function checkNamespaces(context: Context, policy: KubeObject, namespaces: readonly string[]): void {
  asArray(field(policy, 'spec', 'rules')).forEach((rule, ruleIndex) => {
    asArray(field(rule, 'from')).forEach((from, fromIndex) => {
      for (const list of ['namespaces', 'notNamespaces']) {
        asStrings(field(from, 'source', list)).forEach((name, index) => {
          if (matchesAny(name.toLowerCase(), namespaces)) return;
          const path = ['spec', 'rules', ruleIndex, 'from', fromIndex, 'source', list, index];
          context.report(
            'IST0101',
            { what: 'namespace', name, near: nearName(name, namespaces) },
            { resource: policy, path },
          );
        });
      }
    });
  });
}

function matchesAny(pattern: string, names: readonly string[]): boolean {
  if (pattern.startsWith('*')) return names.some((name) => name.endsWith(pattern.slice(1)));
  if (pattern.endsWith('*')) return names.some((name) => name.startsWith(pattern.slice(0, -1)));
  return names.includes(pattern);
}
