import {
  type AnalysisContext,
  asObjects,
  asString,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
} from '#analysis';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { workloadName } from '#mesh/pod-groups';
import { hasTargetRefs, isDryRun } from '#mesh/selects';
import { podRole } from '#security/pod-server';
import { messages } from './messages.ts';

const INPUTS = ['AuthorizationPolicy', 'MeshConfig', 'Namespace', 'Pod', 'RequestAuthentication'] as const;
type Context = AnalysisContext<(typeof INPUTS)[number], typeof messages, 'MSH0016'>;

const HTTP_OPERATION = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'];
const HTTP_SOURCE = ['requestPrincipals', 'notRequestPrincipals', 'remoteIpBlocks', 'notRemoteIpBlocks'];
const EFFECTS: Readonly<Record<string, string>> = {
  ALLOW: 'the rule allows nobody',
  DENY: 'the rule denies by its other fields alone, or not at all',
};

/** Policies that read HTTP, for workloads where nothing does. */
export const analyzer = defineAnalyzer({
  name: 'ambient.Layer7PoliciesAnalyzer',
  description: 'Checks that policies about HTTP are for workloads with a sidecar or for a waypoint.',
  inputs: INPUTS,
  messages,
  codes: ['MSH0016'],
  scope: 'mesh',
  analyze: (context) => {
    const root = rootNamespaceOf(context.all('MeshConfig')[0]);
    for (const policy of context.all('AuthorizationPolicy')) {
      const found = isDryRun(policy) ? undefined : httpPart(policy);
      const workload = found && ztunnelWorkload(context, policy, root);
      if (found === undefined || workload === undefined) continue;
      context.report('MSH0016', { ...found.args, workload }, { resource: policy, path: found.path });
    }
    for (const policy of context.all('RequestAuthentication')) {
      const workload = ztunnelWorkload(context, policy, root);
      if (workload === undefined) continue;
      const args = { what: 'checking tokens', workload, effect: 'no token is read' };
      context.report('MSH0016', args, { resource: policy, path: ['spec'] });
    }
  },
});

interface HttpPart {
  readonly args: { readonly what: string; readonly effect: string };
  readonly path: readonly (string | number)[];
}

/** The first part of a policy that a ztunnel can't carry out. */
function httpPart(policy: KubeObject): HttpPart | undefined {
  const action = asString(field(policy, 'spec', 'action')) ?? 'ALLOW';
  const effect = EFFECTS[action];
  if (effect === undefined)
    return { args: { what: `the action ${action}`, effect: 'it is not in force' }, path: ['spec', 'action'] };
  for (const [index, rule] of asObjects(field(policy, 'spec', 'rules')).entries()) {
    const path = ['spec', 'rules', index];
    const parts: readonly (readonly [string, string, readonly string[]])[] = [
      ['to', 'operation', HTTP_OPERATION],
      ['from', 'source', HTTP_SOURCE],
    ];
    for (const [list, inner, names] of parts) {
      for (const [at, entry] of asObjects(rule[list]).entries()) {
        const name = names.find((one) => field(entry, inner, one) !== undefined);
        if (name !== undefined)
          return { args: { what: `the field ${name}`, effect }, path: [...path, list, at, inner, name] };
      }
    }
    const at = asObjects(rule['when']).findIndex(({ key }) => (asString(key) ?? '').startsWith('request.'));
    const key = asString(field(asObjects(rule['when'])[at], 'key'));
    if (key !== undefined)
      return { args: { what: `the condition ${key}`, effect }, path: [...path, 'when', at, 'key'] };
  }
  return undefined;
}

/**
 * A workload behind a ztunnel that a policy is for. Of the root namespace only policies with a selector are judged: one
 * for the whole mesh is meant for the sidecars and gateways in it, too.
 */
function ztunnelWorkload(context: Context, policy: KubeObject, root: string): string | undefined {
  if (hasTargetRefs(policy)) return undefined;
  const { namespace = '' } = policy.metadata;
  const selector = equalitySelector(field(policy, 'spec', 'selector', 'matchLabels'));
  if (namespace === root && selector.length === 0) return undefined;
  const pods = context.select('Pod', selector, namespace === root ? undefined : namespace);
  const pod = pods.find((one) => {
    const own = context.get('Namespace', undefined, one.metadata.namespace ?? '');
    return podRole(one, own) === 'ztunnel';
  });
  return pod && workloadName(pod);
}
