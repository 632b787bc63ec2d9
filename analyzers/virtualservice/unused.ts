import {
  type AnalysisContext,
  asArray,
  asStrings,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
} from '#analysis';
import { serviceRegistry } from '#mesh/service-registry';
import { MESH_GATEWAY, virtualGateways, virtualHosts } from '#mesh/virtual-service';
import { messages } from './messages.ts';

const INPUTS = ['Gateway', 'Pod', 'Service', 'ServiceEntry', 'VirtualService'] as const;
type Context = AnalysisContext<(typeof INPUTS)[number], typeof messages, 'MSH0039'>;

/** A name that only a Service can have. */
const OF_CLUSTER = /^[^.*]+\.[^.]+\.svc\.[^.]+\.[^.]+$/;

/** Virtual services that no proxy consults. */
export const analyzer = defineAnalyzer({
  name: 'virtualservice.UnusedAnalyzer',
  description: 'Checks that a proxy has the gateways or hosts of each virtual service.',
  inputs: INPUTS,
  messages,
  codes: ['MSH0039'],
  scope: 'mesh',
  analyze: (context) => {
    const registry = serviceRegistry(context.all('Service'), context.all('ServiceEntry'));
    for (const resource of context.all('VirtualService')) {
      const hosts = virtualHosts(resource);
      const gateways = virtualGateways(resource);
      const matchesGateways = asArray(field(resource, 'spec', 'http')).some((route) =>
        asArray(field(route, 'match')).some((match) =>
          asStrings(field(match, 'gateways')).includes(MESH_GATEWAY),
        ),
      );
      if (hosts.length === 0 || matchesGateways) continue;
      if (!gateways.includes(MESH_GATEWAY)) checkGateways(context, resource, gateways);
      else if (gateways.length === 1 && hosts.every((host) => OF_CLUSTER.test(host))) {
        const { namespace = '' } = resource.metadata;
        if (
          hosts.some((host) => registry.find(host, namespace, asStrings(field(resource, 'spec', 'exportTo'))))
        )
          continue;
        const reason = `no Service has the name ${hosts.join(' or ')}`;
        context.report('MSH0039', { reason }, { resource, path: ['spec', 'hosts', 0], confidence: 'likely' });
      }
    }
  },
});

/** A gateway that exists and selects no pod is served by nobody; one that does not exist is another finding. */
function checkGateways(context: Context, resource: KubeObject, names: readonly string[]): void {
  const isServed = (name: string): boolean => {
    const [namespace = '', gateway = ''] = name.split('/');
    const found = context.get('Gateway', namespace, gateway);
    return (
      found === undefined ||
      context.select('Pod', equalitySelector(field(found, 'spec', 'selector'))).length > 0
    );
  };
  if (names.some(isServed)) return;
  const reason = `no pod serves ${names.length === 1 ? 'its gateway' : 'its gateways'} ${names.join(', ')}`;
  context.report('MSH0039', { reason }, { resource, path: ['spec', 'gateways', 0], confidence: 'likely' });
}
