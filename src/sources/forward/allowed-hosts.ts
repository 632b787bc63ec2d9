import { isIP } from 'node:net';

/** Whether an address that a listener binds can be reached from this machine alone. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::', '*']);

/**
 * The names under which a forward may be asked, as they stand in `Host` and `Origin`. A page of another site can make
 * a browser ask a forward on loopback, also under a name of its own that it lets point there (DNS rebinding): only a
 * name that nobody else can give out is taken. Port 80 may be left out, as browsers do.
 */
export class AllowedHosts {
  readonly #port: number;
  readonly #names: ReadonlySet<string>;
  /** Reached on any address of this machine: each of them, but no name, for whoever rebinds a name can't rebind these. */
  readonly #anyAddress: boolean;

  constructor(address: string, port: number) {
    this.#port = port;
    this.#anyAddress = WILDCARDS.has(address);
    this.#names = new Set(['localhost', '127.0.0.1', '::1', address.toLowerCase()]);
  }

  /** Where a browser of this machine finds the forward. */
  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Whether `host:port` of a `Host` header is this forward. */
  allows(host: string): boolean {
    const [, bracketed, plain, port] =
      /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::(\d{1,5}))?$/i.exec(host) ?? [];
    const name = (bracketed ?? plain ?? '').toLowerCase();
    if (name === '' || Number(port ?? 80) !== this.#port) return false;
    if (bracketed !== undefined && isIP(bracketed) !== 6) return false;
    return this.#names.has(name) || (this.#anyAddress && isIP(name) !== 0);
  }

  /** Whether a request that came from a page of `origin` came from this forward's own pages. */
  allowsOrigin(origin: string): boolean {
    return origin.startsWith('http://') && this.allows(origin.slice('http://'.length));
  }
}
