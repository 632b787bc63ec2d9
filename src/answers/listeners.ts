import { type ChainDestination, chainDestination, chainMatchText } from '../envoy/chain-text.ts';
import { undeliveredSecret } from '../envoy/downstream-secrets.ts';
import type { ConfigDump } from '../envoy/dump.ts';
import { type Entry, type EntryState, listenerEntries, type Rejection } from '../envoy/entry.ts';
import {
  type FilterChain,
  filterChainsOf,
  isInternal,
  type ListenerAddress,
  type ListenerType,
  listenerAddresses,
  listenerType,
} from '../envoy/listener.ts';
import { type EnvoySecret, secretsOf } from '../envoy/secrets.ts';
import type { JsonObject } from '../util/json.ts';

/** Which listeners to show; every filter that is given must hold. */
export interface ListenerFilter {
  /** A main or additional address, ignoring case. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  /** `HTTP`, `TCP`, `HTTP+TCP` or `UNKNOWN`, ignoring case. */
  readonly type?: string | undefined;
}

/** One filter chain of a listener: what it accepts and where that goes. */
export interface ChainRow {
  readonly chain: FilterChain;
  /** Every criterion in words; empty when it accepts all. */
  readonly match: string;
  readonly destination: ChainDestination;
  /** Why connections to it fail: a certificate that it waits for. */
  readonly problem: string | undefined;
}

/** One listener of a proxy. */
export interface ListenerRow {
  readonly name: string;
  readonly state: EntryState;
  readonly addresses: readonly ListenerAddress[];
  readonly internal: boolean;
  readonly type: ListenerType;
  readonly direction: string | undefined;
  readonly chains: readonly ChainRow[];
  readonly rejection: Rejection | undefined;
  readonly message: JsonObject;
}

/** The listeners that a proxy has, also those that it refused. */
export interface ListenersAnswer {
  /** In the order of the dump: dynamic, then static. */
  readonly rows: readonly ListenerRow[];
  readonly total: number;
}

/** The listeners of a config_dump that pass the filter. Throws a data error when it has no listeners section. */
export function listenersOf(dump: ConfigDump, filter: ListenerFilter): ListenersAnswer {
  const entries = withoutRepeats(listenerEntries(dump));
  const secrets = secretsOf(dump.section('Secrets'));
  const wanted = entries.filter((entry) => passes(entry.message, filter));
  const rows = wanted.map((entry) => listenerRow(entry, secrets));
  return { rows, total: entries.length };
}

/** Envoy lists a refused first version twice, once without a name: the one that tells when stays. */
function withoutRepeats(entries: readonly Entry[]): readonly Entry[] {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    if (entry.state !== 'rejected') return true;
    const key = `${entry.name} ${entry.rejection?.details}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function listenerRow(entry: Entry, secrets: readonly EnvoySecret[]): ListenerRow {
  const direction = entry.message['traffic_direction'];
  return {
    name: entry.name,
    state: entry.state,
    addresses: listenerAddresses(entry.message),
    internal: isInternal(entry.message),
    type: listenerType(entry.message),
    direction: typeof direction === 'string' ? direction : undefined,
    chains: filterChainsOf(entry.message).map((chain) => ({
      chain,
      match: chain.isDefault ? 'everything else' : chainMatchText(chain.match),
      destination: chainDestination(chain.raw),
      problem: chainProblem(chain, secrets),
    })),
    rejection: entry.rejection,
    message: entry.message,
  };
}

function chainProblem({ raw }: FilterChain, secrets: readonly EnvoySecret[]): string | undefined {
  const secret = undeliveredSecret(raw, secrets);
  return secret === undefined ? undefined : `TLS handshake fails: secret ${secret} was not delivered`;
}

function passes(listener: JsonObject, filter: ListenerFilter): boolean {
  const addresses = listenerAddresses(listener);
  if (filter.port && addresses[0]?.port !== filter.port) return false;
  const host = filter.address?.toLowerCase();
  if (host && !addresses.some((address) => address.host.toLowerCase() === host)) return false;
  return !filter.type || listenerType(listener).toLowerCase() === filter.type.toLowerCase();
}
