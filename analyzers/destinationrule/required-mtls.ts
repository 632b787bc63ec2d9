import { type AnalysisContext, defineAnalyzer, equalitySelector, field, type KubeObject } from '#analysis';
import { servicePorts, targetPort } from '#kube/service-pods';
import { destinationRuleFor, tlsSetting } from '#mesh/destination-rule';
import { serviceHost } from '#mesh/host';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { onePodPerWorkload, workloadName } from '#mesh/pod-groups';
import { RulesByHost } from '#mesh/rules-by-host';
import { mtlsOutcome } from '#security/mtls-outcome';
import { podServer } from '#security/pod-server';
import { messages } from './messages.ts';

const INPUTS = [
  'DestinationRule',
  'MeshConfig',
  'Namespace',
  'PeerAuthentication',
  'Pod',
  'Service',
] as const;
type Context = AnalysisContext<(typeof INPUTS)[number], typeof messages, 'MSH0012'>;

/** Services that accept only mTLS, in a mesh where clients send it only when a rule says so. */
export const analyzer = defineAnalyzer({
  name: 'destinationrule.RequiredMtlsAnalyzer',
  description:
    'Checks that a destination rule turns on mTLS where automatic mTLS is off and servers require it.',
  inputs: INPUTS,
  messages,
  codes: ['MSH0012'],
  scope: 'mesh',
  analyze: (context) => {
    const meshConfig = context.all('MeshConfig')[0];
    if (field(meshConfig, 'enableAutoMtls') !== false) return;
    const rules = new RulesByHost(context.all('DestinationRule'));
    for (const service of context.all('Service')) check(context, service, rules, rootNamespaceOf(meshConfig));
  },
});

function check(context: Context, service: KubeObject, rules: RulesByHost, root: string): void {
  const { namespace = '', name } = service.metadata;
  const selector = equalitySelector(field(service, 'spec', 'selector'));
  if (selector.length === 0) return;
  const host = serviceHost(service);
  // A client beside the service looks for rules where all the others look in the end.
  const call = { clientNamespace: namespace, host, serviceNamespace: namespace, rootNamespace: root };
  const chosen = destinationRuleFor(rules.for(host), call);
  const peers = [...new Set([root, namespace])].flatMap((one) =>
    context.inNamespace('PeerAuthentication', one),
  );
  const facts = { namespace: context.get('Namespace', undefined, namespace), peers, rootNamespace: root };
  for (const port of servicePorts(service)) {
    if (tlsSetting(chosen, port) !== undefined) continue;
    for (const pod of onePodPerWorkload(context.select('Pod', selector, namespace))) {
      const target = targetPort(service, port, pod);
      const server = target === undefined ? undefined : podServer(pod, target, facts);
      const outcome = server && mtlsOutcome(undefined, server, false);
      if (server === undefined || outcome?.kind !== 'fails') continue;
      const sends = `nothing turns on mTLS for ${name}.${namespace}:${port} (enableAutoMtls is false)`;
      const peer = 'mtls' in server ? (server.mtls.by ?? '') : '';
      const args = { sends, workload: workloadName(pod), peer, symptom: outcome.symptom };
      // A rule in the namespace of each client would do as well.
      const at = {
        resource: service,
        path: ['metadata', 'name'],
        related: [pod],
        confidence: 'likely',
      } as const;
      context.report('MSH0012', args, at);
      return;
    }
  }
}
