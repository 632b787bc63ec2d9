import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { ApiServer } from '../../../../../src/sources/cluster/api-server.ts';
import { parseAddress } from '../../../../../src/sources/cluster/istiod-instances.ts';
import { XdsClient } from '../../../../../src/sources/cluster/xds/xds-client.ts';
import { identityOf } from '../../../../../src/sources/cluster/xds/xds-login.ts';
import { xdsQuestion } from '../../../../../src/sources/cluster/xds/xds-request.ts';
import type { IstiodRequest } from '../../../../../src/sources/source.ts';
import { writeResponse } from '../../../../e2e/servers/mesh/ads-messages.ts';
import { type AdsAnswers, AdsServer } from '../../../../e2e/servers/mesh/ads-server.ts';

/** What the client uses of it where nothing is asked of Kubernetes. */
const API = { idleMs: 2_000, maxBytes: 64 * 1024 * 1024 } as unknown as ApiServer;

const servers: AdsServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function serve(answers: AdsAnswers): Promise<AdsServer> {
  const server = new AdsServer(answers, undefined);
  servers.push(server);
  await server.start();
  return server;
}

async function ask(
  port: number,
  request: IstiodRequest,
  signal = new AbortController().signal,
): Promise<string> {
  const question = xdsQuestion(request);
  if (typeof question === 'string') throw new Error(question);
  const client = new XdsClient(API, 'istio-system', { port, insecure: false, plaintext: true });
  const address = { host: '127.0.0.1', port };
  const ref = { name: `127.0.0.1:${port}`, namespace: 'istio-system' };
  return (await client.ask({ ref, address, monitoringPort: 0 }, question, signal)).toString('utf8');
}

const page =
  (text: string): AdsAnswers =>
  ({ type }) =>
    writeResponse(type, [{ type_url: type, value: Buffer.from(text) }]);
const MESH: IstiodRequest = { channel: 'debug', name: 'mesh' };

test('a page comes as istiod wrote it, asked for by its name with its parameters', async () => {
  const server = await serve(page('{"a": 1}\n'));
  expect(await ask(server.port, MESH)).toBe('{"a": 1}\n');
  const proxy = { name: 'cart', namespace: 'shop' };
  await ask(server.port, { channel: 'debug', name: 'config_dump', proxy, query: { types: 'a b' } });
  expect(server.asked).toEqual([
    'istio.io/debug mesh as istio-system/default by nothing',
    'istio.io/debug config_dump?proxyID=cart.shop&types=a%20b as istio-system/default by nothing',
  ]);
});

test('a page of 30 MB arrives whole', async () => {
  const text = `[${'"0123456789abcdef",'.repeat(1_600_000)}0]`;
  const server = await serve(page(text));
  expect((await ask(server.port, MESH)).length).toBe(text.length);
});

test('a page that is too large is refused', async () => {
  const server = await serve(page('x'.repeat(65 * 1024 * 1024)));
  await expect(ask(server.port, MESH)).rejects.toMatchObject({ code: 'TooLarge' });
});

test.each([
  ['Proxy not connected to this Pilot instance. It may be connected to another instance.', 'not connected'],
  ['404 page not found\n', '404 page not found'],
  ['You must provide a proxyID in the query string', 'proxyID'],
])('what istiod says in the place of a page (%s) is not found', async (text, reason) => {
  const server = await serve(page(text));
  await expect(ask(server.port, MESH)).rejects.toMatchObject({
    code: 'NotFound',
    message: expect.stringContaining(reason),
  });
});

test('an intended configuration without sections means that the proxy is not connected there', async () => {
  const server = await serve(({ type }) => writeResponse(type, []));
  const proxy = { name: 'cart', namespace: 'shop' };
  await expect(ask(server.port, { channel: 'xds', name: 'config_dump', proxy })).rejects.toMatchObject({
    code: 'NotFound',
  });
});

test('what speaks no gRPC is told apart from silence', async () => {
  const http = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as { port: number };
  await expect(ask(port, MESH)).rejects.toMatchObject({ code: 'Unreachable' });
  http.close();
});

test('the caller ends a call that hangs, and nothing stays open', async () => {
  const server = await serve(page('{}'));
  await server.setFault('hang');
  const ending = new AbortController();
  setTimeout(() => ending.abort(), 100);
  const start = performance.now();
  await expect(ask(server.port, MESH, ending.signal)).rejects.toMatchObject({ code: 'Timeout' });
  expect(performance.now() - start).toBeLessThan(1_500);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(server.takeMost()).toBe(0);
});

test.each([
  ['istiod.example.com:15012', 'istiod.example.com', 15012],
  ['istiod.example.com', 'istiod.example.com', 9],
  ['10.0.0.1:443', '10.0.0.1', 443],
  ['[::1]:15010', '::1', 15010],
  ['[fd00::1]', 'fd00::1', 9],
])('the address %s is understood', (text, host, port) => {
  expect(parseAddress(text, 9)).toEqual({ host, port });
});

test.each(['', ':15012', 'a b:1', 'http://istiod:15012', '::1', '-o:1', 'istiod:0', 'istiod:99999', 'u@h:1'])(
  'the address "%s" is refused',
  (text) => {
    expect(() => parseAddress(text, 15012)).toThrow('HOST:PORT');
  },
);

test('a file without a certificate is no identity', () => {
  expect(() => identityOf('not a certificate')).toThrow('cert-chain.pem holds no certificate');
});
