import { afterAll, expect, it } from 'vitest';
import { describeLive } from '../bench.ts';

const ADMIN = 15000;
const COUNT = 200;

describeLive('two hundred pods', (bench) => {
  const cart = bench.proxies.find(({ name }) => name.startsWith('cart-'));
  if (cart === undefined) throw new Error('no cart proxy');
  const names = Array.from({ length: COUNT }, (_, index) => `replica-${index}`);
  afterAll(async () => {
    await bench.setFault(cart, ADMIN, 'none');
    for (const name of names) await bench.removePod({ namespace: 'load', name });
  });

  it('are asked twenty at a time', async () => {
    await bench.addReplicas(cart, ADMIN, names);
    const source = bench.open('admin');
    await source.envoy({ namespace: 'load', name: names[COUNT - 1] ?? '' }, 'server_info');
    await bench.setFault(cart, ADMIN, 'late');
    await bench.mostAtATime(cart, ADMIN);
    const start = performance.now();
    const sizes = await Promise.all(
      names.map(async (name) => {
        const answer = await source.envoy({ namespace: 'load', name }, 'config_dump');
        return answer.ok ? answer.value.length : answer.error.reason;
      }),
    );
    const took = Math.round(performance.now() - start);
    expect(new Set(sizes)).toEqual(new Set([bench.mesh.proxyPage(cart, 'config_dump.json')?.length]));
    const most = await bench.mostAtATime(cart, ADMIN);
    expect(most).toBeLessThanOrEqual(20);
    expect(most).toBeGreaterThan(4);
    process.stderr.write(`  ${COUNT} dumps in ${took} ms, at most ${most} at a time\n`);
  });
});
