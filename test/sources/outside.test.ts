import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseAdminUrl, parseSshHost } from '../../src/sources/outside/admin-address.ts';
import { ROOT, run } from '../helpers/run.ts';

const PROXY = join(ROOT, 'fixtures/meshes/shop/clusters/demo/proxies/shop/cart-v1-db9689b57-djzwj');
const DUMP = join(PROXY, 'config_dump.json');
const folder = mkdtempSync(join(tmpdir(), 'outside-'));
const path = process.env['PATH'];
const asked: string[] = [];
let server: Server;
let port = 0;
/** What is answered in the place of the dump. */
let page: string | undefined;
const BOOTSTRAP = 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump';

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === '/config_dump?include_eds') response.end(page ?? readFileSync(DUMP));
    else if (request.url === '/logging') response.end(readFileSync(join(PROXY, 'logging.txt')));
    else if (request.url?.startsWith('/stats/prometheus'))
      response.end(readFileSync(join(PROXY, 'stats.prom')));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  process.env['PATH'] = path;
  asked.length = 0;
});

/** Puts a program `ssh` on PATH that notes its arguments and does what `script` says. */
function fakeSsh(script: string): string {
  const log = join(folder, 'arguments');
  const text = `#!/bin/sh\nfor word in "$@"; do echo "$word"; done > ${log}\n${script}\n`;
  writeFileSync(join(folder, 'ssh'), text, { mode: 0o755 });
  process.env['PATH'] = `${folder}${delimiter}${path}`;
  return log;
}

/** What `ssh` does: it runs its last argument in a shell, of this machine here. */
const RUN_LAST = 'for last in "$@"; do :; done; exec sh -c "$last"';

