import { createServer, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach } from 'vitest';
import type { PodRef } from '../../../../src/kube/pod-ref.ts';
import { ApiServer } from '../../../../src/sources/cluster/api-server.ts';
import { openLogin } from '../../../../src/sources/cluster/login.ts';
import { PodHttp } from '../../../../src/sources/cluster/pod-http.ts';
import { ForwardingApi } from '../../../helpers/forwarding-api.ts';

/** A pod whose ports lead to the server of the test. */
export const CART: PodRef = { name: 'cart-v1', namespace: 'shop' };
export const ADMIN = 15000;

/** A client of a server in a pod, with what it takes to look on. */
export interface PodServer {
  readonly api: ApiServer;
  readonly http: PodHttp;
  readonly forwards: ForwardingApi;
  /** The body of a page of `CART` as text. */
  page(path: string, signal?: AbortSignal): Promise<string>;
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** How the client is made. */
interface ClientTraits {
  readonly idleMs?: number;
  readonly signal?: AbortSignal;
}

/** A pod with an HTTP server that answers like this. */
export async function podAnswering(answer: RequestListener, traits?: ClientTraits): Promise<PodServer> {
  return clientOf(createServer(answer), traits);
}

/** A pod with a server that is handed each connection. */
export async function podAccepting(
  accept: (connection: Socket) => void,
  traits?: ClientTraits,
): Promise<PodServer> {
  return clientOf(createTcpServer(accept), traits);
}

async function clientOf(
  server: Server | TcpServer,
  { idleMs = 5_000, signal }: ClientTraits = {},
): Promise<PodServer> {
  const connections = new Set<Socket>();
  server.on('connection', (connection: Socket) => {
    connections.add(connection);
    connection.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const connection of connections) connection.destroy();
    server.close();
  });
  const forwards = await ForwardingApi.start((server.address() as AddressInfo).port);
  ends.push(() => forwards.stop());
  const login = openLogin({ env: {}, home: '/', cwd: '/', kubeconfig: forwards.kubeconfig });
  const limits = { idleMs, maxBytes: 1_000, concurrency: 20, userAgent: 'meshscope/test' };
  const api = new ApiServer(login, { ...limits, signal });
  ends.push(() => api.close());
  const http = new PodHttp(api);
  const page = async (path: string, ending?: AbortSignal): Promise<string> =>
    (await http.page(CART, { port: ADMIN, path, signal: ending })).toString('utf8');
  return { api, http, forwards, page };
}

/** Waits for what the other side does a moment later. Throws earlier than a forward that waits in vain is closed. */
export async function until(isTrue: () => boolean): Promise<void> {
  const start = performance.now();
  while (!isTrue()) {
    if (performance.now() - start > 2_500) throw new Error(`never: ${isTrue}`);
    await turn();
  }
}
