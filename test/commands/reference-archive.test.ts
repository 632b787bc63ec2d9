import { beforeAll, describe, expect, test } from 'vitest';
import { type FakeEntry, tarGzOf } from '../helpers/archive.ts';
import { run } from '../helpers/run.ts';
import { shopAsReferenceArchive } from '../sources/reference-mesh.ts';

const CART = 'cart-v1-db9689b57-djzwj.shop';
const TIME = 'note: ages count from 2026-11-23T02:11:39.500Z, the last line of its bug-report.log';
const none: Buffer = Buffer.alloc(0);
const archives = { whole: none, proxiesAlone: none, withoutPods: none };

/** What the reference tool leaves of the dump of workloads when it was asked for several namespaces. */
const NO_PODS: FakeEntry = {
  path: 'bug-report/cluster/k8s-resources',
  content: 'apiVersion: v1\nitems: []\nkind: List\n',
};

beforeAll(async () => {
  const whole = shopAsReferenceArchive();
  const withoutPods = whole.map((entry) => (entry.path === NO_PODS.path ? NO_PODS : entry));
  const proxiesAlone = withoutPods.filter(({ path }) => !path.startsWith('bug-report/istio/'));
  archives.whole = await tarGzOf(whole);
  archives.withoutPods = await tarGzOf(withoutPods);
  archives.proxiesAlone = await tarGzOf(proxiesAlone);
});

const ask = (words: string, stdin: Buffer) => run(`${words} --from -`, { stdin });

describe('proxy-status of an archive of the reference tool', () => {
  test("with istiod's pages: states as istiod tells them, and where the time comes from", async () => {
    const { stdout, stderr, exitCode } = await ask('proxy-status', archives.whole);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/search-v1-7c78d66565-qzbbl\.shop +sidecar +LDS rejected/);
    expect(stdout).toContain('✔ 10 in sync');
    expect(stderr.split('\n').filter((line) => line.startsWith(TIME))).toHaveLength(1);
  });

  test('without them: every proxy that has pages is listed, none is in sync', async () => {
    const { stdout, stderr, exitCode } = await ask('proxy-status --all', archives.proxiesAlone);
    expect(exitCode).toBe(66);
    expect(stdout.match(/^\? /gm)).toHaveLength(12);
    expect(stdout).toMatch(
      /\? cart-v1-db9689b57-djzwj\.shop +sidecar +unknown +- +there is no istiod to ask/,
    );
    expect(stdout).toMatch(/\? edge-gateway-7c68db88d4-mxkzj\.edge +gateway +unknown/);
    expect(stdout).toContain('0 in sync');
    expect(stderr).toContain('note: proxies: no istiod is in this source');
  });

  test('without pods: what istiod does not know is not called in sync, and the list is not called whole', async () => {
    const { stdout } = await ask('proxy-status -o json', archives.withoutPods);
    const { meshscope } = JSON.parse(stdout);
    expect(meshscope).toMatchObject({ inSync: 10, podsKnown: false });
  });

  test('a proxy whose pod is gone from the whole list of pods is left out', async () => {
    const entries = shopAsReferenceArchive().map((entry) =>
      entry.path.startsWith('bug-report/proxies/shop/cart-v1-')
        ? { ...entry, path: entry.path.replace('/cart-v1-', '/cart-v0-') }
        : entry,
    );
    const { stdout } = await ask('proxy-status --all', await tarGzOf(entries));
    expect(stdout).toContain('cart-v1-');
    expect(stdout).not.toContain('cart-v0-');
  });

  test('of one pod: says that there is no istiod, not that the proxy is unknown to it', async () => {
    const { stderr, exitCode } = await ask(`proxy-status ${CART}`, archives.proxiesAlone);
    expect(exitCode).toBe(66);
    expect(stderr).toContain(`error: no istiod gave its configuration for ${CART}\n`);
    expect(stderr).toContain('there is no istiod to ask');
    expect(stderr).toContain(`meshscope proxy-config all ${CART}`);
  });
});

describe('an archive of the reference tool without istiod', () => {
  test('version: what the proxies say of themselves', async () => {
    const { stdout, stderr, exitCode } = await ask('version', archives.proxiesAlone);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^data plane version: 1\.32-alpha\.86c9f01fd735 \(12 proxies\)$/m);
    expect(stderr).toContain('control plane version: no istiod is in this source');
  });

  test('proxy-status -v: the reason stands beside every proxy', async () => {
    const { stdout } = await ask('proxy-status -v 1', archives.proxiesAlone);
    expect(stdout.match(/ unknown: there is no istiod to ask$/gm)).toHaveLength(12);
  });
});

describe('an incomplete list', () => {
  test('of pods: a selector that matches nothing may match what is not there', async () => {
    const { stderr, exitCode } = await ask('proxy-config cluster -l app=cart', archives.proxiesAlone);
    expect(exitCode).toBe(66);
    expect(stderr).toContain("can't read pods");
  });

  test('of the replicas of a pod is a gap', async () => {
    const words = `proxy-config cluster ${CART} --all-replicas --strict`;
    const { stderr, exitCode } = await ask(words, archives.proxiesAlone);
    expect(exitCode).toBe(75);
    expect(stderr).toContain(`note: replicas of ${CART}: cluster/k8s-resources is empty`);
  });
});

test('what a source says of itself is not printed under --compat', async () => {
  const { stderr } = await ask(`proxy-config cluster ${CART} --compat`, archives.whole);
  expect(stderr).toBe('');
});
