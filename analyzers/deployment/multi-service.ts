import {
  asObjects,
  asString,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
  matchesSelector,
} from '#analysis';
import { isInjected, templateShape } from '#mesh/membership';
import { messages } from './messages.ts';

const MANAGED_WAYPOINT = 'istio.io-mesh-controller';

/** One port of one of the services. */
interface ServicePort {
  readonly service: string;
  readonly port: string;
  readonly protocol: string;
  readonly targetPort: string;
}

/** Services that mean different things by the same port of a workload. */
export const analyzer = defineAnalyzer({
  name: 'deployment.MultiServiceAnalyzer',
  description: 'Checks that the services of a workload agree on what its ports are.',
  inputs: ['Service', 'Deployment', 'Namespace'],
  messages,
  codes: ['IST0116', 'IST0137'],
  scope: 'mesh',
  analyze: (context) => {
    for (const deployment of context.all('Deployment')) {
      const { namespace = '', labels } = deployment.metadata;
      if (labels?.['gateway.istio.io/managed'] === MANAGED_WAYPOINT) continue;
      const shape = templateShape(deployment);
      if (!isInjected(shape, context.get('Namespace', undefined, namespace))) continue;
      const services = context.inNamespace('Service', namespace).filter((service) => {
        const selector = equalitySelector(field(service, 'spec', 'selector'));
        return selector.length > 0 && matchesSelector(selector, shape.labels);
      });
      const ports = services.flatMap(portsOf);
      const at = { resource: deployment, path: ['metadata', 'name'], related: services };
      for (const [port, same] of groupBy(ports, (one) => one.port)) {
        if (new Set(same.map((one) => one.protocol)).size > 1)
          context.report('IST0116', { port, services: namesOf(same) }, at);
      }
      for (const [targetPort, same] of groupBy(ports, (one) => one.targetPort)) {
        const numbers = [...new Set(same.map((one) => one.port))];
        if (numbers.length > 1)
          context.report('IST0137', { targetPort, ports: numbers.join(', '), services: namesOf(same) }, at);
      }
    }
  },
});

function portsOf(service: KubeObject): ServicePort[] {
  const { namespace = '', name } = service.metadata;
  return asObjects(field(service, 'spec', 'ports')).map((port) => ({
    service: `${namespace}/${name}`,
    port: String(port['port']),
    protocol: asString(port['protocol']) ?? 'TCP',
    targetPort: String(port['targetPort'] ?? port['port']),
  }));
}

function namesOf(ports: readonly ServicePort[]): string {
  return [...new Set(ports.map((port) => port.service))].sort().join(', ');
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
