import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Answer } from '../source.ts';

const AT_A_TIME = 32;

/** No connection to the pod could be had. The message is the reason, in words for the user. */
export class NoConnection extends Error {}

/**
 * Connections to a port of a pod for Node's HTTP client, a new one for each request: that one was closed inside the pod
 * may not be told to this end, and what is sent on it then would hang.
 */
export class PodAgent extends Agent {
  readonly #connect: () => Promise<Answer<Duplex>>;

  constructor(connect: () => Promise<Answer<Duplex>>) {
    super({ keepAlive: false, maxSockets: AT_A_TIME });
    this.#connect = connect;
  }

  override createConnection(
    _options: unknown,
    done: (error: Error | null, stream?: Duplex) => void,
  ): undefined {
    this.#connect().then(
      (answer) => {
        if (answer.ok) done(null, answer.value);
        else done(new NoConnection(answer.error.reason));
      },
      (error: unknown) => done(error instanceof Error ? error : new NoConnection(String(error))),
    );
    return undefined;
  }
}
