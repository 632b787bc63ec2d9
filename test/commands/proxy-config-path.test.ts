import { describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';

const SHOP = '--from fixtures/meshes/shop';
const CHECKOUT = 'deploy/checkout-v1.payments';
const STOREFRONT = 'deploy/storefront-v1.shop';
const STOREFRONT_ID = 'cluster.local/ns/shop/sa/storefront';
const ask = (words: string) => run(`pc path ${words} ${SHOP}`);

describe('a connection that its server refuses', () => {
  test.each([
    [
      'plain text to STRICT',
      `${CHECKOUT} ledger:80`,
      /accepts only mTLS \(PeerAuthentication istio-system\/default, STRICT\), and DestinationRule ledger\.payments turns mTLS off: 503 \(UC\)/,
    ],
    [
      'mTLS to a pod without sidecar',
      `${STOREFRONT} mailer.legacy:80`,
      /mailer-v1-\S+ has no sidecar and speaks no mTLS \(DestinationRule mailer\.shop forces mTLS\): 503 \(UF\)/,
    ],
    [
      'past the mesh to STRICT',
      `${STOREFRONT} ledger.payments:80`,
      /PassthroughCluster passes it on unchanged: ledger-v1-\S+ accepts only mTLS/,
    ],
  ])('%s', async (_, words, reason) => {
    const { stdout } = await ask(words);
    expect(stdout.split('\n')[0]).toMatch(/^✖ /);
    expect(stdout).toMatch(reason);
  });

  test.each([
    ['auto mTLS to a sidecar', `${STOREFRONT} catalog:80`],
    ['auto mTLS to a pod without sidecar', `${CHECKOUT} mailer.legacy:80`],
    ['a permissive port in a strict mesh', `${CHECKOUT} sessions.shop:6379 --tcp`],
    ['an address outside the mesh', `${STOREFRONT} 192.0.2.1:80`],
  ])('%s is fine', async (_, words) => {
    expect((await ask(words)).stdout).toMatch(/^✔ forwarded/);
  });

  test('a port that the service does not have is a doubt', async () => {
    const { stdout } = await ask(`${STOREFRONT} catalog:81`);
    expect(stdout).toMatch(/^! forwarded .*, but service catalog\.shop has no port 81\n/);
  });

  test('without objects at hand a certain refusal becomes a doubt', async () => {
    const file = (await import('node:fs')).readdirSync('fixtures/meshes/shop/clusters/demo/proxies/payments');
    const name = file.find((one) => one.startsWith('checkout')) ?? '';
    const dump = `fixtures/meshes/shop/clusters/demo/proxies/payments/${name}/config_dump.json`;
    const { stdout } = await run(`pc path --file ${dump} ledger:80`);
    expect(stdout).toMatch(
      /^! forwarded .*, but it gets plain text, and DestinationRule ledger\.payments turns/,
    );
  });
});

describe('authorization of a request that comes in', () => {
  test.each([
    ['the caller is not known', '', '! forwarded', 'ALLOW payments/checkout-callers rule 1'],
    [
      'the caller is allowed',
      `--method POST --path /checkout --principal ${STOREFRONT_ID}`,
      '✔ forwarded',
      'allowed: ',
    ],
    [
      'no rule allows the method',
      `--path /checkout --principal ${STOREFRONT_ID}`,
      '✖ denied: no ALLOW rule matches (payments/checkout-callers): 403',
      'denied',
    ],
    [
      'a header keeps it out',
      `--method POST --path /checkout --principal ${STOREFRONT_ID} --header x-shop-region=embargoed`,
      '✖ denied: no ALLOW',
      'denied',
    ],
    [
      'the path is denied to all',
      `--method POST --path /admin --principal ${STOREFRONT_ID}`,
      '✖ denied: DENY istio-system/no-admin rule 0: 403',
      'denied',
    ],
    [
      'Envoy normalizes the path',
      `--method POST --path /a/../admin --principal ${STOREFRONT_ID}`,
      '! forwarded',
      'whether DENY istio-system/no-admin rule 0 matches',
    ],
    [
      'a token is sent',
      `--method POST --path /checkout --principal ${STOREFRONT_ID} --header authorization=x`,
      '! forwarded',
      'whether the token is valid is not known',
    ],
  ])('%s', async (_, words, verdict, step) => {
    const { stdout } = await ask(`${CHECKOUT} checkout:80 --inbound ${words}`.trim());
    expect(stdout.startsWith(verdict), stdout).toBe(true);
    expect(stdout).toContain(
      `authorization ${step.startsWith('d') || step.startsWith('a') ? step : 'depends: '}`,
    );
    expect(stdout).toContain(step);
  });

  test('a connection without HTTP goes by what TCP can tell', async () => {
    const denied = await ask(
      `deploy/sessions-v1.shop sessions:6379 --inbound --tcp --principal ${STOREFRONT_ID}`,
    );
    expect(denied.stdout).toContain(
      '✖ denied: DENY istio-system/no-admin rule 0: Envoy closes the connection',
    );
    expect(denied.stdout).toContain('TLS (SNI sessions) connection to 10.244.16.14:9080');
  });
});

describe('where an inbound request arrives', () => {
  test.each([
    [`${CHECKOUT} checkout:80`, 'to 10.244.16.10:9080'],
    [`${CHECKOUT} checkout.payments.svc.cluster.local:80`, 'to 10.244.16.10:9080'],
    [`${CHECKOUT} 10.96.106.43:80`, 'to 10.244.16.10:9080'],
    [`${CHECKOUT} checkout:9080`, 'to 10.244.16.10:9080'],
    [`${CHECKOUT} 10.244.16.10:7777`, 'virtualInbound-catchall-http'],
  ])('%s: %s', async (words, expected) => {
    expect((await ask(`${words} --inbound`)).stdout).toContain(expected);
  });

  test.each([
    [`${CHECKOUT} checkout:81`, 'service checkout.payments has no port 81', 'its ports are 80'],
    [`${CHECKOUT} ledger:80`, 'service ledger.payments does not lead to pod checkout', 'selector'],
    [`${CHECKOUT} nosuch:80`, 'no service nosuch is in namespace payments', 'SERVICE.NAMESPACE:PORT'],
  ])('%s is refused', async (words, reason, hint) => {
    const { stderr, exitCode } = await ask(`${words} --inbound`);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(reason);
    expect(stderr).toContain(hint);
  });
});

describe('a certificate that was not delivered', () => {
  test('ends the path at the filter chain', async () => {
    const { stdout } = await ask('deploy/edge-gateway.edge admin.example.com:8443 --tls');
    expect(stdout).toMatch(/^✖ TLS handshake fails: secret kubernetes:\/\/admin-cert was not delivered\n/);
    expect(stdout).not.toContain('routes');
    const other = await ask('deploy/edge-gateway.edge shop.example.com:8443 --tls');
    expect(other.stdout).not.toContain('handshake');
  });

  test('marks its chain in the table of listeners', async () => {
    const { stdout } = await run(`pc listener deploy/edge-gateway.edge ${SHOP}`);
    expect(stdout).toMatch(
      /^✖ +0\.0\.0\.0_8443 .*admin\.example\.com +TLS handshake fails: secret kubernetes:\/\/admin-cert/m,
    );
    expect(stdout.match(/✖/g)).toHaveLength(1);
  });
});

describe('words of a request', () => {
  test.each([
    ['--path admin', '--path: "admin" does not begin with /', '--path /admin'],
    ['--header foo', '--header: "foo" is not NAME=VALUE', 'x-canary=true'],
    ['--method=', '--method: "" is not a method', '--method POST'],
  ])('%s is refused', async (words, reason, hint) => {
    const { stderr, exitCode } = await ask(`${STOREFRONT} cart:80 ${words}`);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(reason);
    expect(stderr).toContain(hint);
  });

  test('an IPv6 address stands in brackets, a lone endpoint is no "one of 1"', async () => {
    expect((await ask(`${STOREFRONT} [2001:db8::1]:80`)).stdout).toContain('to [2001:db8::1]:80\n');
    expect((await ask(`${STOREFRONT} search:80`)).stdout).toContain(
      '✔ forwarded to the only usable endpoint',
    );
  });

  test('a connection that is not HTTP has no method', async () => {
    const { stdout } = await ask(`${STOREFRONT} sessions:6379 --tcp`);
    expect(stdout).toContain(': TCP connection to ');
    expect(stdout).not.toContain('GET');
  });
});
