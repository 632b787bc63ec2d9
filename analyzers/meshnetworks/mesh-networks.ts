import { asObject, asObjects, asString, defineAnalyzer, equalitySelector, field } from '#analysis';
import { messages } from './messages.ts';

/** Registries that exist without a remote Secret. */
const BUILT_IN: readonly string[] = ['Mock', 'Kubernetes', 'External'];

/** Networks that take their endpoints from a registry that does not exist. */
export const analyzer = defineAnalyzer({
  name: 'meshnetworks.MeshNetworksAnalyzer',
  description: 'Checks that the registries which mesh networks name are known.',
  inputs: ['MeshNetworks', 'Secret'],
  messages,
  codes: ['IST0126'],
  scope: 'mesh',
  analyze: (context) => {
    const remote = context.select('Secret', equalitySelector({ 'istio/multiCluster': 'true' }));
    const clusters = remote.flatMap((secret) => [
      ...Object.keys(asObject(secret['data']) ?? {}),
      ...Object.keys(asObject(secret['stringData']) ?? {}),
    ]);
    const known = new Set([...BUILT_IN, ...clusters]);
    for (const resource of context.all('MeshNetworks')) {
      for (const [network, value] of Object.entries(asObject(resource['networks']) ?? {})) {
        asObjects(field(value, 'endpoints')).forEach((endpoint, index) => {
          const registry = asString(endpoint['fromRegistry']) ?? '';
          if (registry === '' || known.has(registry)) return;
          const path = ['networks', network, 'endpoints', index, 'fromRegistry'];
          context.report('IST0126', { network, registry }, { resource, path });
        });
      }
    }
  },
});
