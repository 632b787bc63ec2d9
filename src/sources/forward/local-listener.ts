import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExitCode, MeshscopeError, usageError } from '../../util/errors.ts';

/** Where to listen. */
export interface ListenChoice {
  /** `localhost` is both loopback addresses, of IPv4 and of IPv6. */
  readonly address: string;
  /** A port that must be had, or 0. */
  readonly port: number;
  /** The port to take when `port` is 0 and it is free. */
  readonly preferred: number;
}

/** Listening servers that share one port. */
export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** The kernel's free port is free on the first address alone: the other one is tried with it, a few times if need be. */
const TRIES = 10;

/**
 * Listens on all addresses of the choice at one port. Throws exit 1 when a port that was asked for is taken, 64 for an
 * address that this machine does not have.
 */
export async function listen(newServer: () => Server, choice: ListenChoice): Promise<Listener> {
  const addresses = choice.address === 'localhost' ? ['127.0.0.1', '::1'] : [choice.address];
  const wanted = choice.port === 0 ? [choice.preferred, ...Array<number>(TRIES).fill(0)] : [choice.port];
  let last: unknown;
  for (const port of wanted) {
    try {
      return await listenOnAll(newServer, addresses, port);
    } catch (cause) {
      last = cause;
      if (!TAKEN.has(errorCode(cause))) break;
    }
  }
  throw listenError(choice, last);
}

const TAKEN: ReadonlySet<string> = new Set(['EADDRINUSE', 'EACCES']);
/** This machine has no such address: of `localhost`, the other one does. */
const ABSENT: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

async function listenOnAll(
  newServer: () => Server,
  addresses: readonly string[],
  wanted: number,
): Promise<Listener> {
  const servers: Server[] = [];
  let port = wanted;
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer));
  };
  let absent: unknown;
  for (const address of addresses) {
    const server = newServer();
    try {
      port = await listenOn(server, address, port);
      servers.push(server);
    } catch (cause) {
      if (addresses.length > 1 && ABSENT.has(errorCode(cause))) absent = cause;
      else {
        await close();
        throw cause;
      }
    }
  }
  if (servers.length === 0) throw absent;
  return { port, close };
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only: true, exclusive: true }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

function listenError({ address, port }: ListenChoice, cause: unknown): MeshscopeError {
  const code = errorCode(cause);
  if (code === 'EADDRINUSE') {
    return new MeshscopeError('PortTaken', ExitCode.no, `port ${port} of ${address} is taken`, {
      hint: 'name another one with --port, or leave it out: then a free one is taken',
      cause,
    });
  }
  if (code === 'EACCES') {
    return new MeshscopeError('PortTaken', ExitCode.no, `port ${port} of ${address} needs more rights`, {
      hint: 'name a port above 1023 with --port',
      cause,
    });
  }
  return usageError(`--address ${address}: can't listen there (${code || String(cause)})`, { cause });
}
