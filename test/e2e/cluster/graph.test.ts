import { expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';

describeLive('the dependency graph of a live mesh', (bench) => {
  const as = (user: string): string[] => ['--kubeconfig', bench.kubeconfig, '--context', user];
  const recorded = ['--from', 'fixtures/meshes/shop'];

  it.each(['--from-object virtualservice/cart.shop', '--impact gateway/public.edge', '-n shop'])(
    'says of the mesh what it says of its recording: %s',
    async (line) => {
      const words = ['graph', ...line.split(' ')];
      const [ofLive, ofRecording] = [
        await run([...words, ...as('admin')]),
        await run([...words, ...recorded]),
      ];
      expect(ofLive.exitCode, ofLive.stderr).toBe(0);
      expect(ofLive.stdout).toBe(ofRecording.stdout);
    },
  );

  it('calls nothing missing that the user may not read', async () => {
    const { stdout, stderr, exitCode } = await run(['graph', ...as('reader')]);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('secrets');
    expect(stdout).not.toContain('admin-cert: there is no Secret');
    expect(stdout).toContain('redirect loop');
  });
});
