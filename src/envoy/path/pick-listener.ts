import type { Entry } from '../entry.ts';
import { listenerAddresses } from '../listener.ts';
import type { PathRequest } from './request.ts';

/** The listener that takes a connection, and by what. */
export interface PickedListener {
  readonly entry: Entry;
  readonly why: string;
}

/** The addresses that stand for all addresses. */
const ANY = new Set(['0.0.0.0', '::']);

/**
 * The listener for a connection: with interception (a `virtualOutbound` or `virtualInbound` listener) the one bound
 * to exactly the destination, then the one for its port at any address, then the intercepting one itself; without
 * interception (gateways) the one that listens at the port. Refused listeners do not listen.
 */
export function pickListener(entries: readonly Entry[], request: PathRequest): PickedListener | undefined {
  const listening = entries.filter((entry) => entry.state !== 'rejected' && entry.state !== 'warming');
  if (request.inbound) {
    const entry = listening.find((one) => one.name === 'virtualInbound');
    if (entry !== undefined) return { entry, why: 'all inbound connections are redirected to it' };
    if (entries.some((one) => one.name === 'virtualOutbound' || one.name === 'virtualInbound'))
      return undefined;
  }
  const virtual = listening.find((one) => one.name === 'virtualOutbound');
  const { ip, port } = request;
  const exact = ip === undefined ? undefined : findAt(listening, (host) => host === ip, port);
  if (exact) return { entry: exact, why: `bound to ${ip}:${port}` };
  const any = findAt(listening, (host) => ANY.has(host), port);
  if (any) return { entry: any, why: `any address, port ${port}` };
  return virtual && { entry: virtual, why: `no listener for port ${port}: the intercepting one keeps it` };
}

function findAt(
  entries: readonly Entry[],
  isHost: (host: string) => boolean,
  port: number,
): Entry | undefined {
  return entries.find((entry) =>
    listenerAddresses(entry.message).some((address) => address.port === port && isHost(address.host)),
  );
}
