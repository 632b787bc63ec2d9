import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { MONSTERS } from './monsters.ts';
import { expectNoCrash } from './no-crash.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-fuzz-'));
const config = join(folder, 'config');
const CART = 'cart-v1-db9689b57-djzwj.shop';
const LINES = [
  'proxy-status',
  `proxy-status ${CART}`,
  'remote-clusters',
  'internal-debug syncz',
  `describe pod ${CART}`,
  'describe svc cart.shop',
  `proxy-config cluster ${CART}`,
  `proxy-config log ${CART}`,
  'proxy-config cluster deploy/cart-v1.shop --all-replicas',
  'ztunnel-config workload',
  'ztunnel-config log',
  'waypoint list -A',
  'waypoint status -A',
  'admin log',
  `authz check ${CART}`,
  'rootca-compare',
  `logs ${CART}`,
  `envoy-stats ${CART}`,
  'wait virtualservice/cart.shop --timeout 1s',
  'metrics cart-v1.shop',
  `check-inject ${CART}`,
  'injector list',
  'tag list',
  'version',
  'workload entry configure --name a -n shop -o files',
];
const POD = {
  metadata: {
    name: 'cart-v1-db9689b57-djzwj',
    namespace: 'shop',
    labels: { app: 'cart', '\u001b[2J': '\u202e' },
  },
  spec: { containers: [{ name: 'istio-proxy' }] },
  status: { phase: 'Running' },
};

/** Ways in which an API server, or what stands in its place, fails. */
const FAULTS: Readonly<Record<string, (reply: ServerResponse) => void>> = {
  'resets every connection': (reply) => reply.destroy(),
  'breaks off in the middle': (reply) => {
    reply.writeHead(200, { 'content-length': 1_000_000 });
    reply.write('{"items":[');
    setTimeout(() => reply.destroy(), 5);
  },
  'answers 500 with control characters': (reply) => {
    reply.writeHead(500);
    reply.end('\u001b]0;title\u0007\u001b[31mred\u202e');
  },
  'answers 401': (reply) => {
    reply.writeHead(401);
    reply.end('{"kind":"Status","message":"\\u001b[2JUnauthorized"}');
  },
  'sends to another place': (reply) => {
    reply.writeHead(302, { location: 'http://127.0.0.1:1/\u00a0' });
    reply.end();
  },
  'claims to be packed': (reply) => {
    reply.writeHead(200, { 'content-encoding': 'gzip' });
    reply.end('no gzip');
  },
  'lists the same page for ever': (reply) => reply.end(list([POD], 'again')),
  'lists one odd object of every kind': (reply) =>
    reply.end(list([POD, null, 1, { metadata: null }, {}, { metadata: { name: 1 } }])),
};

function list(items: readonly unknown[], next?: string): string {
  const resources = ['pods', 'services', 'namespaces', 'deployments'].map((name) => ({
    name,
    namespaced: true,
    kind: name,
    verbs: ['list'],
  }));
  return JSON.stringify({
    kind: 'List',
    metadata: { continue: next },
    items,
    resources,
    groups: [null, { name: 1 }],
    versions: ['v1'],
  });
}

let answer: (reply: ServerResponse) => void = (reply) => reply.end();
let server: Server;
beforeAll(async () => {
  server = createServer((_, reply) => answer(reply));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(
    config,
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: url } }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'c',
    }),
  );
  // What is loaded at the first use of a command is no part of the time that it may take.
  answer = FAULTS['answers 401'] ?? answer;
  for (const line of LINES) await run([...line.split(' '), '--kubeconfig', config, '--timeout', '20s']);
}, 120_000);
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (line: string): Promise<void> =>
  expectNoCrash([...line.split(' '), '--kubeconfig', config], folder, '2s');

describe('an API server that', () => {
  test.each(Object.keys(FAULTS))(
    '%s: every command ends in an answer or an error',
    { timeout: 180_000 },
    async (name) => {
      answer = FAULTS[name] ?? answer;
      for (let start = 0; start < LINES.length; start += 4)
        await Promise.all(LINES.slice(start, start + 4).map(ask));
    },
  );

  test.each(Object.keys(MONSTERS))(
    'answers with %s: every command ends in an answer or an error',
    { timeout: 180_000 },
    async (name) => {
      answer = (reply) => reply.end(MONSTERS[name]);
      for (const line of LINES) await ask(line);
    },
  );
});
