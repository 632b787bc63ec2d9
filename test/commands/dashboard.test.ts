import { describe, expect, it } from 'vitest';
import { run } from '../helpers/run.ts';

describe('dashboard', () => {
  it('lists what there is, under its short words too', async () => {
    for (const word of ['dashboard', 'dash', 'd']) {
      const { stdout, exitCode } = await run(word);
      expect(exitCode).toBe(0);
      for (const name of [
        'kiali',
        'grafana',
        'prometheus',
        'jaeger',
        'zipkin',
        'skywalking',
        'controlz',
        'envoy',
        'istiod-debug',
        'proxy',
        'ztunnel',
      ])
        expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
  });

  it.each([
    ['dashboard kiali --from demo', 'dashboard kiali needs a live cluster: demo is a recording'],
    ['dashboard envoy', 'dashboard envoy needs a pod'],
    ['dashboard proxy a.b -l app=a', 'a pod and --selector both say which proxy'],
    ['dashboard controlz a -l app=a', 'a pod and --selector both say which istiod'],
    ['dashboard kiali --address 0.0.0.0', '--address 0.0.0.0 lets other machines in'],
    ['dashboard kiali --address 192.168.1.4', 'lets other machines in'],
    ['dashboard kiali --port 70000', '--port'],
    ['dashboard kial', 'unknown command "dashboard kial"'],
  ])('%s is a usage error', async (line, text) => {
    const { exitCode, stderr, stdout } = await run(line);
    expect([exitCode, stdout]).toEqual([64, '']);
    expect(stderr).toContain(text);
  });

  it.each(['127.0.0.1', '::1', 'localhost'])('takes the loopback address %s', async (address) => {
    const { stderr } = await run(`dashboard kiali --address ${address} --from demo`);
    expect(stderr).toContain('needs a live cluster');
  });
});
