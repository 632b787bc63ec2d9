import { asObject, asObjects, asString, defineAnalyzer, equalitySelector, field } from '#analysis';
import { clusterIdOf } from '#kube/pod-cluster';
import { messages } from './messages.ts';

/** Registries that exist without a remote Secret. */
const BUILT_IN: readonly string[] = ['Mock', 'Kubernetes', 'External'];

/** Networks that take their endpoints from a registry that does not exist. */
export const analyzer = defineAnalyzer({
  name: 'meshnetworks.MeshNetworksAnalyzer',
  description: 'Checks that the registries which mesh networks name are known.',
  inputs: ['MeshNetworks', 'Pod', 'Secret'],
  messages,
  codes: ['IST0126'],
  scope: 'mesh',
  analyze: (context) => {
    const istiods = context.select('Pod', equalitySelector({ app: 'istiod' }));
    const remote = context.select('Secret', equalitySelector({ 'istio/multiCluster': 'true' }));
    const clusters = remote.flatMap((secret) => [
      ...Object.keys(asObject(secret['data']) ?? {}),
      ...Object.keys(asObject(secret['stringData']) ?? {}),
    ]);
    // Files seldom hold those Secrets: without istiod, or any Secret, they say nothing about which registries there are.
    if (remote.length === 0 && (istiods.length === 0 || context.mayLack('Secret'))) return;
    const own = istiods.map(clusterIdOf).filter((id) => id !== undefined);
    const known = new Set([...BUILT_IN, ...own, ...clusters]);
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
