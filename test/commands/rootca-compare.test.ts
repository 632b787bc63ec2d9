import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { objectMesh } from '../helpers/object-mesh.ts';
import { run } from '../helpers/run.ts';

const SHOP = '--from fixtures/meshes/shop';
const PAIR = 'deploy/cart-v1.shop deploy/ledger-v1.payments';

describe('rootca-compare', () => {
  it('shows the whole mesh, and names the proxy that could not be read', async () => {
    const { stdout, stderr, exitCode } = await run(`rootca-compare ${SHOP}`);
    expect(stdout).toBe(
      [
        '✔ All 12 proxies accept each other: one root set (1 not read)',
        '  SET  ROOT             SHA-256           EXPIRES             TRUSTED BY',
        '  A    O=cluster.local  fd075e96cb0269bf  2036-11-20 (in 9y)  12 proxies',
        '  first to expire: workload certificate of edge-gateway-7c68db88d4-mxkzj.edge in 23h',
        '  istio-ca-root-cert agrees in 7 namespaces',
        '  ? wishlist-v1-84c6b7d679-xdvp4.shop not read: no proxy process answered in the pod',
        '',
      ].join('\n'),
    );
    expect(stderr).toBe('note: root sets: 1 of 13 proxies could not be read\n');
    expect(exitCode).toBe(0);
  });

  it('says that pods were not recorded, not that there is no proxy', async () => {
    const folder = objectMesh([]);
    const none = await run(['rootca-compare', '--from', folder]);
    expect([none.exitCode, none.stderr]).toEqual([
      66,
      expect.stringContaining('there is no proxy to compare'),
    ]);
    rmSync(join(folder, 'clusters/test/kubernetes/core/v1/pods.json'));
    const unknown = await run(['rootca-compare', '--from', folder]);
    expect([unknown.exitCode, unknown.stderr]).toEqual([
      66,
      expect.stringContaining("can't read pods: it is not in this snapshot"),
    ]);
  });

  it('answers 75 for a partial answer under --strict', async () => {
    expect((await run(`rootca-compare --strict ${SHOP}`)).exitCode).toBe(75);
  });

  it('keeps to one namespace when asked', async () => {
    const { stdout } = await run(`rootca-compare -n payments ${SHOP}`);
    expect(stdout).toContain('All 3 proxies accept each other');
    // What a live cluster is not asked about is not read of a recording, either.
    expect(stdout).toContain('istio-ca-root-cert agrees in 1 namespace\n');
  });

  it('reads ztunnels and waypoints too', async () => {
    const { stdout } = await run('rootca-compare --from fixtures/meshes/ambient -o json');
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ kind: 'RootSets', verdict: 'agree', groups: [{ id: 'A' }] });
    const names: string[] = answer.groups[0].proxies.map(({ name }: { name: string }) => name.split('-')[0]);
    expect(new Set(names)).toEqual(new Set(['clinic', 'ztunnel']));
  });

  it('compares two pods in each direction', async () => {
    const { stdout, exitCode } = await run(`proxy-config rootca-compare ${PAIR} ${SHOP}`);
    const [cart, ledger] = ['cart-v1-db9689b57-djzwj.shop', 'ledger-v1-766c4b45bc-cj586.payments'];
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      `✔ ${cart} and ${ledger} accept each other's certificates`,
      `  ✔ ${cart} accepts ${ledger} by root O=cluster.local fd075e96cb0269bf`,
      `  ✔ ${ledger} accepts ${cart} by root O=cluster.local fd075e96cb0269bf`,
    ]);
    expect(exitCode).toBe(0);
  });

  it("prints the reference's sentence under --compat", async () => {
    const { stdout } = await run(`pc rc ${PAIR} --compat ${SHOP}`);
    expect(stdout).toBe(
      'Both [cart-v1-db9689b57-djzwj.shop] and [ledger-v1-766c4b45bc-cj586.payments] have the identical ROOTCA, theoretically the connectivity between them is available\n',
    );
  });

  it('takes no single pod', async () => {
    const { stderr, exitCode } = await run('rootca-compare cart');
    expect(exitCode).toBe(64);
    expect(stderr).toContain('rootca-compare takes two pods, or none for the whole mesh');
  });

  it('does not guess for a proxy that can not be read', async () => {
    expect((await run(`rootca-compare deploy/wishlist-v1.shop deploy/cart-v1.shop ${SHOP}`)).exitCode).toBe(
      66,
    );
  });
});
