import { Agent, type ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Answer } from '../source.ts';

/**
 * How long a connection is kept for the next request, in milliseconds. Servers keep theirs for longer; that one was
 * closed inside the pod is not told to this end, so no connection may lie here for long.
 */
const KEPT_MS = 2_000;
const AT_A_TIME = 32;

/** No connection to the pod could be had. The message is the reason, in words for the user. */
export class NoConnection extends Error {}

/** Connections to a port of a pod for Node's HTTP client, each used again for what is asked soon after. */
export class PodAgent extends Agent {
  readonly #connect: () => Promise<Answer<Duplex>>;
  readonly #kept = new WeakMap<Duplex, NodeJS.Timeout>();

  constructor(connect: () => Promise<Answer<Duplex>>) {
    super({ keepAlive: true, maxSockets: AT_A_TIME });
    this.#connect = connect;
  }

  override createConnection(
    _options: unknown,
    done: (error: Error | null, stream?: Duplex) => void,
  ): undefined {
    this.#connect().then(
      (answer) => {
        if (answer.ok) done(null, withRef(answer.value));
        else done(new NoConnection(answer.error.reason));
      },
      (error: unknown) => done(error instanceof Error ? error : new NoConnection(String(error))),
    );
    return undefined;
  }

  override keepSocketAlive(stream: Duplex): boolean {
    if (!this.#kept.has(stream)) stream.once('close', () => clearTimeout(this.#kept.get(stream)));
    this.#kept.set(
      stream,
      setTimeout(() => stream.destroy(), KEPT_MS),
    );
    return true;
  }

  override reuseSocket(stream: Duplex, request: ClientRequest): void {
    clearTimeout(this.#kept.get(stream));
    super.reuseSocket(stream, request);
  }
}

/** What Node asks of a socket that it uses again; a connection through the API server has it elsewhere. */
function withRef(stream: Duplex): Duplex {
  return 'ref' in stream ? stream : Object.assign(stream, { ref: () => stream });
}
