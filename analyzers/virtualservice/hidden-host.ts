import {
  type AnalysisContext,
  asObjects,
  asStrings,
  defineAnalyzer,
  field,
  type KubeObject,
} from '#analysis';
import { objectId } from '#kube/oldest-first';
import { fullHost, hostsOverlap, serviceHost } from '#mesh/host';
import { routeDestinations } from '#mesh/route-destinations';
import { serviceRegistry } from '#mesh/service-registry';
import { MESH_GATEWAY, virtualGateways, virtualHosts } from '#mesh/virtual-service';
import { exportTargets } from '#mesh/visibility';
import { messages } from './messages.ts';

const INPUTS = ['Service', 'ServiceEntry', 'Sidecar', 'VirtualService'] as const;
type Context = AnalysisContext<(typeof INPUTS)[number], typeof messages, 'MSH0040'>;

/** Hosts that exist and are hidden from the clients of a virtual service. */
export const analyzer = defineAnalyzer({
  name: 'virtualservice.HiddenHostAnalyzer',
  description:
    'Checks that exportTo and Sidecar resources do not hide the hosts that virtual services are about.',
  inputs: INPUTS,
  messages,
  codes: ['MSH0040'],
  scope: 'mesh',
  analyze: (context) => {
    const registry = serviceRegistry(context.all('Service'), context.all('ServiceEntry'));
    const owners = ownersByHost(context);
    for (const resource of context.all('VirtualService')) {
      const { namespace = '' } = resource.metadata;
      const exportTo = asStrings(field(resource, 'spec', 'exportTo'));
      for (const { host, path } of routeDestinations(resource)) {
        const full = fullHost(host, namespace);
        const owner = owners.get(full);
        if (owner === undefined || registry.find(full, namespace, exportTo) !== undefined) continue;
        const by = `${owner.kind} ${objectId(owner)} is exported to ${exportTargets(owner).join(', ')} alone`;
        context.report('MSH0040', { host, by }, { resource, path: [...path, 'host'], related: [owner] });
      }
      checkSidecar(context, resource, owners);
    }
  },
});

/** What defines each host, seen from here or not. */
function ownersByHost(context: Context): ReadonlyMap<string, KubeObject> {
  const owners = new Map<string, KubeObject>();
  for (const entry of context.all('ServiceEntry'))
    for (const host of asStrings(field(entry, 'spec', 'hosts'))) owners.set(host, entry);
  for (const service of context.all('Service')) owners.set(serviceHost(service), service);
  return owners;
}

/**
 * A virtual service in the namespace of its clients is in force there when their Sidecar imports it: by its own
 * namespace and one of its hosts. Its destinations are then imported with it.
 */
function checkSidecar(context: Context, resource: KubeObject, owners: ReadonlyMap<string, KubeObject>): void {
  const { namespace = '' } = resource.metadata;
  const hosts = virtualHosts(resource);
  if (!virtualGateways(resource).includes(MESH_GATEWAY)) return;
  // One that stands with its service is imported by clients elsewhere.
  if (
    !hosts.some((host) => owners.has(host)) ||
    hosts.some((host) => owners.get(host)?.metadata.namespace === namespace)
  )
    return;
  const general = context
    .inNamespace('Sidecar', namespace)
    .filter((one) => field(one, 'spec', 'workloadSelector') === undefined);
  const [sidecar] = general;
  if (sidecar === undefined || general.length > 1 || imports(sidecar, namespace, hosts)) return;
  const by = `Sidecar ${objectId(sidecar)} does not import it`;
  const at = { resource, path: ['spec', 'hosts', 0], related: [sidecar], confidence: 'likely' } as const;
  context.report('MSH0040', { host: hosts[0] ?? '', by }, at);
}

function imports(sidecar: KubeObject, namespace: string, hosts: readonly string[]): boolean {
  const egress = asObjects(field(sidecar, 'spec', 'egress'));
  // Without egress listeners everything is imported.
  if (egress.length === 0) return true;
  return egress.some((listener) =>
    asStrings(listener['hosts']).some((text) => {
      const [scope = '', pattern = ''] = text.split('/');
      if (scope !== '*' && scope !== '.' && scope !== namespace) return false;
      return hosts.some((host) => hostsOverlap(pattern, host));
    }),
  );
}
