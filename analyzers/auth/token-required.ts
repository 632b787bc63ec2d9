import {
  asArray,
  asString,
  asStrings,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
  matchesSelector,
} from '#analysis';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { messages } from './messages.ts';

/** Tokens that are checked where they come, and that need not come. */
export const analyzer = defineAnalyzer({
  name: 'auth.TokenRequiredAnalyzer',
  description: 'Checks that requests without a token are refused where tokens are checked.',
  inputs: ['RequestAuthentication', 'AuthorizationPolicy', 'MeshConfig'],
  messages,
  codes: ['MSH0009'],
  scope: 'mesh',
  analyze: (context) => {
    const root = rootNamespaceOf(context.all('MeshConfig')[0]);
    const policies = context.all('AuthorizationPolicy').filter(asksForToken);
    for (const resource of context.all('RequestAuthentication')) {
      if (asArray(field(resource, 'spec', 'jwtRules')).length === 0 || hasTarget(resource)) continue;
      const { namespace = '' } = resource.metadata;
      const labels = field(resource, 'spec', 'selector', 'matchLabels') as Record<string, string> | undefined;
      const mayApply = policies.some((policy) => {
        const at = policy.metadata.namespace ?? '';
        if (at !== namespace && at !== root && namespace !== root) return false;
        const selector = equalitySelector(field(policy, 'spec', 'selector', 'matchLabels'));
        return (
          labels === undefined ||
          selector.length === 0 ||
          matchesSelector(selector, labels) ||
          hasTarget(policy)
        );
      });
      if (mayApply) continue;
      const text = Object.entries(labels ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .join(',');
      const workloads = text === '' ? `the workloads of ${namespace}` : `workloads with ${text}`;
      context.report(
        'MSH0009',
        { workloads },
        { resource, path: ['spec', 'jwtRules'], confidence: 'likely' },
      );
    }
  },
});

function hasTarget(policy: KubeObject): boolean {
  return (
    field(policy, 'spec', 'targetRef') !== undefined ||
    asArray(field(policy, 'spec', 'targetRefs')).length > 0
  );
}

/** Whether a policy takes notice of the request principal, in whatever way. */
function asksForToken(policy: KubeObject): boolean {
  return asArray(field(policy, 'spec', 'rules')).some(
    (rule) =>
      asArray(field(rule, 'from')).some((from) =>
        ['requestPrincipals', 'notRequestPrincipals'].some(
          (list) => asStrings(field(from, 'source', list)).length > 0,
        ),
      ) ||
      asArray(field(rule, 'when')).some((when) =>
        (asString(field(when, 'key')) ?? '').startsWith('request.auth.'),
      ),
  );
}
