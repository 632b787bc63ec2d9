import { asObjects, asStrings, defineAnalyzer, field } from '#analysis';
import { serviceRegistry } from '#mesh/service-registry';
import { messages } from './messages.ts';

/** Imports of hosts that do not exist. */
export const analyzer = defineAnalyzer({
  name: 'sidecar.EgressHostAnalyzer',
  description: 'Checks that the hosts that Sidecar resources import exist.',
  inputs: ['Sidecar', 'Service', 'ServiceEntry'],
  messages,
  codes: ['MSH0027'],
  scope: 'mesh',
  analyze: (context) => {
    const registry = serviceRegistry(context.all('Service'), context.all('ServiceEntry'));
    for (const resource of context.all('Sidecar')) {
      const own = resource.metadata.namespace ?? '';
      asObjects(field(resource, 'spec', 'egress')).forEach((listener, listenerIndex) => {
        for (const [index, text] of asStrings(listener['hosts']).entries()) {
          const [, host = ''] = text.split('/');
          if (host === '' || host.includes('*') || text.startsWith('~')) continue;
          if (registry.find(host, own, []) !== undefined) continue;
          const path = ['spec', 'egress', listenerIndex, 'hosts', index];
          context.report('MSH0027', { host: text }, { resource, path, confidence: 'likely' });
        }
      });
    }
  },
});