describe('an Envoy outside Kubernetes', () => {
  it('shows its statistics and the levels of its loggers, and changes none', async () => {
    const url = `http://127.0.0.1:${port}`;
    const stats = await run(['envoy-stats', '--admin-url', url, '-o', 'prom']);
    expect([stats.exitCode, stats.stderr]).toEqual([0, '']);
    expect(stats.stdout.trimEnd()).toBe(readFileSync(join(PROXY, 'stats.prom'), 'utf8').trimEnd());
    const levels = await run(['proxy-config', 'log', '--admin-url', url, '--compat']);
    expect([levels.exitCode, levels.stdout.includes('rbac')]).toEqual([0, true]);
    expect(asked.every((request) => !request.includes('level='))).toBe(true);
    const set = await run(['proxy-config', 'log', '--admin-url', url, '--level', 'debug']);
    expect(set.exitCode).toBe(64);
    expect(set.stderr).toContain('those of pods alone are changed');
    expect((await run(['envoy-stats', 'cart.shop', '--admin-url', url])).exitCode).toBe(64);
  });

  it('is asked at --admin-url, and says what its saved dump says, without a kubeconfig', async () => {
    const url = `http://127.0.0.1:${port}`;
    const direct = await run(['proxy-config', 'cluster', '--admin-url', url]);
    expect(direct.stderr).toBe('');
    expect(direct.exitCode).toBe(0);
    const saved = await run(['proxy-config', 'cluster', '--file', DUMP]);
    expect(direct.stdout).toBe(saved.stdout);
    expect(asked).toEqual(['GET /config_dump?include_eds']);
  });

  it('is the right side of a comparison with a proxy of the mesh, or with a dump that was saved before', async () => {
    const url = `http://127.0.0.1:${port}`;
    const other = 'catalog-v1-c7b46b69c-vg8mx.shop --from fixtures/meshes/shop';
    const beside = await run(`proxy-config diff ${other} --admin-url ${url}`);
    const saved = await run(`proxy-config diff ${other} ${DUMP}`);
    expect([beside.stderr, beside.exitCode]).toEqual(['', saved.exitCode]);
    expect(beside.stdout).toBe(saved.stdout.replaceAll(DUMP, `127.0.0.1:${port}`));
    expect(asked).toEqual(['GET /config_dump?include_eds']);
    const log = fakeSsh(RUN_LAST);
    const words = `${DUMP} --ssh vm-1 --proxy-admin-port ${port}`;
    const same = await run(`proxy-config diff ${words}`);
    expect([same.stderr, same.exitCode]).toEqual(['', 0]);
    expect(readFileSync(log, 'utf8')).toContain('vm-1');
  });

  it.each([
    'proxy-config diff a.json b.json --ssh vm-1',
    'proxy-config diff a.json --ssh vm-1 --with demo',
    'proxy-config diff a.json --ssh vm-1 --admin-url http://127.0.0.1:1',
    'proxy-status cart.shop --ssh vm-1',
    'proxy-status --file a.json --ssh vm-1',
    'proxy-status --ssh vm-1 --admin-url http://127.0.0.1:1',
    'proxy-status --ssh vm-1 --deep',
    'proxy-status --ssh vm-1 --from demo',
    'proxy-status --ssh -oProxyCommand=touch',
  ])('%s: is named once, and as one side', async (line) => {
    const { stdout, stderr, exitCode } = await run(line);
    expect([stdout, exitCode], stderr).toEqual(['', 64]);
  });

  it('that says of itself no name of a proxy of a mesh is not compared with what istiod would send', async () => {
    page = JSON.stringify({ configs: [{ '@type': BOOTSTRAP, bootstrap: { node: { id: 'front-envoy' } } }] });
    const { stdout, stderr, exitCode } = await run(`proxy-status --admin-url http://127.0.0.1:${port}`);
    page = undefined;
    expect([stdout, exitCode]).toEqual(['', 65]);
    expect(stderr).toContain(`127.0.0.1:${port} does not say which proxy of the mesh it is`);
    expect(stderr).toContain('front-envoy');
  });

  it('shows the path of a request, and its authorization, too', async () => {
    const url = `http://127.0.0.1:${port}`;
    const path = await run(['proxy-config', 'path', '--admin-url', url, 'catalog:80']);
    expect(path.exitCode, path.stderr).toBe(0);
    // Its clusters page is not among the pages of this server.
    expect(path.stderr).toMatch(/^note: health of endpoints: it answered 404/);
    const saved = await run(['proxy-config', 'path', '--file', DUMP, 'catalog:80']);
    expect(path.stdout).toBe(saved.stdout.replaceAll(DUMP, `127.0.0.1:${port}`));
    const authz = await run(['authz', 'check', '--admin-url', url]);
    expect([authz.stderr, authz.exitCode]).toEqual(['', 0]);
  });

  it('is asked over --ssh by curl on the other machine, at --proxy-admin-port', async () => {
    const log = fakeSsh(RUN_LAST);
    const words = ['--ssh', 'ops@vm-1.example.com', '--proxy-admin-port', String(port)];
    const over = await run(['proxy-config', 'listener', ...words]);
    expect([over.stderr, over.exitCode]).toEqual(['', 0]);
    expect(over.stdout).toBe((await run(['proxy-config', 'listener', '--file', DUMP])).stdout);
    const given = readFileSync(log, 'utf8').trimEnd().split('\n');
    const at = given.indexOf('--');
    expect(given.slice(at + 1)).toEqual([
      'ops@vm-1.example.com',
      `curl --silent --show-error --fail --noproxy '*' --request GET 'http://127.0.0.1:${port}/config_dump?include_eds'`,
    ]);
    expect(given.slice(0, at)).toContain('BatchMode=yes');
  });

  it.each([
    ['exit 255', 69, 'ssh could not log in'],
    ['echo "ops@vm-1: Permission denied (publickey)." >&2; exit 255', 77, 'Permission denied (publickey)'],
    ['exit 127', 69, 'vm-1 has no curl'],
    ['exit 7', 69, 'connection refused: nothing listens on port 15000 there'],
    ['exit 22', 69, 'it did not answer 200'],
    ['kill -9 $$', 69, 'curl on vm-1 ended with'],
  ])('that can not be asked over ssh (%s) says why', async (script, code, reason) => {
    fakeSsh(script);
    const { stdout, stderr, exitCode } = await run('proxy-config cluster --ssh vm-1');
    expect([stdout, exitCode]).toEqual(['', code]);
    expect(stderr).toContain("can't read config_dump of vm-1");
    expect(stderr).toContain(reason);
  });

  it('ends with the interruption, ssh too', async () => {
    fakeSsh('exec sleep 60');
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 200);
    const start = performance.now();
    const { exitCode, stderr } = await run('proxy-config cluster --ssh vm-1', { signal: ending.signal });
    expect(exitCode).toBe(130);
    expect(stderr).toBe('note: interrupted before anything was read\n');
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('that does not listen is refused with its reason', async () => {
    const { exitCode, stderr } = await run('proxy-config cluster --admin-url http://127.0.0.1:1');
    expect(exitCode).toBe(69);
    expect(stderr).toContain('connection refused: nothing listens there');
  });

  it('is not asked beside a recording or a pod', async () => {
    for (const words of [
      '--from demo --ssh vm-1',
      'cart.shop --ssh vm-1',
      '--ssh a --admin-url http://b:1',
    ]) {
      expect((await run(`proxy-config cluster ${words}`)).exitCode).toBe(64);
    }
  });
});

describe('--ssh', () => {
  it.each(['vm-1', 'ops@vm-1.example.com', 'ssh://ops@vm-1:2222', '10.0.0.7'])('takes %s', (host) => {
    expect(parseSshHost(host)).toBe(host);
  });

  it.each(['-oProxyCommand=touch', 'ops@-oProxyCommand', '', 'vm 1', 'vm;reboot', '$(id)', 'a@b@c', 'vm\nx'])(
    'refuses %j',
    (host) => {
      expect(() => parseSshHost(host)).toThrow('is not a host');
    },
  );

  it('never lets anything through that ssh or a shell could take for something else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        let host: string;
        try {
          host = parseSshHost(text);
        } catch {
          return;
        }
        expect(host).toMatch(/^[^-\s'"`$;&|<>()\\][^\s'"`$;&|<>()\\]*$/);
        expect(host).not.toContain('@-');
      }),
    );
  });
});

describe('--admin-url', () => {
  it.each([
    ['http://127.0.0.1:15000', false],
    ['http://[::1]:15000', false],
    ['http://localhost:15000/', false],
    ['https://vm-1:15000', false],
    ['http://vm-1:15000', true],
    ['http://127.0.0.1.example.com:15000', true],
  ])('%s: exposed on its way: %s', (text, exposed) => {
    expect(parseAdminUrl(text).exposed).toBe(exposed);
  });

  it.each([
    'vm-1:15000',
    'ftp://vm-1',
    'file:///etc/passwd',
    'http://a:b@vm-1',
    'http://vm-1/quitquitquit',
    '',
  ])('refuses %j', (text) => {
    expect(() => parseAdminUrl(text)).toThrow(/--admin-url/);
  });
});
