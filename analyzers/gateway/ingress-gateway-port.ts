import {
  asNumber,
  asObjects,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
  matchesSelector,
} from '#analysis';
import { missingWorkload, selectorPath } from '#mesh/gateway-workload';
import { messages } from './messages.ts';

/** Gateways without a workload, and ports that no Service leads to. */
export const analyzer = defineAnalyzer({
  name: 'gateway.IngressGatewayPortAnalyzer',
  description: 'Checks that a gateway selects a workload whose services have its ports.',
  inputs: ['Gateway', 'Pod', 'Service'],
  messages,
  codes: ['IST0101', 'IST0162'],
  scope: 'mesh',
  analyze: (context) => {
    for (const gateway of context.all('Gateway')) {
      const labels = equalitySelector(field(gateway, 'spec', 'selector'));
      const selector = labels
        .map(({ key, values }) => `${key}=${values[0]}`)
        .sort()
        .join(',');
      const pods = context.select('Pod', labels);
      if (pods.length === 0) {
        context.report('IST0101', missingWorkload(labels), { resource: gateway, path: selectorPath(labels) });
        continue;
      }
      const open = new Set(
        pods.flatMap((pod) => portsTo(pod, context.inNamespace('Service', pod.metadata.namespace ?? ''))),
      );
      asObjects(field(gateway, 'spec', 'servers')).forEach((server, index) => {
        const port = asNumber(field(server, 'port', 'number'));
        if (port === undefined || open.has(port)) return;
        const place = { resource: gateway, path: ['spec', 'servers', index, 'port', 'number'] };
        context.report('IST0162', { port, selector: selector || 'any labels' }, place);
      });
    }
  },
});

/** Ports of a pod that its services lead to: the target ports, and the ports themselves, as gateways listen on either. */
function portsTo(pod: KubeObject, services: readonly KubeObject[]): number[] {
  return services
    .filter((service) =>
      matchesSelector(equalitySelector(field(service, 'spec', 'selector')), pod.metadata.labels),
    )
    .flatMap((service) => asObjects(field(service, 'spec', 'ports')))
    .filter((port) => (port['protocol'] ?? 'TCP') === 'TCP')
    .flatMap((port) => [asNumber(port['targetPort']), asNumber(port['port'])])
    .filter((port) => port !== undefined);
}
