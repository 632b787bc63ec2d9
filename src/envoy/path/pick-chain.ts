import type { ChainMatch, FilterChain, PrefixRange } from '../listener.ts';
import { inRange } from './ip.ts';
import type { PathRequest } from './request.ts';

/**
 * The filter chain for a connection, by Envoy's order of criteria: destination port, destination address (longest
 * prefix), server name (exact, then the longest wildcard), transport, protocol. At each the most specific chains stay,
 * or those without the criterion. Chains bound to a source are passed over: where a request comes from is not known.
 * The default chain takes what is left; `undefined` when there is none (Envoy closes the connection).
 */
export function pickChain(chains: readonly FilterChain[], request: PathRequest): FilterChain | undefined {
  let left = chains.filter((chain) => !chain.isDefault && !hasSource(chain.match));
  left = narrow(
    left,
    (match) => match.destinationPort,
    (port) => (port === request.port ? 1 : 0),
  );
  left = narrow(
    left,
    (match) => some(match.prefixRanges),
    (ranges) => longest(ranges, request.ip),
  );
  left = narrow(
    left,
    (match) => some(match.serverNames),
    (names) => nameRank(names, request.sni),
  );
  const transport = request.tls ? 'tls' : 'raw_buffer';
  left = narrow(
    left,
    (match) => match.transportProtocol,
    (protocol) => (protocol === transport ? 1 : 0),
  );
  left = narrow(
    left,
    (match) => some(match.applicationProtocols),
    (protocols) => protocolRank(protocols, request),
  );
  return left[0] ?? chains.find((chain) => chain.isDefault);
}

/** Keeps the chains whose criterion ranks highest above 0; when none does, those without the criterion. */
function narrow<C>(
  chains: readonly FilterChain[],
  criterion: (match: ChainMatch) => C | undefined,
  rank: (wanted: C) => number,
): FilterChain[] {
  let best = 0;
  const ranked = chains.map((chain) => {
    const wanted = criterion(chain.match);
    const value = wanted === undefined ? -1 : rank(wanted);
    best = Math.max(best, value);
    return { chain, value };
  });
  return ranked.filter(({ value }) => value === (best > 0 ? best : -1)).map(({ chain }) => chain);
}

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function longest(ranges: readonly PrefixRange[], ip: string | undefined): number {
  if (ip === undefined) return 0;
  return ranges.reduce((best, range) => (inRange(ip, range) ? Math.max(best, range.length + 1) : best), 0);
}

/** Exact names rank above wildcards, long wildcards above short ones. */
function nameRank(names: readonly string[], sni: string | undefined): number {
  const name = sni?.toLowerCase();
  if (name === undefined) return 0;
  return names.reduce((best, candidate) => {
    const wanted = candidate.toLowerCase();
    if (wanted === name) return Number.MAX_SAFE_INTEGER;
    const suffix = wanted.startsWith('*.') ? wanted.slice(1) : undefined;
    return suffix !== undefined && name.endsWith(suffix) ? Math.max(best, suffix.length) : best;
  }, 0);
}

function protocolRank(protocols: readonly string[], request: PathRequest): number {
  const at = request.protocols.findIndex((protocol) => protocols.includes(protocol));
  return at < 0 ? 0 : request.protocols.length - at;
}

function hasSource(match: ChainMatch): boolean {
  return (
    match.sourcePrefixRanges.length > 0 ||
    match.directSourcePrefixRanges.length > 0 ||
    match.sourcePorts.length > 0 ||
    match.sourceType === 'SAME_IP_OR_LOOPBACK'
  );
}
