import { asNumber, asObjects, asString, defineAnalyzer, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

const MANAGED = 'gateway.istio.io/managed';
const CONTROLLERS: ReadonlySet<string> = new Set([
  'istio.io-gateway-controller',
  'istio.io-mesh-controller',
  'istio.io-eastwest-controller',
]);
/** Protocols that a port can name (Istio, protocol selection). */
const PROTOCOLS: ReadonlySet<string> = new Set(
  'tcp udp grpc grpc-web http http_proxy http2 https tls mongo redis mysql'.split(' '),
);
/** Kubernetes' own names of protocols in appProtocol. */
const APP_PROTOCOLS: ReadonlySet<string> = new Set([
  'kubernetes.io/h2c',
  'kubernetes.io/ws',
  'kubernetes.io/wss',
]);
/** Ports that are known to be TCP whatever their name: SMTP, DNS, MySQL, MongoDB. */
const WELL_KNOWN: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

/** Ports whose protocol Istio has to guess. */
export const analyzer = defineAnalyzer({
  name: 'service.PortNameAnalyzer',
  description: 'Checks that the ports of services name their protocol.',
  inputs: ['Service'],
  messages,
  codes: ['IST0118', 'IST0150'],
  scope: 'object',
  analyze: (context) => {
    for (const service of context.all('Service')) {
      if (isOfIstio(service)) continue;
      const isExternal = field(service, 'spec', 'type') === 'ExternalName';
      asObjects(field(service, 'spec', 'ports')).forEach((port, index) => {
        const name = asString(port['name']) ?? '';
        const number = asNumber(port['port']) ?? 0;
        if (namesProtocol(port, name, number) && !(isExternal && name === 'tcp')) return;
        const last = port['name'] === undefined ? 'port' : 'name';
        const path = ['spec', 'ports', index, last];
        context.report(
          isExternal ? 'IST0150' : 'IST0118',
          { port: name, number },
          { resource: service, path },
        );
      });
    }
  },
});

function isOfIstio({ metadata: { labels } }: KubeObject): boolean {
  if (labels === undefined) return false;
  return (
    Object.hasOwn(labels, 'istio') || labels['release'] === 'istio' || CONTROLLERS.has(labels[MANAGED] ?? '')
  );
}

function namesProtocol(port: Readonly<Record<string, unknown>>, name: string, number: number): boolean {
  if (port['protocol'] === 'UDP' || WELL_KNOWN.has(number)) return true;
  const declared = asString(port['appProtocol']);
  if (declared !== undefined) return APP_PROTOCOLS.has(declared) || PROTOCOLS.has(declared.toLowerCase());
  const lower = name.toLowerCase();
  return lower.startsWith('grpc-web') || PROTOCOLS.has(lower.split('-')[0] ?? '');
}
