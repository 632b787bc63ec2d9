import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NamePseudonyms } from '../../../../src/security/pseudonyms/name-pseudonyms.ts';
import { Pseudonymizer } from '../../../../src/security/pseudonyms/pseudonymizer.ts';
import { reveal } from '../../../../src/security/pseudonyms/reveal.ts';

const KEY = Buffer.alloc(32, 3);
const POD = {
  kind: 'Pod',
  metadata: {
    name: 'cart-v1-6588479589-4ksqx',
    namespace: 'shop',
    labels: { app: 'cart', team: 'growth' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-v1-6588479589' }],
  },
  spec: { nodeName: 'ip-10-0-1-23.ec2.internal', serviceAccountName: 'cart-reader' },
};

function pseudonymizer(more: { words?: string[]; fields?: string[] } = {}): Pseudonymizer {
  const made = new Pseudonymizer({ what: new Set(['names', 'ips']), key: KEY, ...more });
  made.learn(POD);
  made.learn({ spec: { hosts: ['shop.example.com', '*.acme-pay.io', 'edge/*.lan.acme.corp'] } });
  return made;
}

const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);

describe('pseudonyms of names', () => {
  it('are DNS labels where names were, and never shared', () => {
    const names = new NamePseudonyms(KEY);
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(label, (name) => {
        const pseudonym = names.label(name);
        expect(pseudonym).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
        expect(names.label(name)).toBe(pseudonym);
        expect(seen.get(pseudonym) ?? name).toBe(name);
        seen.set(pseudonym, name);
      }),
      { numRuns: 1_000 },
    );
  });

  it('do not hang on the order in which names come', () => {
    const some = ['cart', 'ledger-api', 'shop', 'a-very-long-name-of-a-service'];
    const [one, other] = [new NamePseudonyms(KEY), new NamePseudonyms(KEY)];
    const forth = some.map((name) => one.label(name));
    const back = [...some].reverse().map((name) => other.label(name));
    expect(back.reverse()).toEqual(forth);
  });

  it('keep what Kubernetes puts behind a name', () => {
    const names = new NamePseudonyms(KEY);
    const cart = names.label('cart');
    expect(names.label('cart-v1')).toBe(`${cart}-v1`);
    expect(names.label('cart-v1-6588479589')).toBe(`${cart}-v1-6588479589`);
    expect(names.label('cart-v1-6588479589-4ksqx')).toBe(`${cart}-v1-6588479589-4ksqx`);
    expect(names.label('cart-0')).toBe(`${cart}-0`);
  });

  it.each([
    'istio-system',
    'kube-system',
    'istiod',
    'istio-ingressgateway',
    'istiod-1-24',
    'default',
    'ztunnel-x7k2p',
  ])('are not made for %s', (name) => expect(new NamePseudonyms(KEY).label(name)).toBe(name));
});

