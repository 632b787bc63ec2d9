import { expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { AuditLog } from '../audit-log.ts';
import { describeLive } from '../bench.ts';

const ADMIN = 15000;

describeLive('an Envoy that is reached beside the cluster', (bench) => {
  const audit = new AuditLog(bench.auditLog);
  const cart = bench.proxies.find(({ name }) => name.startsWith('cart-v1'));
  if (cart === undefined) throw new Error('no cart');
  const pod = `${cart.name}.${cart.namespace}`;

  /** Runs a command as the administrator; `asked` is what it took of the API server. */
  async function ask(line: string) {
    const before = (await audit.askedBy('admin')).length;
    const live = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
    const result = await run([...line.split(' '), ...live]);
    return { ...result, asked: (await audit.askedBy('admin')).slice(before) };
  }

  it('is compared with what istiod would send to the proxy that it says it is', async () => {
    const url = `http://127.0.0.1:${await bench.localPort(cart, ADMIN)}`;
    const inside = await ask(`proxy-status ${pod}`);
    const outside = await ask(`proxy-status --admin-url ${url}`);
    expect([outside.stderr, outside.exitCode]).toEqual([inside.stderr, inside.exitCode]);
    expect(outside.stdout).toBe(inside.stdout);
    expect(outside.stdout).toContain(pod);
    // istiod is asked through the cluster, the Envoy is not.
    expect(inside.asked).toContain('get pods/portforward in shop');
    expect(outside.asked).toContain('get pods/portforward in istio-system');
    expect(outside.asked).not.toContain('get pods/portforward in shop');
  });

  it('is compared with a pod of the cluster', async () => {
    const url = `http://127.0.0.1:${await bench.localPort(cart, ADMIN)}`;
    const { stdout, stderr, exitCode, asked } = await ask(`proxy-config diff ${pod} --admin-url ${url}`);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toContain(pod);
    expect(asked).toContain('get pods/portforward in shop');
  });
});
