import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { describeLive } from '../bench.ts';
import { buildCli, killAllCli, type RunningCli, startCli } from '../built-cli.ts';
import { LOOPBACK, listenersOn } from '../process-traces.ts';
import { addForwardedPod, type ForwardedPod, removeForwardedPod } from '../servers/forwarded-pod.ts';

describeLive('a dashboard', (bench) => {
  const servers = new Map<number, Server>();
  const pods: ForwardedPod[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  beforeAll(buildCli);
  afterEach(async () => {
    killAllCli();
    for (const pod of pods.splice(0)) await remove(pod);
    for (const port of [...servers.keys()]) end(port);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A web interface that says its name, and echoes over WebSocket. */
  async function web(name: string): Promise<number> {
    const server = createServer((asked, reply) => {
      if (asked.url !== `/hang-on-${name}`) reply.end(`page of ${name}`);
    });
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`${name}: ${data}`)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    servers.set(port, server);
    return port;
  }

  function end(port: number): void {
    servers.get(port)?.closeAllConnections();
    servers.get(port)?.close();
    servers.delete(port);
  }

  /** Deletes a pod, and ends its servers as the node does. */
  async function remove(pod: ForwardedPod): Promise<void> {
    await removeForwardedPod(bench.admin, pod);
    for (const port of Object.values(pod.ports ?? {})) end(port);
  }

  async function add(pod: ForwardedPod): Promise<ForwardedPod> {
    await addForwardedPod(bench.admin, pod);
    pods.push(pod);
    return pod;
  }

  async function kiali(name: string, change: Partial<ForwardedPod> = {}): Promise<ForwardedPod> {
    const ports = { 20001: await web(name) };
    return add({ namespace: 'istio-system', name, labels: { app: 'kiali' }, ports, ...change });
  }

  function dashboard(line: string, env: Record<string, string> = {}, user = 'admin'): RunningCli {
    const words = line.split(' ');
    return startCli(['dashboard', ...words, '--kubeconfig', bench.kubeconfig, '--context', user], env);
  }

  async function textOf(url: string): Promise<string> {
    return (await fetch(url)).text();
  }

  it('prints its URL alone, answers pages and WebSockets on loopback alone, and leaves nothing behind', async () => {
    await kiali('kiali-1');
    const cli = dashboard('kiali --url-only');
    const url = await cli.url();
    expect(url).toMatch(/^http:\/\/localhost:\d+\/kiali$/);
    expect(await textOf(url)).toBe('page of kiali-1');
    const { port } = new URL(url);
    const socket = new WebSocket(`ws://localhost:${port}/live`, { origin: `http://localhost:${port}` });
    const echo = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.once('open', () => socket.send('hello'));
    expect(await echo).toBe('kiali-1: hello');
    const listeners = listenersOn(Number(port));
    expect(listeners.length).toBeGreaterThan(0);
    expect(listeners.filter((one) => !LOOPBACK.includes(one))).toEqual([]);
    const pressed = cli.interrupt();
    const { code, stdout, stderr, ended } = await cli.result;
    expect(code).toBe(130);
    expect(ended - pressed).toBeLessThan(1_000);
    expect([stdout, stderr]).toEqual([`${url}\n`, '']);
    expect(listenersOn(Number(port))).toEqual([]);
    expect(cli.isGroupAlive).toBe(false);
  });

  it('takes no request under another name, nor from a page of another site', async () => {
    await kiali('kiali-1');
    const url = new URL(await dashboard('kiali --url-only').url());
    const spoofed = await new Promise<number | undefined>((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: url.port,
        path: '/',
        headers: { host: `evil.example:${url.port}` },
      };
      import('node:http').then(({ get }) =>
        get(options, (reply) => resolve(reply.statusCode)).on('error', reject),
      );
    });
    expect(spoofed).toBe(403);
    expect((await fetch(url, { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await fetch(url, { headers: { origin: url.origin } })).status).toBe(200);
  });

  it('goes on at the same address with the next pod when its pod is deleted', async () => {
    const first = await kiali('kiali-1');
    const cli = dashboard('kiali --browser=false');
    const url = await cli.url();
    expect(await textOf(url)).toBe('page of kiali-1');
    await remove(first);
    const waiting = textOf(url);
    await cli.until('is gone');
    await kiali('kiali-2');
    expect(await waiting).toBe('page of kiali-2');
    expect(await textOf(url)).toBe('page of kiali-2');
    expect(cli.stderr).toMatch(
      /^note: forwards to port 20001 of kiali-1\.istio-system until Ctrl-C\nnote: kiali-1\.istio-system is gone \(.*\): waiting for the next pod of app=kiali in istio-system\nnote: goes on with kiali-2\.istio-system, at the same address\n$/,
    );
    expect(cli.stdout).toBe(`${url}\n`);
  });

  it('answers a request that was under way when the pod went away from the next one', async () => {
    const first = await kiali('kiali-1');
    const cli = dashboard('kiali --url-only');
    const { origin } = new URL(await cli.url());
    const waiting = textOf(`${origin}/hang-on-kiali-1`);
    await sleep(500);
    await remove(first);
    await kiali('kiali-2');
    expect(await waiting).toBe('page of kiali-2');
  });

  it('finds out by itself that its pod is gone, and ends with 69 when no other one comes', async () => {
    const only = await kiali('kiali-1');
    const cli = dashboard('kiali --url-only --give-up-after 2s');
    await cli.url();
    await remove(only);
    expect((await cli.result).code).toBe(69);
    expect(cli.stderr).toContain(
      'the pod is gone, and no other one of app=kiali in istio-system answered within 2s',
    );
    expect(cli.stderr).toContain('--give-up-after 10m waits longer');
  });

  it('of a named pod goes on with the next pod of its workload', async () => {
    const replica = async (name: string, hash: string): Promise<ForwardedPod> =>
      add({
        namespace: 'load',
        name: `web-${hash}-${name}`,
        labels: { 'pod-template-hash': hash },
        container: 'istio-proxy',
        replicaSet: `web-${hash}`,
        ports: { 15000: await web(name) },
      });
    const old = await replica('old', 'aaaa');
    const cli = dashboard(`envoy ${old.name}.load --url-only`);
    const url = await cli.url();
    expect(await textOf(`${url}stats`)).toBe('page of old');
    await remove(old);
    await replica('new', 'bbbb');
    expect(await textOf(`${url}stats`)).toBe('page of new');
    expect(cli.stderr).toContain('goes on with web-bbbb-new.load');
  });

  it('opens the browser, and says so where that fails', async () => {
    await kiali('kiali-1');
    const opener = join(folder, 'xdg-open');
    const opened = join(folder, 'opened');
    const path = `${folder}:${process.env['PATH']}`;
    writeFileSync(opener, `#!/bin/sh\nprintf %s "$1" > ${opened}\n`);
    chmodSync(opener, 0o755);
    const cli = dashboard('kiali', { PATH: path });
    const url = await cli.url();
    for (let i = 0; i < 100 && !existsSync(opened); i++) await sleep(50);
    expect(readFileSync(opened, 'utf8')).toBe(url);
    writeFileSync(opener, '#!/bin/sh\nexit 3\n');
    const failing = dashboard('kiali', { PATH: path });
    await failing.until('note: no browser could be opened (what should open it ended with 3): open the URL');
    const none = dashboard('kiali', { PATH: '/nowhere' });
    await none.until(/note: no browser could be opened \(.*ENOENT\): open the URL/);
    expect(await textOf(await none.url())).toBe('page of kiali-1');
  });

  it('takes the port that was asked for or none, and any free one otherwise', async () => {
    await kiali('kiali-1');
    const taken = await web('another program');
    const refused = dashboard(`kiali --url-only --port ${taken}`);
    expect((await refused.result).code).toBe(1);
    expect(refused.stderr).toContain(`error: port ${taken} of localhost is taken`);
    const first = new URL(await dashboard('kiali --url-only').url());
    const second = new URL(await dashboard('kiali --url-only').url());
    expect(second.port).not.toBe(first.port);
    expect(await textOf(second.href)).toBe('page of kiali-1');
  });

  it('listens on another address only when that is allowed, and warns', async () => {
    await kiali('kiali-1');
    const refused = dashboard('kiali --url-only --address 0.0.0.0');
    expect((await refused.result).code).toBe(64);
    const cli = dashboard('kiali --url-only --address 0.0.0.0 --allow-remote');
    const url = new URL(await cli.url());
    expect(listenersOn(Number(url.port))).toEqual(['00000000']);
    expect(cli.stderr).toContain('warning: 0.0.0.0 port');
    expect(await textOf(url.href)).toBe('page of kiali-1');
  });

  it('prefers a pod that is ready, and says in which state the others are', async () => {
    await kiali('kiali-0', { status: { phase: 'Running' } });
    await kiali('kiali-1', { status: { phase: 'Pending' } });
    const unready = dashboard('kiali --browser=false');
    expect(await textOf(await unready.url())).toBe('page of kiali-0');
    expect(unready.stderr).toContain('note: kiali-0.istio-system runs but is not ready');
    await kiali('kiali-2');
    expect(await textOf(await dashboard('kiali --url-only').url())).toBe('page of kiali-2');
  });

  it('that is in no pod that runs is an error with the state of those that there are', async () => {
    const waiting = { name: 'app', ready: false, restartCount: 4, image: '', imageID: '' };
    const containerStatuses = [{ ...waiting, state: { waiting: { reason: 'CrashLoopBackOff' } } }];
    await kiali('kiali-1', { status: { phase: 'Pending', containerStatuses } });
    const cli = dashboard('kiali');
    expect((await cli.result).code).toBe(66);
    expect(cli.stderr).toBe(
      'error: kiali-1.istio-system does not run\n  state  kiali-1.istio-system CrashLoopBackOff\n  next   kubectl describe pod kiali-1 -n istio-system tells why\n',
    );
  });

  it('is found by its Service, in a namespace of its own', async () => {
    const ports = { 3001: await web('grafana') };
    await add({ namespace: 'monitoring', name: 'charts-0', labels: { team: 'sre' }, ports });
    const service = {
      metadata: { name: 'grafana' },
      spec: { selector: { team: 'sre' }, ports: [{ port: 80, targetPort: 3001 }] },
    };
    await bench.admin.create('/api/v1/namespaces/monitoring/services', service);
    const cli = dashboard('grafana --browser=false');
    expect(await textOf(await cli.url())).toBe('page of grafana');
    expect(cli.stderr).toContain('forwards to port 3001 of charts-0.monitoring');
    await bench.admin.delete('/api/v1/namespaces/monitoring/services/grafana');
  });

  it('that is nowhere is told with the places that were looked at', async () => {
    const cli = dashboard('zipkin');
    expect((await cli.result).code).toBe(66);
    expect(cli.stderr).toContain('error: no Zipkin pod is there\n');
    expect(cli.stderr).toContain('looked  in istio-system, shop, all namespaces, by app=zipkin');
  });

  it.each([
    ['nobody', 'kiali --url-only', 77, 'forbidden: list pods in istio-system'],
    ['reader', 'kiali --url-only', 77, 'pods/portforward'],
    ['shop-only', 'kiali --url-only', 66, 'not     pods'],
  ])('for user %s ends with what is not allowed', async (user, line, code, text) => {
    await kiali('kiali-1');
    const cli = dashboard(line, {}, user);
    expect((await cli.result).code, cli.stderr).toBe(code);
    expect(cli.stderr).toContain(text);
  });

  it('that does not listen where it should names the option for another port', async () => {
    await add({
      namespace: 'istio-system',
      name: 'kiali-1',
      labels: { app: 'kiali' },
      ports: { 8080: await web('kiali') },
    });
    const cli = dashboard('kiali --url-only');
    expect((await cli.result).code).toBe(69);
    expect(cli.stderr).toContain('--ui-port names another port of the pod');
    expect(await textOf(await dashboard('kiali --url-only --ui-port 8080').url())).toBe('page of kiali');
  });
});
