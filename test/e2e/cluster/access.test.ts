import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { AuditLog } from '../audit-log.ts';
import { describeLive } from '../bench.ts';

describeLive('access', (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'access-'));
  let files = 0;
  afterAll(() => rmSync(folder, { recursive: true }));

  const audit = new AuditLog(bench.auditLog);

  it('of a user of one namespace is enough to list its proxies and ask one, without a cluster-wide request', async () => {
    const before = (await audit.askedBy('shop-only')).length;
    const source = bench.open('shop-only', { namespace: 'shop' });
    const proxies = await source.proxies();
    const pod = proxies.ok ? proxies.value[0]?.pod : undefined;
    if (pod === undefined) throw new Error('no proxy');
    expect((await source.envoy(pod, 'config_dump')).ok).toBe(true);
    const asked = (await audit.askedBy('shop-only')).slice(before);
    expect(new Set(asked)).toEqual(new Set(['list pods in shop', 'get pods/portforward in shop']));
  });

  it('that is forbidden in a namespace is not tried again for each of its pods', async () => {
    const before = (await audit.askedBy('reader')).length;
    const source = bench.open('reader');
    const pods = bench.proxies.filter(({ namespace }) => namespace === 'shop');
    for (const pod of pods) expect((await source.envoy(pod, 'clusters')).ok).toBe(false);
    const forwards = (await audit.askedBy('reader'))
      .slice(before)
      .filter((line) => line.endsWith('pods/portforward in shop'));
    // One by WebSocket and one by SPDY.
    expect(forwards.length).toBe(2);
  });

  it('that is forbidden is asked about before many pods at a time are', async () => {
    const before = (await audit.askedBy('reader')).length;
    const source = bench.open('reader');
    const pods = bench.proxies.filter(({ namespace }) => namespace === 'shop');
    const answers = await Promise.all(pods.map((pod) => source.envoy(pod, 'clusters')));
    expect(new Set(answers.map((answer) => (answer.ok ? '' : answer.error.code)))).toEqual(
      new Set(['Forbidden']),
    );
    const forwards = (await audit.askedBy('reader'))
      .slice(before)
      .filter((line) => line.endsWith('pods/portforward in shop'));
    // The first pod alone: one by WebSocket and one by SPDY.
    expect(forwards.length).toBe(2);
  });

  it('ends without a socket left and never listens on this machine', async () => {
    const listening = (): number => openHandles().filter((name) => name === 'TCPServerWrap').length;
    const sockets = (): number => openHandles().filter((name) => name.startsWith('TCPSocketWrap')).length;
    const [listenersBefore, socketsBefore] = [listening(), sockets()];
    const source = bench.open('admin');
    await Promise.all(bench.proxies.map((pod) => source.envoy(pod, 'server_info')));
    expect(listening()).toBe(listenersBefore);
    await source.close();
    await sleep(100);
    expect(sockets()).toBeLessThanOrEqual(socketsBefore);
  });

  it('by a token in a file and by an exec plugin works as by a token', async () => {
    const token = join(folder, 'token');
    writeFileSync(token, 'token-of-reader\n');
    const plugin = join(folder, 'login.sh');
    const credential =
      '{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": %s}';
    writeFileSync(
      plugin,
      `#!/bin/sh\ntest -n "$KUBERNETES_EXEC_INFO" && printf '${credential}' '{"token": "token-of-reader"}'\n`,
      { mode: 0o755 },
    );
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './login.sh' };
    for (const user of [{ tokenFile: 'token' }, { exec }]) {
      const answer = await bench
        .open('any', { kubeconfig: kubeconfigWith({ user }) })
        .resources({ group: '', plural: 'namespaces' });
      expect(answer.ok ? 'ok' : answer.error.reason).toBe('ok');
    }
  });

  it('that fails tells whether it is the login, the certificate or the address', async () => {
    const { ca } = clusterOf(bench.kubeconfig);
    const reasons = await Promise.all(
      [
        { user: { token: 'expired' } },
        { user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/bin/false' } } },
        { cluster: { 'certificate-authority': undefined } },
        { cluster: { server: 'https://127.0.0.1:1', 'certificate-authority': ca } },
      ].map(async (changes) => {
        const source = bench.open('any', { kubeconfig: kubeconfigWith(changes) });
        const answer = await source.resources({ group: '', plural: 'pods' });
        return answer.ok ? '' : `${answer.error.code}: ${answer.error.reason}`;
      }),
    );
    expect(reasons).toEqual([
      'Forbidden: the login was not accepted (401)',
      expect.stringMatching(/^Forbidden: the login of context any failed/),
      "Unreachable: the server's certificate is not signed by the cluster's authority",
      'Unreachable: connection refused: nothing listens there (API server https://127.0.0.1:1)',
    ]);
  });

  /** A kubeconfig of one context `any` for the same server, with changes. */
  function kubeconfigWith(changes: { readonly user?: object; readonly cluster?: object }): string {
    const { server, ca } = clusterOf(bench.kubeconfig);
    files++;
    const path = join(folder, `config-${files}`);
    const cluster = { server, 'certificate-authority': ca, ...changes.cluster };
    writeFileSync(
      path,
      JSON.stringify({
        'current-context': 'any',
        contexts: [{ name: 'any', context: { cluster: 'any', user: 'any' } }],
        clusters: [{ name: 'any', cluster }],
        users: [{ name: 'any', user: changes.user ?? {} }],
      }),
    );
    return path;
  }
});

function clusterOf(kubeconfig: string): { readonly server: string; readonly ca: string } {
  const { server, 'certificate-authority': ca } = JSON.parse(readFileSync(kubeconfig, 'utf8')).clusters[0]
    .cluster;
  return { server, ca };
}

function openHandles(): string[] {
  return process.getActiveResourcesInfo();
}
