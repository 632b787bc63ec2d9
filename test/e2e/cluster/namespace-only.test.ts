import { expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { AuditLog } from '../audit-log.ts';
import { describeLive } from '../bench.ts';

describeLive('a user of one namespace', (bench) => {
  const audit = new AuditLog(bench.auditLog);
  const as = ['--kubeconfig', bench.kubeconfig, '--context', 'shop-only'];

  /** Runs a command as the user; `wide` are the requests that were not about one namespace. */
  async function ask(line: string) {
    const before = (await audit.askedBy('shop-only')).length;
    const result = await run([...line.split(' '), ...as]);
    const asked = (await audit.askedBy('shop-only')).slice(before);
    return { ...result, asked, wide: asked.filter((request) => request.endsWith(' in all')) };
  }

  it('sees what each Envoy says of itself; how far it is in sync stays unknown', async () => {
    const { stdout, stderr, exitCode, wide, asked } = await ask('proxy-status -n shop');
    expect(wide).toEqual([]);
    expect(asked.length).toBeGreaterThan(10);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/✖ search-v1-\S+ +sidecar +LDS rejected/);
    expect(stdout).toContain("EnvoyFilter shop/search-compressor: no implementation for 'shop.compressor'");
    expect(stdout).toMatch(/\? cart-v1-\S+ +sidecar +unknown +- +no access to istiod; Envoy is live/);
    expect(stdout).toMatch(/· 0 in sync +no istiod answered · 8 Envoys were asked themselves/);
    expect(stdout).not.toMatch(/SYNCED|[1-9]\d* in sync/);
    expect(stderr).toMatch(/proxies of istiod: forbidden: list pods in istio-system/);
  });

  it('gets 75 under --strict, and UNKNOWN for every type in JSON', async () => {
    const { stdout, exitCode } = await ask('proxy-status -n shop --strict -o json');
    expect(exitCode).toBe(75);
    const { proxies, inSync, askedThemselves } = JSON.parse(stdout).meshscope;
    expect([inSync, askedThemselves]).toEqual([0, 8]);
    const statuses = proxies.flatMap((proxy: { types: { status: string }[] }) =>
      proxy.types.map(({ status }) => status),
    );
    expect(new Set(statuses)).toEqual(new Set(['UNKNOWN', 'ERROR']));
  });

  it.each([
    'proxy-config cluster deploy/cart-v1 -n shop',
    'proxy-config listener deploy/search-v1.shop',
    'proxy-config route svc/storefront.shop',
    'proxy-config endpoint deploy/cart-v1.shop',
    'proxy-config secret deploy/cart-v1.shop',
    'proxy-config bootstrap deploy/cart-v1.shop',
    'proxy-config log deploy/cart-v1.shop',
    'proxy-config all deploy/cart-v1.shop',
    'proxy-config cluster -l app=storefront -n shop',
    'proxy-config path deploy/storefront-v1.shop cart.shop:80 -n shop',
    'proxy-config diff deploy/cart-v1.shop deploy/catalog-v1.shop',
    'authz check deploy/cart-v1.shop',
    'rootca-compare -n shop',
  ])('gets an answer of %s without one cluster-wide request', async (line) => {
    const { stdout, stderr, exitCode, wide } = await ask(line);
    expect(wide, stderr).toEqual([]);
    expect(stdout.length).toBeGreaterThan(40);
    // 1: a comparison found differences.
    expect([0, 1]).toContain(exitCode);
  });

  it('is told by name which policies could not be compared', async () => {
    const { stdout, stderr } = await ask('authz check deploy/cart-v1.shop');
    expect(stderr).toContain('authorizationpolicies in istio-system: forbidden: list authorizationpolicies');
    expect(stdout).not.toContain('no such AuthorizationPolicy exists any more');
  });

  it('is told the rule to ask for when something is forbidden (77)', async () => {
    const { stderr, exitCode } = await ask('proxy-status');
    expect(exitCode).toBe(77);
    expect(stderr).toContain('forbidden: list pods in all namespaces');
    const other = await ask('proxy-config cluster deploy/ledger-v1.payments');
    expect(other.exitCode).toBe(77);
    expect(other.stderr).toMatch(
      /rule +\{apiGroups: \["apps"\], resources: \["deployments"\], verbs: \["list"\]\} in a Role in payments/,
    );
  });
});
