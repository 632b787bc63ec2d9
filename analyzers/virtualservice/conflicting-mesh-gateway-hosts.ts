import { asStrings, defineAnalyzer, field, type KubeObject } from '#analysis';
import { fullHost, hostsOverlap, isWildcard } from '#mesh/host';
import { EVERYWHERE, exportScopes } from '#mesh/visibility';
import { messages } from './messages.ts';

/** A host that a virtual service claims where it is seen. */
interface Claim {
  readonly service: KubeObject;
  readonly host: string;
}

/** Virtual services that claim the same host for sidecars. */
export const analyzer = defineAnalyzer({
  name: 'virtualservice.ConflictingMeshGatewayHostsAnalyzer',
  description: 'Checks that one virtual service at the most claims a host for the sidecars that see it.',
  inputs: ['VirtualService'],
  messages,
  codes: ['IST0109'],
  scope: 'mesh',
  analyze: (context) => {
    const scopes = claimsByScope(context.all('VirtualService').filter(isForSidecars));
    const everywhere = scopes.get(EVERYWHERE) ?? new Map<string, Claim[]>();
    const wild = [...everywhere.values()].flat().filter(({ host }) => isWildcard(host));
    const reported = new Set<KubeObject>();
    for (const [scope, hosts] of scopes) {
      for (const [host, claims] of hosts) {
        const rivals = scope === EVERYWHERE ? claims : [...claims, ...matching(host, everywhere, wild)];
        if (rivals.length < 2) continue;
        const names = [...new Set(rivals.map(({ service }) => fullName(service)))].sort();
        for (const { service } of rivals) {
          if (reported.has(service)) continue;
          reported.add(service);
          const related = [...new Set(rivals.map((rival) => rival.service))].filter(
            (other) => other !== service,
          );
          const at = { resource: service, path: ['spec', 'hosts'], related };
          context.report('IST0109', { host, virtualServices: names.join(', ') }, at);
        }
      }
    }
  },
});

function isForSidecars(service: KubeObject): boolean {
  const gateways = asStrings(field(service, 'spec', 'gateways'));
  return gateways.length === 0 || gateways.includes('mesh');
}

function claimsByScope(services: readonly KubeObject[]): Map<string, Map<string, Claim[]>> {
  const scopes = new Map<string, Map<string, Claim[]>>();
  for (const service of services) {
    for (const written of asStrings(field(service, 'spec', 'hosts'))) {
      const host = fullHost(written, service.metadata.namespace ?? '');
      for (const scope of exportScopes(service)) {
        const hosts = scopes.get(scope) ?? new Map<string, Claim[]>();
        scopes.set(scope, hosts);
        hosts.set(host, [...(hosts.get(host) ?? []), { service, host }]);
      }
    }
  }
  return scopes;
}

/** Claims that everybody sees and that have a name in common with `host`. */
function matching(
  host: string,
  everywhere: ReadonlyMap<string, readonly Claim[]>,
  wild: readonly Claim[],
): readonly Claim[] {
  if (isWildcard(host))
    return [...everywhere.values()].flat().filter((claim) => hostsOverlap(claim.host, host));
  return [...(everywhere.get(host) ?? []), ...wild.filter((claim) => hostsOverlap(claim.host, host))];
}

function fullName({ metadata: { namespace = '', name } }: KubeObject): string {
  return `${namespace}/${name}`;
}