describe('names in texts', () => {
  const names = pseudonymizer();
  const [cart, shop] = [names.text('cart'), names.text('shop')];
  const [acme, example] = [names.names.label('acme'), names.names.label('example')];

  it.each([
    ['outbound|80|v1|cart.shop.svc.cluster.local', `outbound|80|v1|${cart}.${shop}.svc.cluster.local`],
    ['outbound_.80_.v1_.cart.shop.svc.cluster.local', `outbound_.80_.v1_.${cart}.${shop}.svc.cluster.local`],
    [
      'cluster.outbound|80||cart.shop.svc.cluster.local;.upstream_rq_200',
      `cluster.outbound|80||${cart}.${shop}.svc.cluster.local;.upstream_rq_200`,
    ],
    ['spiffe://cluster.local/ns/shop/sa/cart', `spiffe://cluster.local/ns/${shop}/sa/${cart}`],
    [
      'kubernetes://apis/apps/v1/namespaces/shop/deployments/cart-v1',
      `kubernetes://apis/apps/v1/namespaces/${shop}/deployments/${cart}-v1`,
    ],
    ['cart-v1-6588479589-4ksqx.shop', `${cart}-v1-6588479589-4ksqx.${shop}`],
    ['"GET /cart/7 HTTP/1.1" 200 "cart.shop"', `"GET /${cart}/7 HTTP/1.1" 200 "${cart}.${shop}"`],
    ['{\\"app\\":\\"cart\\",\\n\\"a\\":1}\\ncart', `{\\"app\\":\\"${cart}\\",\\n\\"a\\":1}\\n${cart}`],
    ['%2Fcart%7Cshop', `%2F${cart}%7C${shop}`],
    ['^shop\\.example\\.com$', `^${shop}\\.${example}\\.com$`],
    ['www.shop.example.com:443', `www.${shop}.${example}.com:443`],
    ['http-cart', `http-${cart}`],
    ['inbound|9080||', 'inbound|9080||'],
    ['cartography and workshops', 'cartography and workshops'],
    [
      'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC',
      'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC',
    ],
    [
      'networking.istio.io/v1 app.kubernetes.io/name ads/delta.go:123',
      'networking.istio.io/v1 app.kubernetes.io/name ads/delta.go:123',
    ],
    ['docker.io/istio/proxyv2:1.24.0', 'docker.io/istio/proxyv2:1.24.0'],
    ['0.0.0.0_15006 virtualInbound 127.0.0.1:15000', '0.0.0.0_15006 virtualInbound 127.0.0.1:15000'],
    ['at 02:11:39, took 1:02', 'at 02:11:39, took 1:02'],
  ])('%s', (text, expected) => expect(names.text(text)).toBe(expected));

  it.each([
    ['%252Fcart%257Cshop', `%252F${cart}%257C${shop}`],
    ['\\u0026cart\\u003cshop', `\\u0026${cart}\\u003c${shop}`],
    ['\\x2fcart\\057shop', `\\x2f${cart}\\057${shop}`],
    ['CART_SERVICE_HOST=1', `${cart.toUpperCase()}_SERVICE_HOST=1`],
    ['CART.SHOP.SVC.CLUSTER.LOCAL', `${cart}.${shop}.svc.cluster.local`.toUpperCase()],
    ['/pods/shop_cart-v1-6588479589-4ksqx_c1', `/pods/${shop}_${cart}-v1-6588479589-4ksqx_c1`],
    [
      'sidecar~cart-v1-6588479589-4ksqx.shop~shop.svc',
      `sidecar~${cart}-v1-6588479589-4ksqx.${shop}~${shop}.svc`,
    ],
    ['system:serviceaccount:shop:cart', `system:serviceaccount:${shop}:${cart}`],
    ['{cart} <shop> `cart` #shop', `{${cart}} <${shop}> \`${cart}\` #${shop}`],
  ])(
    'are hidden behind escapes, in capitals and between underscores, and come back: %s',
    (text, expected) => {
      expect(names.text(text)).toBe(expected);
      const key = { names: names.names.mapping(), addresses: names.addresses.mapping() };
      expect(reveal(expected, key).text).toBe(text);
    },
  );

  it('are hidden before the ends that a cloud lends, which stay', () => {
    const rented = pseudonymizer();
    const hosts = ['acmeprod.c7x.eu-west-1.rds.amazonaws.com', 'acmeshop.postgres.database.azure.com'];
    rented.learn({ spec: { hosts } });
    const [first = '', second = ''] = hosts.map((host) => rented.text(host));
    expect(first).toMatch(/^[a-z]{6}\.[a-z0-9]+\.eu-west-1\.rds\.amazonaws\.com$/);
    expect(second).toMatch(/^[a-z]{6}\.postgres\.database\.azure\.com$/);
    expect(`${first} ${second}`).not.toContain('acme');
    const everybodys = 'type.googleapis.com/a eks.amazonaws.com/role-arn disk.csi.azure.com';
    expect(rented.text(everybodys)).toBe(everybodys);
  });

  it('are hidden in base64 in the midst of a text, and in what is packed', () => {
    const inner = Buffer.from('the service cart in shop').toString('base64');
    const hidden = names.text(`env ${inner} loaded`);
    expect(hidden).toBe(`env ${Buffer.from(`the service ${cart} in ${shop}`).toString('base64')} loaded`);
    expect(reveal(hidden, { names: names.names.mapping(), addresses: [] }).text).toBe(`env ${inner} loaded`);
    const packed = gzipSync('the service cart in shop').toString('base64');
    expect(names.text(`release ${packed}`)).toBe('release [redacted]');
  });

  it('are hidden in hosts that were never seen before', () => {
    expect(names.text('mail.acme.corp')).toBe(`${names.names.label('mail')}.${acme}.corp`);
    expect(names.text('from orders.billing.svc:80')).not.toMatch(/orders|billing/);
    expect(names.text('user anna.smith@acme.corp')).not.toMatch(/anna|smith|acme/);
    expect(names.text('node ip-10-0-1-23.ec2.internal')).not.toMatch(/10-0-1-23|ec2/);
  });

  it('keep fields, kinds and words of the layout', () => {
    const odd = new Pseudonymizer({ what: new Set(['names']), key: KEY });
    odd.learn({ kind: 'Service', metadata: { name: 'route', namespace: 'status' } });
    odd.learn({ kind: 'Service', metadata: { name: 'weight', namespace: 'timeout' } });
    const value = { status: { route: [{ weight: 1, timeout: '3s' }] }, kind: 'Service' };
    expect(odd.json(value)).toEqual(value);
  });

  it('are hidden in base64 and in keys, and addresses beside their length', () => {
    const text = Buffer.from('the service cart in shop').toString('base64');
    const value = { [`cart.shop.svc.cluster.local`]: { shop: [text] } };
    const hidden = JSON.stringify(names.json(value));
    expect(hidden).toContain(`${cart}.${shop}.svc.cluster.local`);
    expect(hidden).toContain(Buffer.from(`the service ${cart} in ${shop}`).toString('base64'));
    const range = names.json({ address_prefix: '10.1.0.0', prefix_len: 16 }) as Record<string, string>;
    expect(range['address_prefix']).toMatch(/^10\.\d+\.0\.0$/);
    expect(names.text('10.1.0.0/16')).toBe(`${range['address_prefix']}/16`);
  });

  it('are those that somebody names besides', () => {
    const own = pseudonymizer({ words: ['skunkworks'], fields: ['team'] });
    own.learn(POD);
    expect(own.text('project skunkworks of growth')).not.toMatch(/skunkworks|growth/);
    expect(names.text('project skunkworks of growth')).toBe('project skunkworks of growth');
  });

  it('come back', () => {
    const text =
      'cart-v1-6588479589-4ksqx.shop at 10.1.2.3 (10.0.0.0/8, fd00::7) of shop.example.com: spiffe://cluster.local/ns/shop/sa/cart-reader';
    const hidden = names.text(text);
    const key = { names: names.names.mapping(), addresses: names.addresses.mapping() };
    expect(reveal(hidden, key).text).toBe(text);
    expect(reveal('nothing of this mesh: 9.9.9.9', key)).toEqual({
      text: 'nothing of this mesh: 9.9.9.9',
      revealed: 0,
    });
  });

  it('are hidden in variables that are called after a Service', () => {
    const own = pseudonymizer();
    own.learn({ kind: 'Service', metadata: { name: 'gift-card', namespace: 'shop' } });
    const [gift, card] = [own.names.label('gift'), own.names.label('card')].map((one) => one.toUpperCase());
    const text =
      'GIFT_CARD_SERVICE_HOST GIFT_CARD_SERVICE_PORT_HTTP GIFT_CARD_PORT_80_TCP_ADDR CART_PORT ISTIOD_PORT KUBERNETES_SERVICE_HOST GIFT_WRAP_PORT';
    const renamed = own.text(text);
    expect(renamed).toBe(
      `${gift}_${card}_SERVICE_HOST ${gift}_${card}_SERVICE_PORT_HTTP ${gift}_${card}_PORT_80_TCP_ADDR ${cart?.toUpperCase()}_PORT ISTIOD_PORT KUBERNETES_SERVICE_HOST GIFT_WRAP_PORT`,
    );
    expect(reveal(renamed, { names: own.names.mapping(), addresses: [] }).text).toBe(text);
  });

  it.each([
    'gke_acme-prod_europe-west1_lakeside',
    'arn:aws:eks:eu-west-1:123456789012:cluster/lakeside',
    'admin@lakeside.acme.example',
    'Lakeside',
    'lakeside (context)',
  ])('are hidden as they are written where objects can not be called so: %s', (name) => {
    const own = pseudonymizer();
    own.learnName(name);
    const word = own.whole(name);
    expect(word).toMatch(/^[a-z]{6}$/);
    const text = `clusters/${name}/proxies: "${name}" of ${name}, not`;
    expect(own.text(text)).toBe(`clusters/${word}/proxies: "${word}" of ${word}, not`);
    expect(own.json({ CLUSTER_ID: name, shards: { [name]: [] } })).toEqual({
      CLUSTER_ID: word,
      shards: { [word]: [] },
    });
  });

  it('are learnt from variables of pods, and from how a cluster is called there', () => {
    const own = pseudonymizer();
    own.learn({
      env: [
        { name: 'ISTIO_META_CLUSTER_ID', value: 'gke_acme_lakeside' },
        { name: 'ISTIO_META_NETWORK', value: 'boathouse' },
        { name: 'TRUST_DOMAIN', value: 'mesh.acme.lan' },
        { name: 'POD_NAME', value: 'gondola-0' },
        { name: 'GREETING', value: 'welcome' },
      ],
    });
    own.learn([{ id: 'jetty', secretName: '', syncStatus: 'synced' }]);
    expect(own.text('gke_acme_lakeside boathouse mesh.acme.lan gondola-0 jetty')).not.toMatch(
      /lakeside|boathouse|mesh\.acme|gondola|jetty/,
    );
    expect(own.text('welcome')).toBe('welcome');
  });

  it('of any text leave its length of lines and its end', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(names.text(text).split('\n').length).toBe(text.split('\n').length);
        expect(names.text(names.text(text).replace(/[a-z]{2,}/g, ''))).toBeTypeOf('string');
      }),
    );
  });
});
