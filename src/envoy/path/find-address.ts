import { isIP } from 'node:net';
import { chainDestination } from '../chain-text.ts';
import { parseClusterName } from '../cluster-name.ts';
import type { Entry } from '../entry.ts';
import { filterChainsOf, listenerAddresses } from '../listener.ts';
import { virtualHostsOf } from '../route.ts';

/**
 * The address that a host name stands for, as far as a dump tells: the host itself, the service address among the
 * domains of its virtual host, or the address of the listener that leads to its cluster (TCP services).
 */
export function findAddress(
  host: string,
  port: number,
  listeners: readonly Entry[],
  routes: readonly Entry[],
): string | undefined {
  if (isIP(host) !== 0) return host;
  for (const config of routes) {
    for (const virtual of virtualHostsOf(config.message)) {
      const domains = virtual.domains.map((domain) => domain.toLowerCase());
      if (!domains.includes(host) && !domains.includes(`${host}:${port}`)) continue;
      const address = domains.map(bareAddress).find((domain) => isIP(domain) !== 0);
      if (address !== undefined) return address;
    }
  }
  return listenerAddress(host, port, listeners);
}

function bareAddress(domain: string): string {
  return domain.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
}

function listenerAddress(host: string, port: number, listeners: readonly Entry[]): string | undefined {
  for (const { message } of listeners) {
    const [address] = listenerAddresses(message);
    if (address?.port !== port || isIP(address.host) === 0 || /^(?:0\.0\.0\.0|::)$/.test(address.host))
      continue;
    for (const chain of filterChainsOf(message)) {
      const goal = chainDestination(chain.raw);
      const targets = goal.kind === 'tcp' ? goal.targets : [];
      const leads = targets.some(({ cluster }) => {
        const fqdn = parseClusterName(cluster)?.fqdn ?? '';
        return fqdn === host || fqdn.startsWith(`${host}.`);
      });
      if (leads) return address.host;
    }
  }
  return undefined;
}
