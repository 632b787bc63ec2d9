import { expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';

describeLive('sidecar injection on a live mesh', (bench) => {
  const as = (user: string): string[] => ['--kubeconfig', bench.kubeconfig, '--context', user];
  const recorded = ['--from', 'fixtures/meshes/shop'];
  const commands = [
    'check-inject deploy/cart-v1 -n shop --all',
    'check-inject deploy/mailer-v1.legacy',
    'check-inject deploy/edge-gateway.edge -o json',
    'check-inject -n shop -l app=cart,sidecar.istio.io/inject=false',
    'check-inject deploy/cart-v1 -n shop --compat',
    'injector list -n shop --all',
    'injector list -n shop --compat',
    'tag list',
  ];

  it.each(commands)('%s says what it says of the recording', async (line) => {
    const words = line.split(' ');
    const [ofLive, ofRecording] = [await run([...words, ...as('admin')]), await run([...words, ...recorded])];
    expect(ofLive.exitCode, ofLive.stderr).toBe(0);
    expect(ofLive.stdout).toBe(ofRecording.stdout);
  });

  it('without the right to list webhooks is unknown, and what the pods have is told', async () => {
    const { stdout, stderr, exitCode } = await run(['check-inject', 'deploy/cart-v1.shop', ...as('reader')]);
    expect(stdout).toContain('? Deployment shop/cart-v1: unknown whether a new pod is injected');
    expect(stdout).toMatch(/pod +cart-v1-\S+\.shop: has the sidecar of revision default/);
    expect(stderr).toContain('mutatingwebhookconfigurations');
    expect(exitCode).toBe(77);
    const list = await run(['injector', 'list', ...as('reader')]);
    expect(list.stderr).toContain('mutatingwebhookconfigurations');
    expect([list.stdout, list.exitCode]).toEqual(['', 77]);
  });
});
