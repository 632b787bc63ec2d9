import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';

const SERVER = 'https://127.0.0.1:1';
const SHOP = 'fixtures/samples/healthy/shop.yaml';

/** A kubeconfig whose server nobody listens at. */
function kubeconfig(user: object = { token: 'any' }, contexts: readonly string[] = ['east', 'west']): string {
  const path = join(mkdtempSync(join(tmpdir(), 'meshscope-')), 'config');
  const config = {
    'current-context': contexts[0] ?? '',
    contexts: contexts.map((name) => ({ name, context: { cluster: 'any', user: 'any' } })),
    clusters: [{ name: 'any', cluster: { server: SERVER, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'any', user }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

describe('a cluster that does not answer', () => {
  test.each([
    'analyze',
    `analyze ${SHOP} --use-kube`,
    'analyze -o json',
    'graph',
    `graph ${SHOP} --use-kube`,
    'diff demo',
    'proxy-status',
    'report',
    'wait virtualservice/cart.shop',
  ])('%s: exits with 69 and calls nothing fine', async (line) => {
    const { exitCode, stdout, stderr } = await run(`${line} --kubeconfig ${kubeconfig()}`);
    expect(exitCode).toBe(69);
    expect(stdout).not.toMatch(/✔|nothing found|\[\]/);
    expect(stderr).toContain(`connection refused: nothing listens there (API server ${SERVER})`);
  });
});

describe('a login that fails', () => {
  const exec = (command: string, more: object = {}) => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never', ...more },
  });

  test.each([
    [exec('no-such-login'), 'its plugin no-such-login is not installed', 'install no-such-login'],
    [exec('no-such-login', { installHint: 'brew it' }), 'is not installed', 'brew it'],
    [exec('false'), 'its plugin false ended without a token and without a word', 'kubectl --context east'],
    [{ 'client-certificate': '/none/such.pem', 'client-key': '/none/such.key' }, '/none/such', 'kubectl'],
  ])('%j: exits with 77, and the next step is about the login, not about rights', async (user, why, next) => {
    for (const line of ['proxy-status', 'analyze', 'diff demo', 'proxy-config cluster cart.shop']) {
      const { exitCode, stderr } = await run(`${line} --kubeconfig ${kubeconfig(user)}`, {
        env: { PATH: process.env['PATH'] ?? '' },
      });
      expect([exitCode, line]).toEqual([77, line]);
      expect(stderr).toContain('the login of context east failed');
      expect(stderr).toContain(why);
      expect(stderr).toContain(next);
      expect(stderr).not.toContain('asks for less');
    }
  });
});

describe('a kubeconfig that leads nowhere', () => {
  test.each([
    ['--context gone', /no context "gone"[\s\S]*next {2}--context NAME, one of: east, west/],
    ['--context eats', /no context "eats"[\s\S]*near {2}east/],
  ])('%s: says which contexts there are', async (option, words) => {
    const { exitCode, stderr } = await run(`proxy-status ${option} --kubeconfig ${kubeconfig()}`);
    expect(exitCode).toBe(66);
    expect(stderr).toMatch(words);
  });

  test('without any context it says so, and names no empty list', async () => {
    const { exitCode, stderr } = await run(`proxy-status --kubeconfig ${kubeconfig({}, [])}`);
    expect(exitCode).toBe(66);
    expect(stderr).toMatch(/next {2}it holds no context at all/);
  });

  test('a folder is named as one', async () => {
    const { exitCode, stderr } = await run(`proxy-status --kubeconfig ${tmpdir()}`);
    expect([exitCode, stderr]).toEqual([
      65,
      `error: the kubeconfig ${tmpdir()} can't be read: it is a folder\n`,
    ]);
  });
});
