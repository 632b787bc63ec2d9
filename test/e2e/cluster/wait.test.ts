import { expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';

const VIRTUAL_SERVICES = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices';

describeLive('wait on a live mesh', (bench) => {
  const login = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  const wait = (line: string) => run(['wait', ...line.split(' '), ...login]);

  it('ends when enough proxies have the object', async () => {
    const { stdout, exitCode } = await wait('vs/catalog.shop -l app=cart');
    expect(stdout).toContain('VirtualService shop/catalog is distributed: live in 1 of 1 proxy');
    expect(exitCode).toBe(0);
  });

  it('does not take a refusal from before the change for one of it', async () => {
    const { stdout, exitCode } = await wait('envoyfilter/search-compressor.shop --timeout 3s');
    expect(stdout).toContain('no push since the change; it refuses LDS since before');
    expect(exitCode).toBe(1);
  });

  it('ends at once when a proxy refuses it', async () => {
    const [istiod] = bench.istiods;
    if (istiod === undefined) throw new Error('no istiod');
    await bench.setFault(istiod, 15014, 'ahead');
    const start = performance.now();
    const { stdout, exitCode } = await wait('envoyfilter/search-compressor.shop --timeout 50s');
    await bench.setFault(istiod, 15014, 'none');
    expect(stdout).toContain("no implementation for 'shop.compressor'");
    expect(exitCode).toBe(1);
    expect(performance.now() - start).toBeLessThan(30_000);
  });

  it('says at the deadline which proxies lack it', async () => {
    const spec = { hosts: ['late'], http: [{ route: [{ destination: { host: 'cart' } }] }] };
    const apiVersion = 'networking.istio.io/v1';
    await bench.admin.create(VIRTUAL_SERVICES, {
      apiVersion,
      kind: 'VirtualService',
      metadata: { name: 'late' },
      spec,
    });
    const { stdout, exitCode } = await wait('vs/late.shop -n shop --timeout 4s');
    await bench.admin.delete(`${VIRTUAL_SERVICES}/late`);
    expect(stdout).toContain('VirtualService shop/late is not distributed within the time: live in 0 of');
    expect(stdout).toContain('no push since the change');
    expect(exitCode).toBe(1);
  });

  it('finds that nothing is left of an object that is gone', async () => {
    const { exitCode, stdout } = await wait('--for=delete vs/never.shop -l app=cart');
    expect(stdout).toContain('is gone');
    expect(exitCode).toBe(0);
  });

  it('knows no object that is not there', async () => {
    expect((await wait('vs/catalogue.shop')).exitCode).toBe(66);
  });
});
