import { asString, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

/** Classes that istiod makes itself. */
const OF_ISTIO: ReadonlySet<string> = new Set(['istio', 'istio-remote', 'istio-waypoint', 'istio-east-west']);

/** Gateways of a class that nobody carries out. */
export const analyzer = defineAnalyzer({
  name: 'k8sgateway.ClassAnalyzer',
  description: 'Checks that the classes of Gateway API gateways exist.',
  inputs: ['GatewayApiGateway', 'GatewayClass'],
  messages,
  codes: ['MSH0052'],
  scope: 'mesh',
  analyze: (context) => {
    // A cluster with the Gateway API has classes; files seldom hold them.
    if (context.all('GatewayClass').length === 0) return;
    for (const resource of context.all('GatewayApiGateway')) {
      const name = asString(field(resource, 'spec', 'gatewayClassName')) ?? '';
      if (OF_ISTIO.has(name) || context.get('GatewayClass', undefined, name) !== undefined) continue;
      context.report(
        'MSH0052',
        { name },
        { resource, path: ['spec', 'gatewayClassName'], confidence: 'likely' },
      );
    }
  },
});
