import { asObjects, asString, defineAnalyzer, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

interface Copy {
  readonly cluster: string;
  readonly service: KubeObject;
}

/** Services that clusters of one mesh define differently. */
export const analyzer = defineAnalyzer({
  name: 'services.MultiClusterServiceAnalyzer',
  description: 'Checks that a service is the same in all clusters that have it.',
  inputs: ['Service'],
  messages,
  codes: ['IST0170'],
  scope: 'mesh',
  analyze: (context) => {
    const copies = new Map<string, Copy[]>();
    const add = (cluster: string, services: readonly KubeObject[]): void => {
      for (const service of services) {
        const key = `${service.metadata.namespace ?? ''}/${service.metadata.name}`;
        copies.set(key, [...(copies.get(key) ?? []), { cluster, service }]);
      }
    };
    if (context.remoteClusters.length === 0) return;
    add('the first', context.all('Service'));
    for (const cluster of context.remoteClusters) add(cluster, context.allIn(cluster, 'Service'));
    for (const [first, ...others] of copies.values()) {
      if (first === undefined) continue;
      const reasons = new Set(others.flatMap((other) => differences(first.service, other.service)));
      if (reasons.size === 0) continue;
      const clusters = [first, ...others].map(({ cluster }) => cluster).join(', ');
      const args = { clusters, reasons: [...reasons].join('; ') };
      context.report('IST0170', args, { resource: first.service, path: ['metadata', 'name'] });
    }
  },
});

function differences(a: KubeObject, b: KubeObject): string[] {
  const reasons: string[] = [];
  if (isHeadless(a) !== isHeadless(b)) reasons.push('it is headless in one and not in another');
  if (typeOf(a) !== typeOf(b)) reasons.push(`its type is ${typeOf(a)} and ${typeOf(b)}`);
  if (portsText(a) !== portsText(b)) reasons.push('its ports differ');
  return reasons;
}

function isHeadless(service: KubeObject): boolean {
  return field(service, 'spec', 'clusterIP') === 'None';
}

function typeOf(service: KubeObject): string {
  return asString(field(service, 'spec', 'type')) ?? 'ClusterIP';
}

function portsText(service: KubeObject): string {
  return asObjects(field(service, 'spec', 'ports'))
    .map((port) => {
      const { name = '', protocol = 'TCP', port: number, targetPort = number, appProtocol = '' } = port;
      return [name, protocol, number, targetPort, appProtocol].join(' ');
    })
    .sort()
    .join('\n');
}
