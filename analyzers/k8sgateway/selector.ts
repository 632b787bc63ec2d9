import { defineAnalyzer, equalitySelector, field } from '#analysis';
import { messages } from './messages.ts';

const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';
const POLICIES = ['AuthorizationPolicy', 'RequestAuthentication', 'Telemetry', 'WasmPlugin'] as const;

/** Policies that try to reach a gateway of the Gateway API by labels. */
export const analyzer = defineAnalyzer({
  name: 'k8sgateway.SelectorAnalyzer',
  description: 'Checks that no policy selects the pods of a Gateway API gateway by labels.',
  inputs: [...POLICIES, 'Pod'],
  messages,
  codes: ['IST0166'],
  scope: 'mesh',
  analyze: (context) => {
    for (const kind of POLICIES) {
      for (const policy of context.all(kind)) {
        const selector = field(policy, 'spec', 'selector');
        if (selector === undefined || field(policy, 'spec', 'targetRef') !== undefined) continue;
        const labels = equalitySelector(field(selector, 'matchLabels'));
        const gateways = context
          .select('Pod', labels, policy.metadata.namespace ?? '')
          .flatMap((pod) => pod.metadata.labels?.[GATEWAY_NAME] ?? []);
        for (const gateway of new Set(gateways))
          context.report('IST0166', { gateway }, { resource: policy, path: ['spec', 'selector'] });
      }
    }
  },
});
