import { asNumber, asObjects, asString, asStrings, defineAnalyzer, field, type KubeObject } from '#analysis';
import { destinationRuleFor, tlsSetting } from '#mesh/destination-rule';
import { fullHost } from '#mesh/host';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { RulesByHost } from '#mesh/rules-by-host';
import { messages } from './messages.ts';

const HTTPS_PORT = 443;
const ENCRYPTED: ReadonlySet<string> = new Set(['HTTPS', 'TLS']);
const PLAIN: ReadonlySet<string> = new Set(['HTTP', 'HTTP2', 'GRPC']);

/** Ports outside the mesh that get TLS twice, or plain text where TLS is expected. */
export const analyzer = defineAnalyzer({
  name: 'serviceentry.TlsAnalyzer',
  description: 'Checks that ports outside the mesh get TLS once.',
  inputs: ['DestinationRule', 'MeshConfig', 'ServiceEntry', 'VirtualService'],
  messages,
  codes: ['MSH0050'],
  scope: 'mesh',
  analyze: (context) => {
    const root = rootNamespaceOf(context.all('MeshConfig')[0]);
    const rules = new RulesByHost(context.all('DestinationRule'));
    const plainText = httpDestinations(context.all('VirtualService'));
    for (const resource of context.all('ServiceEntry')) {
      const { namespace = '' } = resource.metadata;
      const [host = ''] = asStrings(field(resource, 'spec', 'hosts'));
      if (field(resource, 'spec', 'location') === 'MESH_INTERNAL') continue;
      const call = { clientNamespace: namespace, host, serviceNamespace: namespace, rootNamespace: root };
      const chosen = destinationRuleFor(rules.for(host), call);
      asObjects(field(resource, 'spec', 'ports')).forEach((port, index) => {
        const number = asNumber(port['number']) ?? 0;
        const target = asNumber(port['targetPort']) ?? number;
        const protocol = (asString(port['protocol']) ?? '').toUpperCase();
        const setting = tlsSetting(chosen, number);
        const originates = setting?.mode === 'SIMPLE' || setting?.mode === 'MUTUAL';
        const at = { resource, path: ['spec', 'ports', index, 'protocol'], related: chosen?.rules ?? [] };
        // What routes of HTTP lead to is plain text, whatever the port is called.
        if (ENCRYPTED.has(protocol) && originates && !plainText.has(`${host}:${number}`)) {
          const problem = `clients send TLS, and the DestinationRule ${setting.by} puts TLS (${setting.mode}) around it`;
          context.report('MSH0050', { host, port: number, problem }, at);
        } else if (PLAIN.has(protocol) && target === HTTPS_PORT && setting === undefined) {
          const problem = `the protocol ${protocol} is sent to port 443 as plain text`;
          // A rule with the TLS setting may stand in the namespace of each client.
          context.report('MSH0050', { host, port: number, problem }, { ...at, confidence: 'likely' });
        }
      });
    }
  },
});

/** `host:port` of the destinations of HTTP routes. */
function httpDestinations(services: readonly KubeObject[]): ReadonlySet<string> {
  return new Set(
    services.flatMap((service) =>
      asObjects(field(service, 'spec', 'http'))
        .flatMap((route) => asObjects(route['route']))
        .map(({ destination }) => {
          const host = fullHost(asString(field(destination, 'host')) ?? '', service.metadata.namespace ?? '');
          return `${host}:${asNumber(field(destination, 'port', 'number')) ?? ''}`;
        }),
    ),
  );
}
