import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiServer } from '../../../../src/sources/cluster/api-server.ts';
import { openLogin } from '../../../../src/sources/cluster/login.ts';
import { ServedResources } from '../../../../src/sources/cluster/served-resources.ts';

const servers: Server[] = [];
const clients: ApiServer[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A client of a plain HTTP server on loopback that answers like this. */
async function clientOf(answer: RequestListener): Promise<ApiServer> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const env = { KUBERNETES_SERVICE_HOST: undefined };
  const login = openLogin(
    { env, home: '/', cwd: '/', kubeconfig: kubeconfigOf(port) },
    { user: 'operator', groups: ['a', 'b'] },
  );
  const client = new ApiServer(login, {
    idleMs: 300,
    concurrency: 2,
    maxBytes: 1000,
    userAgent: 'meshscope/test',
    retry: { attempts: 3, firstWaitMs: 5, longestWaitMs: 20 },
  });
  clients.push(client);
  return client;
}

function kubeconfigOf(port: number): string {
  const path = join(mkdtempSync(join(tmpdir(), 'api-server-')), 'config');
  const user = { name: 'u', user: { token: 'secret-token' } };
  const cluster = { name: 'c', cluster: { server: `http://127.0.0.1:${port}/base/` } };
  const context = { name: 'lab', context: { cluster: 'c', user: 'u' } };
  writeFileSync(
    path,
    JSON.stringify({ 'current-context': 'lab', users: [user], clusters: [cluster], contexts: [context] }),
  );
  return path;
}

describe('a client of the API server', () => {
  it('keeps the path prefix of the server and sends no token in plain text', async () => {
    const seen: unknown[] = [];
    const api = await clientOf((request, response) => {
      seen.push([request.url, request.headers.authorization, request.headers['impersonate-user']]);
      seen.push(request.headersDistinct['impersonate-group']);
      response.end('{}');
    });
    await api.getJson('/api/v1/pods');
    expect(seen).toEqual([
      ['/base/api/v1/pods', undefined, 'operator'],
      ['a', 'b'],
    ]);
  });

  it('asks again after 429 when the server says so', async () => {
    const times: number[] = [];
    const api = await clientOf((_request, response) => {
      times.push(performance.now());
      if (times.length < 2) response.writeHead(429, { 'retry-after': '0.015' }).end();
      else response.end('{"ok": true}');
    });
    expect(await api.getJson('/x')).toEqual({ ok: true });
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(14);
  });

  it('asks again after a connection that was reset, and gives up after the last attempt', async () => {
    let calls = 0;
    const api = await clientOf((request) => {
      calls++;
      request.socket.resetAndDestroy();
    });
    await expect(api.getJson('/x')).rejects.toMatchObject({ code: 'Unreachable' });
    expect(calls).toBe(3);
  });

  it('does not repeat what is forbidden', async () => {
    let calls = 0;
    const api = await clientOf((_request, response) => {
      calls++;
      response.writeHead(403).end('{"message": "no"}');
    });
    await expect(api.getJson('/x')).rejects.toMatchObject({ code: 'Forbidden', message: 'forbidden: no' });
    expect(calls).toBe(1);
  });

  it('logs in once more when the login is refused', async () => {
    let calls = 0;
    const api = await clientOf((_request, response) => {
      calls++;
      if (calls === 1) response.writeHead(401).end();
      else response.end('[]');
    });
    expect(await api.getJson('/x')).toEqual([]);
    expect(calls).toBe(2);
  });

  it('reads compressed answers', async () => {
    const api = await clientOf((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"packed": 1}'));
    });
    expect(await api.getJson('/x')).toEqual({ packed: 1 });
  });

  it('gives up on silence, but not on an answer that keeps coming', async () => {
    const silent = await clientOf(() => {});
    await expect(silent.getJson('/x')).rejects.toMatchObject({ code: 'Timeout' });
    const slow = await clientOf((_request, response) => {
      let sent = 0;
      const timer = setInterval(() => {
        sent++;
        response.write(' ');
        if (sent < 5) return;
        clearInterval(timer);
        response.end('7');
      }, 100);
    });
    expect(await slow.getJson('/x')).toBe(7);
  });

  it('refuses an answer over the limit and one that is no JSON', async () => {
    const large = await clientOf((_request, response) => response.end('x'.repeat(2000)));
    await expect(large.getJson('/x')).rejects.toMatchObject({ code: 'TooLarge' });
    const odd = await clientOf((_request, response) => response.end('<html>'));
    await expect(odd.getJson('/x')).rejects.toMatchObject({ code: 'Corrupt' });
  });

  it('keeps to its number of requests at a time', async () => {
    let running = 0;
    let most = 0;
    const api = await clientOf((_request, response) => {
      running++;
      most = Math.max(most, running);
      setTimeout(() => {
        running--;
        response.end('1');
      }, 5);
    });
    await Promise.all(Array.from({ length: 12 }, () => api.getJson('/x')));
    expect(most).toBe(2);
  });
});

describe('the served version of a kind', () => {
  const pages: Readonly<Record<string, unknown>> = {
    '/base/apis/networking.istio.io': {
      versions: [{ version: 'v1alpha3' }, { version: 'v1' }],
      preferredVersion: { version: 'v1' },
    },
    '/base/apis/networking.istio.io/v1': { resources: [{ name: 'gateways', namespaced: true }] },
    '/base/apis/networking.istio.io/v1alpha3': {
      resources: [
        { name: 'gateways', namespaced: true },
        { name: 'envoyfilters' },
        { name: 'gateways/status' },
      ],
    },
  };

  it('is the preferred one, else another that has the kind; a group is asked for once', async () => {
    const asked: string[] = [];
    const api = await clientOf((request, response) => {
      asked.push(request.url ?? '');
      const page = pages[request.url ?? ''];
      response.writeHead(page === undefined ? 404 : 200).end(JSON.stringify(page ?? {}));
    });
    const served = new ServedResources(api);
    expect((await served.find('networking.istio.io', 'gateways'))?.version).toBe('v1');
    expect((await served.find('networking.istio.io', 'envoyfilters'))?.version).toBe('v1alpha3');
    expect(await served.find('networking.istio.io', 'widgets')).toBe(undefined);
    expect(asked.length).toBe(3);
    expect(await served.find('nothing.example.com', 'widgets')).toBe(undefined);
  });
});
