import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { asString, field } from '../../../src/util/json.ts';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';

/** Ages are counted from different moments, and nodes and addresses are those of the test's cluster. */
function normal(text: string): string {
  return text
    .replace(/\b\d+(?:\.\d+)?(?:ms|s|m|h|d|y)(?:\d+(?:s|m|h|d))?\b/g, 'AGE')
    .replace(/in \d+ days/g, 'in N days')
    .replace(/ {2,}/g, '  ');
}

describeLive('describe on a live mesh', (bench) => {
  const as = (user: string): string[] => ['--kubeconfig', bench.kubeconfig, '--context', user];
  const recorded = ['--from', 'fixtures/meshes/shop'];
  const commands = [
    'describe pod deploy/cart-v1.shop',
    'describe pod deploy/checkout-v1.payments',
    'describe pod deploy/ledger-v1.payments',
    'describe pod deploy/search-v1.shop',
    'describe pod deploy/sessions-v1.shop',
    'describe pod deploy/wishlist-v1.shop',
    'describe pod deploy/mailer-v1.legacy',
    'describe pod deploy/edge-gateway.edge',
    'describe service mailer.legacy',
    'describe service recommender.shop',
    'describe service images.shop',
    'describe service ledger.payments -o json',
    'describe pod deploy/catalog-v1.shop -n default --compat',
    'describe svc cart.shop -n default --compat',
  ];

  it.each(commands)('%s says what it says of the recording', { timeout: 60_000 }, async (line) => {
    const words = line.split(' ');
    const [live, recording] = [await run([...words, ...as('admin')]), await run([...words, ...recorded])];
    expect(live.exitCode, live.stderr).toBe(recording.exitCode);
    expect(normal(live.stdout)).toBe(normal(recording.stdout));
  });

  it('answers a reader without access to proxies and policies, naming each gap', {
    timeout: 60_000,
  }, async () => {
    const line = ['describe', 'pod', 'deploy/cart-v1.shop', ...as('reader')];
    const { stdout, stderr, exitCode } = await run(line);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('its Envoy could not be read');
    expect(stdout).toContain('? pod cart-v1-db9689b57-djzwj.shop: no problem found in what could be read');
    expect(stdout).toContain('policies   not known: AuthorizationPolicies could not be read');
    expect(stdout).toContain('mTLS       not known: PeerAuthentications could not be read');
    expect(stdout).not.toContain('everything is allowed');
    expect(stderr).toContain('config_dump of cart-v1-db9689b57-djzwj.shop');
    expect(stderr).toContain('authorizationpolicies');
    expect(stderr).toContain('destinationrules');
    expect((await run([...line, '--strict'])).exitCode).toBe(75);
  });

  it('asks nothing of the whole cluster for a user of one namespace', { timeout: 60_000 }, async () => {
    const asked = (): string[] =>
      readFileSync(bench.auditLog, 'utf8')
        .split('\n')
        .filter((text) => text !== '')
        .map((text): unknown => JSON.parse(text))
        .filter((event) => field(event, 'user', 'username') === 'shop-only')
        .map((event) => {
          const [what, where] = ['resource', 'namespace'].map((name) =>
            asString(field(event, 'objectRef', name)),
          );
          return `${what ?? asString(field(event, 'requestURI'))} in ${where ?? 'all'}`;
        });
    const before = asked().length;
    const pod = await run(['describe', 'pod', 'deploy/cart-v1', '-n', 'shop', ...as('shop-only')]);
    const service = await run(['describe', 'service', 'catalog', '-n', 'shop', ...as('shop-only')]);
    await sleep(500);
    expect(pod.exitCode, pod.stderr).toBe(0);
    expect(pod.stdout).toContain('sends requests to subset v3 of cart');
    expect(pod.stdout).toContain('only namespaces shop and istio-system (-n)');
    expect(service.exitCode, service.stderr).toBe(0);
    const listed = asked()
      .slice(before)
      .filter((text) => text.endsWith(' in all') && !text.startsWith('/'));
    expect(listed).toEqual([]);
  });

  it('names the nearest where nothing has the name', async () => {
    const pod = await run(['describe', 'pod', 'cart-v1.shop', ...as('admin')]);
    expect(pod.exitCode).toBe(66);
    expect(pod.stderr).toContain('near  cart-v1-db9689b57-djzwj.shop');
    const service = await run(['describe', 'service', 'cort.shop', ...as('admin')]);
    expect(service.exitCode).toBe(66);
    expect(service.stderr).toContain('near  cart.shop');
  });
});
