import { Agent, request } from 'node:https';

/** Login of the cluster's administrator. */
interface ClientIdentity {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** What the API server answered. */
interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Writes to the test cluster as its administrator. Own code on purpose: the tests must not prepare the cluster with
 * the client that they test.
 */
export class AdminClient {
  readonly #agent: Agent;
  readonly #port: number;

  constructor(port: number, identity: ClientIdentity) {
    this.#port = port;
    this.#agent = new Agent({ ...identity, keepAlive: true, maxSockets: 16 });
  }

  /** Body of a GET; throws unless it answers 200. */
  async text(path: string): Promise<string> {
    const answer = await this.send('GET', path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    return answer.text;
  }

  /** Creates an object; one that exists already is left as it is. */
  async create(path: string, object: unknown): Promise<void> {
    const answer = await this.send('POST', path, object);
    if (answer.status < 300 || answer.status === 409) return;
    throw new Error(`POST ${path}: ${answer.status} ${answer.text.slice(0, 500)}`);
  }

  /** Merges `patch` into an object or its subresource. */
  async merge(path: string, patch: unknown): Promise<void> {
    const answer = await this.send('PATCH', path, patch, 'application/merge-patch+json');
    if (answer.status >= 300) throw new Error(`PATCH ${path}: ${answer.status} ${answer.text.slice(0, 500)}`);
  }

  /** Deletes an object at once; one that is not there is no error. */
  async delete(path: string): Promise<void> {
    const answer = await this.send('DELETE', `${path}?gracePeriodSeconds=0`);
    if (answer.status >= 300 && answer.status !== 404) throw new Error(`DELETE ${path}: ${answer.status}`);
  }

  /** Closes idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  send(method: string, path: string, body?: unknown, type = 'application/json'): Promise<ApiAnswer> {
    const headers = body === undefined ? {} : { 'content-type': type };
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.#port, path, method, headers, agent: this.#agent };
      const call = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      });
      call.on('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
