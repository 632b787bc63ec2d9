import type { JsonObject } from '../../util/json.ts';
import { type VirtualHost, virtualHostsOf } from '../route.ts';
import type { PathRequest } from './request.ts';

/** The virtual host for a request and the domain that matched. */
export interface PickedHost {
  readonly host: VirtualHost;
  readonly domain: string;
}

/**
 * The virtual host for a request's Host header: an exact domain, then the longest `*.suffix`, then the longest
 * `prefix.*`, then `*`; without regard to case, and to the port where the configuration says so.
 */
export function pickHost(config: JsonObject, request: PathRequest): PickedHost | undefined {
  const whole = request.authority.toLowerCase();
  const authority = config['ignore_port_in_host_matching'] === true ? withoutPort(whole) : whole;
  let best: (PickedHost & { readonly rank: number }) | undefined;
  for (const host of virtualHostsOf(config)) {
    for (const domain of host.domains) {
      const rank = domainRank(domain.toLowerCase(), authority);
      if (rank > (best?.rank ?? 0)) best = { host, domain, rank };
    }
  }
  return best && { host: best.host, domain: best.domain };
}

const EXACT = 3_000_000;
const SUFFIX = 2_000_000;
const PREFIX = 1_000_000;

/** 0: no match. The length of a wildcard's fixed part counts within its class; Envoy limits names to 255 bytes. */
function domainRank(domain: string, authority: string): number {
  if (domain === authority) return EXACT;
  if (domain === '*') return 1;
  const fixed = domain.length - 1;
  if (authority.length <= fixed) return 0;
  if (domain.startsWith('*') && authority.endsWith(domain.slice(1))) return SUFFIX + fixed;
  if (domain.endsWith('*') && authority.startsWith(domain.slice(0, -1))) return PREFIX + fixed;
  return 0;
}

function withoutPort(authority: string): string {
  return authority.replace(/:\d+$/, '');
}
