import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { describeLive } from '../bench.ts';
import { buildCli, killAllCli, type RunningCli, startCli } from '../built-cli.ts';
import { LOOPBACK, listenersOn } from '../process-traces.ts';
import { addForwardedPod, removeForwardedPod } from '../servers/forwarded-pod.ts';
import { REAL_POD } from '../servers/mesh/replayed-mesh.ts';

/** Writes bytes as they are and answers all that comes until the connection ends. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let all = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      all += piece;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(all));
  });
}

describeLive('the forward of an admin server', (bench) => {
  beforeAll(buildCli);
  afterEach(killAllCli);
  function dashboard(...words: readonly string[]): RunningCli {
    return startCli([
      'dashboard',
      ...words,
      '--url-only',
      '--kubeconfig',
      bench.kubeconfig,
      '--context',
      'admin',
    ]);
  }
  const name = bench.withoutEnvoy === undefined ? 'of a real Envoy' : `(skipped: ${bench.withoutEnvoy})`;
  describe.skipIf(bench.withoutEnvoy !== undefined)(name, () => {
    const envoy = `${REAL_POD.name}.${REAL_POD.namespace}`;

    it('shows the pages that read', async () => {
      const cli = dashboard('envoy', envoy);
      const url = await cli.url();
      expect(listenersOn(Number(new URL(url).port)).filter((one) => !LOOPBACK.includes(one))).toEqual([]);
      for (const page of [
        '',
        'clusters?format=json',
        'config_dump?include_eds',
        'stats',
        'stats/prometheus',
        'server_info',
        'ready',
        'listeners',
        'certs',
        'memory',
        'help',
        'runtime',
      ]) {
        const reply = await fetch(url + page);
        expect([page, reply.status]).toEqual([page, 200]);
        expect((await reply.text()).length, page).toBeGreaterThan(0);
      }
      cli.interrupt();
      expect((await cli.result).code).toBe(130);
    });

    it('stays up and unchanged, whatever is asked of it', async () => {
      const url = await dashboard('envoy', envoy).url();
      const { port } = new URL(url);
      const host = `Host: localhost:${port}`;
      const levels = async (): Promise<string> => {
        const answer = await bench.open('admin').envoy(REAL_POD, 'logging');
        return answer.ok ? Buffer.from(answer.value).toString('utf8') : answer.error.reason;
      };
      const before = await levels();
      for (const path of [
        'quitquitquit',
        'drain_listeners',
        'healthcheck/fail',
        'logging?level=trace',
        'reset_counters',
        'runtime_modify?a=b',
        'cpuprofiler?enable=y',
      ])
        for (const method of ['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS']) {
          const reply = await fetch(url + path, { method });
          expect([method, path, reply.status]).toEqual([method, path, 403]);
        }
      const close = 'Connection: close\r\n\r\n';
      const attacks = [
        `POST //quitquitquit HTTP/1.1\r\n${host}\r\n${close}`,
        `POST /./quitquitquit HTTP/1.1\r\n${host}\r\n${close}`,
        `POST /stats/../quitquitquit HTTP/1.1\r\n${host}\r\n${close}`,
        `POST /%71uitquitquit HTTP/1.1\r\n${host}\r\n${close}`,
        `GET /clusters/../quitquitquit HTTP/1.1\r\n${host}\r\n${close}`,
        `POST http://localhost:${port}/quitquitquit HTTP/1.1\r\n${host}\r\n${close}`,
        `GET /stats HTTP/1.1\r\nHost: evil.example:${port}\r\n${close}`,
        `GET /stats HTTP/1.1\r\n${host}\r\nOrigin: http://evil.example\r\n${close}`,
        `GET /stats HTTP/1.1\r\n${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
        `CONNECT 127.0.0.1:15000 HTTP/1.1\r\n${host}\r\n\r\n`,
        `GET /stats HTTP/1.1\r\n${host}\r\nContent-Length: 45\r\n\r\nPOST /quitquitquit HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      ];
      for (const attack of attacks) expect(await raw(Number(port), attack), attack).not.toContain(' 200 OK');
      const piped = await raw(
        Number(port),
        `GET /ready HTTP/1.1\r\n${host}\r\n\r\nPOST /quitquitquit HTTP/1.1\r\n${host}\r\n\r\n`,
      );
      expect(piped).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*HTTP\/1\.1 403 Forbidden/);
      expect(await (await fetch(`${url}ready`)).text()).toBe('LIVE\n');
      expect(await levels()).toBe(before);
    });

    it('lets requests that change something through with --allow-post, from its own pages alone', async () => {
      const cli = dashboard('proxy', envoy, '--allow-post');
      const url = await cli.url();
      expect(cli.stderr).toContain(
        "warning: requests that change something go through to Envoy's admin port",
      );
      const set = async (level: string, headers: Record<string, string> = {}): Promise<number> =>
        (await fetch(`${url}logging?main=${level}`, { method: 'POST', headers })).status;
      expect(await set('debug', { origin: 'http://evil.example' })).toBe(403);
      expect(await set('debug', { 'sec-fetch-site': 'cross-site' })).toBe(403);
      expect(await set('info')).toBe(200);
      const answer = await bench.open('admin').envoy(REAL_POD, 'logging');
      expect(answer.ok && Buffer.from(answer.value).toString('utf8')).toContain('main: info');
      expect(await set('warning')).toBe(200);
    });
  });

  it('of istiod shows its debug pages and pushes nothing', async () => {
    const [istiod] = bench.istiods;
    if (istiod === undefined) throw new Error('no istiod');
    const cli = dashboard('istiod-debug');
    const url = await cli.url();
    expect(url).toMatch(/\/debug$/);
    await bench.asked(istiod, 15014);
    expect((await fetch(`${url}/syncz`)).status).toBe(200);
    expect((await fetch(`${url}/adsz?push=true`)).status).toBe(403);
    expect((await fetch(`${url}/cachez?clear=true`)).status).toBe(403);
    expect(await bench.asked(istiod, 15014)).toEqual(['GET /debug/syncz']);
  });

  it('of ControlZ shows its scopes and sets none, of a pod by name or of a revision', async () => {
    const [istiod] = bench.istiods;
    if (istiod === undefined) throw new Error('no istiod');
    const url = await dashboard('controlz', istiod.name).url();
    expect((await fetch(`${url}scopej/`)).status).toBe(200);
    await bench.asked(istiod, 9876);
    const body = JSON.stringify({ name: 'ads', output_level: 'debug' });
    expect((await fetch(`${url}scopej/ads`, { method: 'PUT', body })).status).toBe(403);
    expect(await bench.asked(istiod, 9876)).toEqual([]);
    const other = dashboard('controlz', '-r', 'canary');
    expect((await other.result).code).toBe(66);
    expect(other.stderr).toContain(
      'error: no istiod with app=istiod,istio.io/rev=canary is in namespace istio-system',
    );
  });

  it('of a ztunnel, any or by name, shows its pages; an Envoy it is not', async () => {
    const server = createServer((asked, reply) => reply.end(`ztunnel ${asked.url}`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const labels = { app: 'ztunnel' };
    const pod = { namespace: 'istio-system', name: 'ztunnel-1', labels, container: 'istio-proxy' };
    await addForwardedPod(bench.admin, { ...pod, ports: { 15000: port } });
    try {
      for (const words of [
        ['ztunnel'],
        ['ztunnel', 'ztunnel-1.istio-system'],
        ['proxy', 'ztunnel-1.istio-system'],
      ]) {
        const url = await dashboard(...words).url();
        expect(await (await fetch(`${url}config_dump`)).text()).toBe('ztunnel /config_dump');
        expect((await fetch(`${url}quitquitquit`)).status).toBe(403);
        expect((await fetch(`${url}logging?level=debug`, { method: 'POST' })).status).toBe(403);
      }
      const wrong = dashboard('envoy', 'ztunnel-1.istio-system');
      expect((await wrong.result).code).toBe(66);
      expect(wrong.stderr).toContain(
        'ztunnel-1.istio-system holds a ztunnel; dashboard envoy shows an Envoy',
      );
      expect(wrong.stderr).toContain('next  meshscope dashboard ztunnel ztunnel-1.istio-system');
    } finally {
      await removeForwardedPod(bench.admin, pod);
      server.closeAllConnections();
      server.close();
    }
  });

  it('of a proxy by its labels, and not of a pod without one', async () => {
    const url = await dashboard('envoy', '-l', 'app=cart', '-n', 'shop').url();
    expect((await fetch(`${url}clusters?format=json`)).status).toBe(200);
    const none = dashboard('envoy', '-l', 'app=nothing', '-n', 'shop');
    expect((await none.result).code).toBe(66);
    const [istiod] = bench.istiods;
    const wrong = dashboard('envoy', `${istiod?.name}.istio-system`);
    expect((await wrong.result).code).toBe(66);
    expect(wrong.stderr).toContain('holds no proxy: it has no container istio-proxy');
  });
});
