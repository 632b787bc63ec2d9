import { usageError } from '../../util/errors.ts';
import { toMeshscopeError } from '../source-error.ts';
import { AllowedHosts, isLoopback } from './allowed-hosts.ts';
import { HttpForward } from './http-forward.ts';
import { type ListenChoice, listen } from './local-listener.ts';
import { PodRoute, type RouteOptions } from './pod-route.ts';
import type { ReadingPages } from './reading-pages.ts';

/** A forward of HTTP from this machine to a pod. */
export interface ForwardOptions extends RouteOptions, Pick<ListenChoice, 'address' | 'port'> {
  /** Of an admin server: the pages that only read, which alone are let through. */
  readonly pages?: ReadingPages | undefined;
  readonly allowPost: boolean;
  /** Listen on another address than loopback. */
  readonly allowRemote: boolean;
  /** Option that names another port of the pod, for the error that nothing listens there. */
  readonly portOption: string;
}

/** A forward that listens. */
export interface Forward {
  /** `http://localhost:20001`, without a path. */
  readonly origin: string;
  readonly port: number;
  /** Goes on until the signal; throws exit 69 when the pod is gone and no other one comes in time. */
  run(): Promise<void>;
  /** Closes the listener and every connection. */
  close(): Promise<void>;
}

/** Throws exit 64 for an address that others can reach, unless that was allowed. */
export function checkAddress(address: string, allowRemote: boolean): void {
  if (isLoopback(address) || allowRemote) return;
  throw usageError(`--address ${address} lets other machines in: what the pod shows would be theirs to see`, {
    hint: 'leave --address out, or add --allow-remote',
  });
}

/**
 * Checks that the pod answers, then listens. Throws exit 69, 77 … for a pod that can't be reached, 1 for a port that is
 * taken, 64 for an address that is not allowed.
 */
export async function openForward(options: ForwardOptions): Promise<Forward> {
  checkAddress(options.address, options.allowRemote);
  const route = new PodRoute(options);
  const failure = await route.look();
  options.signal.throwIfAborted();
  if (failure !== undefined) {
    const hint =
      failure.code === 'Forbidden'
        ? `ask for a Role with the verb create on pods/portforward in ${options.first.pod.namespace}`
        : `${options.portOption} names another port of the pod`;
    throw toMeshscopeError({ ...failure, next: failure.next ?? hint });
  }
  const http = new HttpForward(() => route.connect());
  const { address, port, first, pages, allowPost } = options;
  const listener = await listen(() => http.server(), { address, port, preferred: first.port });
  http.rules = { hosts: new AllowedHosts(address, listener.port), pages, allowPost };
  return {
    origin: `http://${urlHost(address)}:${listener.port}`,
    port: listener.port,
    run: () => route.run(),
    close: async () => {
      http.close();
      await listener.close();
    },
  };
}

/** The name that a browser of this machine finds the address by. */
function urlHost(address: string): string {
  if (address === '0.0.0.0' || address === '::') return 'localhost';
  return address.includes(':') ? `[${address}]` : address;
}
