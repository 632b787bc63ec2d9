import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bothWays } from '../helpers/pseudonymized.ts';
import { ROOT, run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-pseudonyms-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const SHOP = join(ROOT, 'fixtures/meshes/shop');
const MESHES = { plain: SHOP, pseudonymized: at('shop.tar.gz'), keyFile: at('shop.names.json') };

beforeAll(async () => {
  const { exitCode, stderr } = await run(
    `bug-report --from ${SHOP} --redact names,ips --output-file ${MESHES.pseudonymized}`,
  );
  expect(exitCode, stderr).toBe(0);
}, 60_000);

describe('an archive with pseudonyms', () => {
  it.each([
    'proxy-status',
    'analyze',
    'analyze --profile all',
    'rootca-compare',
    'version',
    'proxy-config cluster cart-v1-db9689b57-djzwj.shop',
    'proxy-config listener cart-v1-db9689b57-djzwj.shop',
    'proxy-config route cart-v1-db9689b57-djzwj.shop',
    'proxy-config endpoint cart-v1-db9689b57-djzwj.shop',
    'proxy-config secret cart-v1-db9689b57-djzwj.shop',
    'proxy-config secret edge-gateway-7c68db88d4-mxkzj.edge',
    'proxy-config bootstrap cart-v1-db9689b57-djzwj.shop',
    'proxy-config log cart-v1-db9689b57-djzwj.shop',
    'proxy-config ecds cart-v1-db9689b57-djzwj.shop',
    'proxy-config all edge-gateway-7c68db88d4-mxkzj.edge',
    'authz check ledger-v1-766c4b45bc-cj586.payments',
    'authz check fraud-v1-6fc8445995-dw565.payments',
    'authz check checkout-v1-76bc87fb69-vx5bv.payments',
    'describe pod cart-v1-db9689b57-djzwj.shop',
    'describe service cart.shop',
    'describe pod ledger-v1-766c4b45bc-cj586.payments',
    'check-inject -n shop',
    'graph',
    'graph check',
    'remote-clusters',
    'tag list',
    'metrics cart-v1.shop',
    'envoy-stats cart-v1-db9689b57-djzwj.shop',
    'proxy-status cart-v1-db9689b57-djzwj.shop',
    'proxy-status search-v1-7c78d66565-qzbbl.shop',
    'injector list',
    'internal-debug syncz',
    'admin log',
    'report',
  ])('gives the same answer, with other names: %s', { timeout: 60_000 }, async (line) => {
    const { plain, pseudonymized, expected, revealed } = await bothWays(line, MESHES);
    expect([0, 1, 79], plain.stderr).toContain(plain.exitCode);
    expect([pseudonymized.exitCode, pseudonymized.stderr], plain.stderr).toEqual([
      plain.exitCode,
      expect.anything(),
    ]);
    expect(revealed).toEqual(expected);
  });
});
