import {
  type AnalysisContext,
  asArray,
  asObjects,
  asString,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
} from '#analysis';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { onePodPerWorkload, workloadName } from '#mesh/pod-groups';
import { hasTargetRefs, isDryRun } from '#mesh/selects';
import { podServer } from '#security/pod-server';
import { messages } from './messages.ts';

const INPUTS = ['AuthorizationPolicy', 'MeshConfig', 'Namespace', 'PeerAuthentication', 'Pod'] as const;
type Context = AnalysisContext<(typeof INPUTS)[number], typeof messages, 'MSH0032'>;

/** Fields of a source that only the certificate of an mTLS connection can answer. */
const IDENTITY = [
  'principals',
  'notPrincipals',
  'namespaces',
  'notNamespaces',
  'serviceAccounts',
  'notServiceAccounts',
];
/** No Service leads there: what holds for it holds for all ports without a setting of their own. */
const ANY_PORT = 0;

/** Rules about identities where callers may have none. */
export const analyzer = defineAnalyzer({
  name: 'auth.NeedsMtlsAnalyzer',
  description: 'Checks that callers have an identity where policies ask for one.',
  inputs: INPUTS,
  messages,
  codes: ['MSH0032'],
  scope: 'mesh',
  analyze: (context) => {
    const root = rootNamespaceOf(context.all('MeshConfig')[0]);
    for (const policy of context.all('AuthorizationPolicy')) {
      if (hasTargetRefs(policy) || isDryRun(policy)) continue;
      const fields = identityFields(policy);
      const [first] = fields;
      if (first === undefined) continue;
      const denies = field(policy, 'spec', 'action') === 'DENY';
      const positive = denies ? fields.find(({ name }) => !name.startsWith('not')) : undefined;
      const weak = weakest(context, policy, root, positive !== undefined);
      if (weak === undefined) continue;
      const place = weak.mode === 'DISABLE' ? first : (positive ?? first);
      const problem =
        weak.mode === 'DISABLE'
          ? 'takes plain text alone, so that no caller has an identity'
          : 'takes plain text as well, and callers without mTLS pass a DENY for identities';
      const args = { field: place.name, workload: weak.workload, problem };
      const confidence = weak.mode === 'DISABLE' ? 'certain' : 'likely';
      context.report('MSH0032', args, { resource: policy, path: place.path, confidence });
    }
  },
});

interface IdentityField {
  readonly name: string;
  readonly path: readonly (string | number)[];
}

function identityFields(policy: KubeObject): readonly IdentityField[] {
  return asArray(field(policy, 'spec', 'rules')).flatMap((rule, ruleIndex) =>
    asObjects(field(rule, 'from')).flatMap((from, index) =>
      IDENTITY.filter((name) => field(from, 'source', name) !== undefined).map((name) => ({
        name,
        path: ['spec', 'rules', ruleIndex, 'from', index, 'source', name],
      })),
    ),
  );
}

/** The first workload of a policy that takes plain text alone; else, where asked for, one that takes both. */
function weakest(
  context: Context,
  policy: KubeObject,
  root: string,
  wantsPermissive: boolean,
): { readonly workload: string; readonly mode: string } | undefined {
  const { namespace = '' } = policy.metadata;
  const selector = equalitySelector(field(policy, 'spec', 'selector', 'matchLabels'));
  let permissive: { workload: string; mode: string } | undefined;
  for (const pod of onePodPerWorkload(
    context.select('Pod', selector, namespace === root ? undefined : namespace),
  )) {
    const own = pod.metadata.namespace ?? '';
    const peers = [...new Set([root, own])].flatMap((one) => context.inNamespace('PeerAuthentication', one));
    const facts = { namespace: context.get('Namespace', undefined, own), peers, rootNamespace: root };
    const server =
      asString(pod.metadata.labels?.['app']) === 'istiod' ? undefined : podServer(pod, ANY_PORT, facts);
    if (server === undefined || !('mtls' in server) || server.mtls.mode === 'STRICT') continue;
    const found = { workload: `${own}/${workloadName(pod)}`, mode: server.mtls.mode as string };
    // A ztunnel takes DISABLE for PERMISSIVE: callers in the mesh keep their identity.
    if (server.mtls.mode === 'DISABLE' && server.kind === 'sidecar') return found;
    permissive ??= { ...found, mode: 'PERMISSIVE' };
  }
  return wantsPermissive ? permissive : undefined;
}
