import type { Entry } from '../envoy/entry.ts';
import { type FilterChain, filterChainsOf } from '../envoy/listener.ts';
import { asObject } from '../util/json.ts';
import type { MtlsMode } from './server-mtls.ts';

/** Name of the listener that takes a sidecar's inbound traffic. */
const VIRTUAL_INBOUND = 'virtualInbound';

/** What an Envoy takes on a port of its pod. */
export interface EnforcedMtls {
  readonly mode: MtlsMode;
  /** Whether the port has chains of its own; otherwise the chains for all other ports decide. */
  readonly own: boolean;
}

/**
 * What the inbound listener of a sidecar really accepts on a port, read from its filter chains: those that end TLS with
 * the workload's certificate, those for plain text, or both. `undefined` when no working inbound listener is there.
 * Source: spec of authorization §5.
 */
export function enforcedMtls(listeners: readonly Entry[], port: number): EnforcedMtls | undefined {
  const listener = listeners.find(({ name, state }) => name === VIRTUAL_INBOUND && state !== 'rejected');
  if (listener === undefined) return undefined;
  const chains = filterChainsOf(listener.message);
  const ofPort = chains.filter(({ match }) => match.destinationPort === port);
  const own = ofPort.length > 0;
  const mode = modeOf(own ? ofPort : chains.filter(({ match }) => match.destinationPort === undefined));
  return mode && { mode, own };
}

function modeOf(chains: readonly FilterChain[]): MtlsMode | undefined {
  const tls = chains.some(endsTls);
  const plain = chains.some((chain) => !endsTls(chain) && takesPlainText(chain));
  if (tls) return plain ? 'PERMISSIVE' : 'STRICT';
  return plain ? 'DISABLE' : undefined;
}

function endsTls({ raw }: FilterChain): boolean {
  return asObject(raw['transport_socket']) !== undefined;
}

/** A chain for the transport `tls` without a socket of its own passes the client's TLS on to the application. */
function takesPlainText({ match }: FilterChain): boolean {
  return match.transportProtocol !== 'tls';
}
