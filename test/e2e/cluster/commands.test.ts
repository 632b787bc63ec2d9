import { expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { ageless } from '../ageless.ts';
import { describeLive } from '../bench.ts';

describeLive('commands on a live mesh', (bench) => {
  const live = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  const recorded = ['--from', 'fixtures/meshes/shop'];
  const commands = [
    'proxy-status',
    'proxy-status -n payments',
    'proxy-status deploy/cart-v1 -n shop',
    'proxy-config cluster deploy/cart-v1 -n shop',
    'proxy-config listener deploy/search-v1.shop',
    'proxy-config route svc/storefront.shop',
    'proxy-config endpoint deploy/checkout-v1.payments',
    'proxy-config secret deploy/edge-gateway.edge',
    'proxy-config bootstrap deploy/cart-v1.shop -o json',
    'proxy-config log deploy/cart-v1.shop',
    'proxy-config all deploy/cart-v1.shop',
    'proxy-config path deploy/storefront-v1.shop cart.shop:80',
    'authz check deploy/ledger-v1.payments',
    'version',
  ];

  it.each(commands)('%s says what it says of the recording', { timeout: 60_000 }, async (line) => {
    const words = line.split(' ');
    const [ofLive, ofRecording] = [await run([...words, ...live]), await run([...words, ...recorded])];
    expect(ofLive.exitCode, ofLive.stderr).toBe(ofRecording.exitCode);
    expect(ageless(ofLive.stdout)).toBe(ageless(ofRecording.stdout));
  });
});
