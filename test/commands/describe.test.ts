import { describe, expect, it } from 'vitest';
import { asObjects, field } from '../../src/util/json.ts';
import { run } from '../helpers/run.ts';

const SHOP = '--from fixtures/meshes/shop';
const AMBIENT = '--from fixtures/meshes/ambient';

/** Level and kind of the problems of a description, notes left out. */
async function problems(line: string): Promise<string[]> {
  const { stdout, stderr, exitCode } = await run(`describe ${line} -o json`);
  expect([exitCode, stderr.startsWith('error')]).toEqual([0, false]);
  return asObjects(field(JSON.parse(stdout), 'problems'))
    .filter(({ level }) => level !== 'note')
    .map(({ level, kind }) => `${String(level)} ${String(kind)}`);
}

describe('describe pod', () => {
  it('puts the problem first, with where, why and what to do, and the facts in a screen', async () => {
    const { stdout, stderr, exitCode } = await run(`describe pod deploy/cart-v1.shop ${SHOP}`);
    expect(stdout).toBe(
      [
        '✖ pod cart-v1-db9689b57-djzwj.shop: 1 problem',
        '  ✖ VirtualService shop/cart sends requests to subset v3 of cart, which DestinationRule shop/cart does not define (it defines v1)',
        '    where  VirtualService shop/cart spec.http[0].route[0].destination',
        '    why    503 NC, cluster not found',
        '    next   define subset v3 in DestinationRule shop/cart, or route to v1',
        '  pod        Deployment cart-v1, service account cart',
        '             Running, ready; 10.244.16.2 on lab-node-2; ports 9080 (app)',
        '  proxy      sidecar, revision default, version 1.32-alpha.86c9f01fd735, in sync',
        '  mTLS       9080    STRICT  PeerAuthentication istio-system/default  enforced',
        '             others  STRICT  PeerAuthentication istio-system/default',
        '  policies   DENY  istio-system/no-admin  1 rule  held by the sidecar',
        '  service    cart.shop: 80  http  HTTP  → 9080',
        '  calls      clients: mTLS, chosen automatically',
        '  routes     VirtualService shop/cart: all requests → cart.shop subset v3 (leads nowhere)',
        '             DestinationRule shop/cart: subset v1 (this pod)',
        '  also       Sidecar shop/default (limits what it can call); Telemetry istio-system/default',
        '',
      ].join('\n'),
    );
    expect([stderr, exitCode]).toEqual(['', 0]);
  });

  it('shows for a healthy pod who may call it, by which routes, and its URL, in a screen', async () => {
    const { stdout } = await run(`describe pod deploy/checkout-v1.payments ${SHOP}`);
    expect(stdout).toContain('✔ pod checkout-v1-76bc87fb69-vx5bv.payments: no problem found\n');
    expect(stdout).toContain('  policies   DENY   istio-system/no-admin      1 rule   held by the sidecar\n');
    expect(stdout).toContain('RequestAuthentication payments/checkout: tokens of https://login.example.com');
    expect(stdout).toContain(
      'exposed    http://shop.example.com and https://shop.example.com path /checkout* by Gateway edge/public',
    );
    expect(stdout.split('\n').length).toBeLessThan(24);
  });

  it.each([
    ['pod deploy/ledger-v1.payments', ['bad mtls-plain-to-strict', 'warn target-port']],
    ['pod deploy/recommender-v1.shop', ['bad route-no-host']],
    ['pod deploy/search-v1.shop', ['bad proxy-rejected', 'warn unknown-caller']],
    ['pod deploy/sessions-v1.shop', ['warn proxy-stale', 'warn authz-wider-on-tcp']],
    ['pod deploy/wishlist-v1.shop', ['bad no-proxy-process']],
    ['pod deploy/mailer-v1.legacy', ['bad mtls-mtls-to-plain', 'warn unmeshed']],
    ['pod deploy/mailer-v1.legacy --ignoreUnmeshed', ['bad mtls-mtls-to-plain']],
    [
      'pod deploy/edge-gateway.edge',
      ['bad certificate', 'bad redirect-loop', 'warn certificate', 'warn gateway-unused'],
    ],
    ['pod deploy/fraud-v1.payments', []],
    ['pod deploy/catalog-v2.shop', []],
    ['pod deploy/storefront-v1.shop', []],
    ['service ledger.payments', ['bad mtls-plain-to-strict', 'warn target-port']],
    ['service mailer.legacy', ['bad mtls-mtls-to-plain']],
    ['service cart.shop', ['bad route-no-subset']],
    ['service recommender.shop', ['bad route-no-host']],
    ['service images.shop', ['bad no-pods']],
    ['service search.shop', ['bad pod-rejected', 'warn unknown-caller']],
    ['service sessions.shop', ['warn pod-stale', 'warn authz-wider-on-tcp']],
    ['service wishlist.shop', ['bad pod-never-connected']],
    ['service edge-gateway.edge', ['bad redirect-loop', 'warn gateway-unused']],
    ['service catalog.shop', []],
    ['service checkout.payments', []],
  ])('finds the planted faults of %s', async (line, expected) => {
    expect(await problems(`${line} ${SHOP}`)).toEqual(expected);
  });

  it.each([
    ['pod deploy/appointments-v1.clinic', []],
    ['pod labs-0.clinic', ['bad ztunnel-http', 'warn ztunnel-http']],
    ['pod pager.clinic', ['bad ztunnel-identity']],
    ['pod deploy/records-v1.clinic', ['bad waypoint-rejects']],
    ['pod deploy/kiosk-v1.clinic', ['warn unmeshed']],
    ['pod deploy/billing-v1.pharmacy', ['bad waypoint-missing', 'warn ztunnel-skips']],
    ['pod deploy/dispensary-v1.pharmacy', ['bad waypoint-dead', 'warn ztunnel-skips', 'warn ztunnel-skips']],
    ['pod deploy/intake-v1.pharmacy', ['bad not-captured']],
    [
      'pod deploy/stock-v1.pharmacy',
      ['bad ztunnel-dead', 'bad waypoint-not-bound', 'warn ztunnel-skips', 'warn ztunnel-http'],
    ],
    ['pod deploy/vault-v1.archive', ['bad no-proxy-process', 'warn both-modes']],
    ['service intake.pharmacy', ['bad not-captured']],
    ['service records.clinic', ['bad waypoint-rejects']],
    ['service wards.clinic', ['bad no-pods']],
  ])('finds what is wrong in an ambient mesh with %s', async (line, expected) => {
    expect(await problems(`${line} ${AMBIENT}`)).toEqual(expected);
  });

  it('tells how a ztunnel and a waypoint share the policies of a pod', async () => {
    const { stdout } = await run(`describe pod deploy/records-v1.clinic ${AMBIENT}`);
    expect(stdout).toContain(
      'handled by ztunnel ztunnel-qvvs4.istio-system on ward-2; known there as HBONE, Healthy',
    );
    expect(stdout).toContain('DENY   istio-system/deny-quarantine  2 rules  by ztunnel');
    expect(stdout).toContain(
      'ALLOW  clinic/records-readers        1 rule   by waypoint clinic/clinic-waypoint',
    );
  });

  it('never writes a line that is wider than the terminal', async () => {
    for (const name of ['edge-gateway.edge', 'catalog-v1.shop', 'ledger-v1.payments']) {
      const { stdout } = await run(`describe pod deploy/${name} ${SHOP} --color never`, {
        tty: { columns: 80 },
      });
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
  });

  it('says what it did not see where the Envoy could not be read', async () => {
    const { stdout, stderr } = await run(`describe pod deploy/wishlist-v1.shop ${SHOP}`);
    expect(stdout).toContain('its Envoy could not be read');
    expect(stdout).toContain('not seen on the proxy');
    expect(stderr).toMatch(
      /^note: config_dump of wishlist-v1-84c6b7d679-xdvp4\.shop: .*judged from objects alone/,
    );
    expect((await run(`describe pod deploy/wishlist-v1.shop ${SHOP} --strict`)).exitCode).toBe(75);
  });

  it('gives its facts as JSON and YAML', async () => {
    const { stdout } = await run(`describe pod deploy/ledger-v1.payments ${SHOP} -o json`);
    expect(JSON.parse(stdout)).toMatchObject({
      apiVersion: 'meshscope.io/v1',
      kind: 'PodDescription',
      pod: { namespace: 'payments' },
      mtls: {
        ports: [
          { port: 9080, mode: 'STRICT', by: 'istio-system/default', enforced: 'STRICT' },
          { port: 9090 },
        ],
      },
      services: [
        {
          name: 'ledger',
          calls: [{ port: 80, client: 'DISABLE', outcomes: [{ outcome: 'fails', pods: 1 }] }, {}],
        },
      ],
      read: { envoy: 'read', unread: [] },
    });
    const yaml = await run(`describe service cart.shop ${SHOP} -o yaml`);
    expect(yaml.stdout).toContain('kind: ServiceDescription\n');
  });

  it.each([
    ['describe pod', 64, 'expecting one pod name'],
    ['describe service', 64, 'expecting one service name'],
    ['describe pod cart-v1.shop', 66, 'near  cart-v1-db9689b57-djzwj.shop'],
    ['describe svc cort.shop', 66, 'near  cart.shop'],
    ['describe svc cart.nowhere', 66, 'near  cart.shop'],
    ['describe svc deploy/cart', 64, 'names no Service'],
    ['x des svc nosuch.shop', 66, 'no service "nosuch" in namespace shop'],
  ])('%s ends with %i', async (line, code, text) => {
    const { stdout, stderr, exitCode } = await run(`${line} ${SHOP}`);
    expect([stdout, exitCode]).toEqual(['', code]);
    expect(stderr).toContain(text);
  });
});

describe('describe --compat', () => {
  it("prints the reference's text, by its aliases too", async () => {
    const { stdout } = await run(`x des svc ledger -n payments ${SHOP} --compat`);
    expect(stdout).toBe(
      [
        'Service: ledger',
        '   Port: http 80/HTTP targets pod port 9080',
        '   Port: grpc-admin 9090/GRPC targets pod port 9090',
        '80:',
        '   DestinationRule: ledger for "ledger.payments.svc.cluster.local"',
        '      Traffic Policy TLS Mode: DISABLE',
        '80 RBAC policies: ns[istio-system]-policy[no-admin]-rule[0]',
        '9090:',
        '   DestinationRule: ledger for "ledger.payments.svc.cluster.local"',
        '      Traffic Policy TLS Mode: DISABLE',
        '9090 RBAC policies: ns[istio-system]-policy[no-admin]-rule[0]',
        'Skipping Gateway information (no ingress gateway pods)',
        '',
      ].join('\n'),
    );
  });

  it('stops where the reference stops, and ends with 1', async () => {
    const { stdout, stderr, exitCode } = await run(`describe pod deploy/mailer-v1.legacy ${SHOP} --compat`);
    expect(stdout).toBe(
      [
        'Pod: mailer-v1-5d576c6fbf-ctdv4.legacy',
        '   Pod Revision: ',
        '   Pod Ports: 9080 (app)',
        'WARNING: mailer-v1-5d576c6fbf-ctdv4.legacy is not part of mesh; no Istio sidecar',
        '--------------------',
        '',
      ].join('\n'),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('holds no Envoy');
    const ignored = await run(`describe pod deploy/mailer-v1.legacy ${SHOP} --compat --ignoreUnmeshed`);
    expect([ignored.exitCode, ignored.stderr]).toEqual([0, '']);
    expect(ignored.stdout).toContain('Effective PeerAuthentication:\n   Workload mTLS mode: STRICT\n');
  });
});
