import { afterEach, expect, it } from 'vitest';
import type { XdsOptions } from '../../../src/sources/live-options.ts';
import type { IstiodReply, MeshSource } from '../../../src/sources/source.ts';
import { describeLive } from '../bench.ts';
import type { Fault } from '../servers/mesh/page-server.ts';

const MONITORING = 15014;
const XDS = 15012;
const XDS_PLAIN = 15010;
const SYNCZ = { channel: 'debug', name: 'syncz' } as const;

describeLive('istiod over xDS', (bench) => {
  const [istiod] = bench.istiods;
  if (istiod === undefined) throw new Error('no istiod');
  afterEach(async () => {
    for (const port of [MONITORING, XDS, XDS_PLAIN]) {
      await bench.setFault(istiod, port, 'none');
      await bench.asked(istiod, port);
    }
  });
  const open = (xds: Partial<XdsOptions> = {}, user = 'admin'): MeshSource =>
    bench.open(user, { live: { xds: { port: XDS, insecure: false, plaintext: false, ...xds } } });
  const recorded = (...path: readonly string[]): string =>
    bench.mesh.istiodPage(istiod, ...path)?.toString('utf8') ?? '';

  it('answers the state of its proxies in the JSON that recordings hold', async () => {
    const [reply, ...others] = await open().istiod({ channel: 'xds', name: 'syncz' });
    expect(others).toEqual([]);
    expect(reasonOf(reply)).toBe('');
    const { resources, typeUrl, controlPlane } = JSON.parse(textOf(reply));
    const expected = JSON.parse(recorded('xds', 'syncz.json'));
    expect(resources).toEqual(expected.resources);
    expect([typeUrl, controlPlane]).toEqual([expected.typeUrl, expected.controlPlane]);
  });

  it('is shown a token for its audience, over TLS that was verified against the root of the mesh', async () => {
    const [reply] = await open().istiod(SYNCZ);
    expect(textOf(reply)).toBe(recorded('debug', 'syncz.json'));
    expect(await bench.asked(istiod, XDS)).toEqual(['istio.io/debug syncz as istio-system/default by token']);
    expect(await bench.asked(istiod, MONITORING)).toEqual([]);
  });

  it('is asked for any debug page, and only its owner for those of a proxy', async () => {
    const source = open();
    const [mesh] = await source.istiod({ channel: 'debug', name: 'mesh' });
    expect(textOf(mesh)).toBe(recorded('debug', 'mesh.json'));
    const cart = bench.proxies.find(({ name }) => name.startsWith('cart-')) ?? istiod;
    const [dump] = await source.istiod({ channel: 'debug', name: 'config_dump', proxy: cart });
    expect(textOf(dump)).toBe(recorded('debug', 'config_dump', `${cart.name}.shop.json`));
  });

  it('tells its version', async () => {
    const [reply] = await open().istiod({ channel: 'version', name: 'version' });
    expect(JSON.parse(textOf(reply))).toMatchObject({
      version: '1.32-alpha.86c9f01fd735',
      golang_version: 'go1.26.8',
    });
  });

  it('is shown a certificate of --cert-dir in the place of a token', async () => {
    const [reply] = await open({ certDir: bench.certDir }).istiod(SYNCZ);
    expect(reasonOf(reply)).toBe('');
    expect(await bench.asked(istiod, XDS)).toEqual([
      'istio.io/debug syncz as istio-system/istio-reader-service-account by certificate',
    ]);
  });

  it('gets no token with --insecure, and says that it wants one', async () => {
    const [reply] = await open({ insecure: true }).istiod(SYNCZ);
    expect(await bench.asked(istiod, XDS)).toEqual([
      'istio.io/debug syncz as istio-system/default by nothing',
    ]);
    expect(reply?.answer).toMatchObject({
      error: { code: 'Forbidden', next: expect.stringContaining('--cert-dir') },
    });
  });

  it('gets no token with --plaintext', async () => {
    const [reply] = await open({ plaintext: true, port: XDS_PLAIN }).istiod(SYNCZ);
    expect(reasonOf(reply)).toBe('');
    expect(await bench.asked(istiod, XDS_PLAIN)).toEqual([
      'istio.io/debug syncz as istio-system/default by nothing',
    ]);
  });

  it('gets no request at all under another name than its certificate has', async () => {
    const [reply] = await open({ authority: 'istiod.elsewhere.svc' }).istiod(SYNCZ);
    expect(reasonOf(reply)).toContain('not for istiod.elsewhere.svc');
    expect(await bench.asked(istiod, XDS)).toEqual([]);
  });

  it('gets no request at all when the root of the mesh did not sign its certificate', async () => {
    const path = '/api/v1/namespaces/istio-system/configmaps/istio-ca-root-cert';
    const { data } = JSON.parse(await bench.admin.text(path));
    const [stranger] = bench.mesh
      .objects()
      .flatMap(({ items }) => items)
      .filter(({ metadata }) => metadata.name === 'istio-ca-root-cert');
    await bench.admin.merge(path, { data: stranger?.['data'] });
    try {
      const [reply] = await open().istiod(SYNCZ);
      expect(reasonOf(reply)).toContain('not signed by the root of the mesh');
      expect(await bench.asked(istiod, XDS)).toEqual([]);
    } finally {
      await bench.admin.merge(path, { data });
    }
  });

  it('is asked at an address without looking for its pods', async () => {
    const port = await bench.localPort(istiod, XDS);
    const [reply, ...others] = await open({ address: `127.0.0.1:${port}` }).istiod(SYNCZ);
    expect(others).toEqual([]);
    expect(reply?.istiod.name).toBe(`127.0.0.1:${port}`);
    expect(textOf(reply)).toBe(recorded('debug', 'syncz.json'));
    const plain = await bench.localPort(istiod, XDS_PLAIN);
    const [second] = await open({ address: '127.0.0.1', port: plain, plaintext: true }).istiod(SYNCZ);
    expect(textOf(second)).toBe(recorded('debug', 'syncz.json'));
  });

  it('is found by a label of its own', async () => {
    const [reply] = await open({ label: 'istio=pilot' }).istiod(SYNCZ);
    expect(reply?.istiod.name).toBe(istiod.name);
    expect(await open({ label: 'app=none' }).istiod(SYNCZ)).toEqual([]);
  });

  it('outside the cluster is found by the webhook of the default revision', async () => {
    const port = await bench.localPort(istiod, XDS);
    const root = Buffer.from(
      JSON.parse(await bench.admin.text('/api/v1/namespaces/istio-system/configmaps/istio-ca-root-cert'))
        .data['root-cert.pem'],
    ).toString('base64');
    const webhooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
    const webhook = {
      name: 'object.sidecar-injector.istio.io',
      clientConfig: { url: `https://127.0.0.1:${port}/inject`, caBundle: root },
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Ignore',
      namespaceSelector: { matchLabels: { 'istio.io/deactivated': 'never-match' } },
    };
    await bench.admin.create('/api/v1/namespaces', { metadata: { name: 'external' } });
    await bench.admin.create('/api/v1/namespaces/external/serviceaccounts', {
      metadata: { name: 'default' },
    });
    const tag = {
      name: 'istio-revision-tag-default-external',
      labels: { 'istio.io/rev': 'outside', 'istio.io/tag': 'default' },
    };
    await bench.admin.create(webhooks, { metadata: tag, webhooks: [webhook] });
    const injector = { name: 'istio-sidecar-injector-outside', labels: { 'istio.io/rev': 'outside' } };
    await bench.admin.create(webhooks, { metadata: injector, webhooks: [webhook] });
    try {
      const [reply, ...others] = await bench.open('admin', { istioNamespace: 'external' }).istiod(SYNCZ);
      expect(others).toEqual([]);
      expect(reasonOf(reply)).toBe('');
      expect(textOf(reply)).toBe(recorded('debug', 'syncz.json'));
      expect(await bench.asked(istiod, XDS)).toEqual(['istio.io/debug syncz as external/default by token']);
    } finally {
      for (const { name } of [tag, injector]) await bench.admin.delete(`${webhooks}/${name}`);
    }
  });

  const faults: readonly (readonly [Fault, string])[] = [
    ['refuse', 'nothing listens on port 15012'],
    ['hang', 'no answer within 1 s'],
    ['slow', 'no answer within 1 s'],
    ['truncated', "can't be decoded"],
    ['endless', 'other types than asked for'],
    [401, 'does not accept the login over xDS: fault 401'],
    [403, 'refuses the answer over xDS: fault 403'],
    [500, 'the xDS call failed: fault 500'],
  ];

  it.each(faults)('that is broken (%s) is a failed reply with its reason', async (fault, reason) => {
    await bench.setFault(istiod, XDS, fault);
    const xds = { port: XDS, insecure: false, plaintext: false };
    const [reply, ...others] = await bench
      .open('admin', { idleMs: 1_000, live: { xds } })
      .istiod({ channel: 'xds', name: 'syncz' });
    expect(others).toEqual([]);
    expect(reasonOf(reply)).toContain(reason);
  });

  // A node that forwards a port does not tell when the other side has closed: this shows at an address.
  it.each(['cut', 'eof'] as const)(
    'that closes in the middle (%s) is a failed reply at once',
    async (fault) => {
      await bench.setFault(istiod, XDS, fault);
      const address = `127.0.0.1:${await bench.localPort(istiod, XDS)}`;
      const start = performance.now();
      const [reply] = await open({ address }).istiod({ channel: 'xds', name: 'syncz' });
      expect(reply?.answer).toMatchObject({ ok: false, error: { code: 'Unreachable' } });
      expect(performance.now() - start).toBeLessThan(5_000);
    },
  );

  const httpFaults: readonly Fault[] = ['refuse', 'cut', 'eof', 'no-debug', 401, 403, 500];

  it.each(httpFaults)('answers in the place of HTTP that is broken (%s)', async (fault) => {
    await bench.setFault(istiod, MONITORING, fault);
    const [reply] = await bench.open('admin').istiod(SYNCZ);
    expect(reasonOf(reply)).toBe('');
    expect(textOf(reply)).toBe(recorded('debug', 'syncz.json'));
  });

  it.each(['hang', 'slow', 'endless'] as const)(
    'answers beside HTTP that does not end (%s)',
    async (fault) => {
      await bench.setFault(istiod, MONITORING, fault);
      const start = performance.now();
      const [reply] = await bench.open('admin').istiod(SYNCZ);
      expect(textOf(reply)).toBe(recorded('debug', 'syncz.json'));
      expect(performance.now() - start).toBeLessThan(5_000);
    },
  );

  it('is asked at once where HTTP is known to be switched off', async () => {
    await bench.setFault(istiod, MONITORING, 'no-debug');
    const source = bench.open('admin');
    await source.istiod(SYNCZ);
    await bench.asked(istiod, MONITORING);
    const [reply] = await source.istiod({ channel: 'debug', name: 'mesh' });
    expect(reasonOf(reply)).toBe('');
    expect(await bench.asked(istiod, MONITORING)).toEqual([]);
  });

  it('is reached over SPDY by a user who may only create port-forwards', async () => {
    const [reply] = await open({ certDir: bench.certDir }, 'create-only').istiod(SYNCZ);
    expect(textOf(reply)).toBe(recorded('debug', 'syncz.json'));
  });

  it('can not be shown a token by a user who may not make one: the rule to ask for is told', async () => {
    const [reply] = await open({}, 'no-exec').istiod(SYNCZ);
    expect(reply?.answer).toMatchObject({
      error: { code: 'Forbidden', next: expect.stringContaining('verb create on serviceaccounts/token') },
    });
    expect(await bench.asked(istiod, XDS)).toEqual([]);
  });

  it('leaves nothing open', async () => {
    const sockets = (): number =>
      process.getActiveResourcesInfo().filter((kind) => /TCP|Pipe|TLS/.test(kind)).length;
    await open().istiod(SYNCZ);
    const before = sockets();
    const source = open();
    await source.istiod(SYNCZ);
    await source.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sockets()).toBeLessThanOrEqual(before);
    expect(process.getActiveResourcesInfo()).not.toContain('TCPServerWrap');
  });

  it('can not be asked by a user who may neither forward nor make tokens: HTTP says so once', async () => {
    const [reply] = await bench.open('reader').istiod(SYNCZ);
    expect(reasonOf(reply)).toContain('pods/portforward');
    expect(reasonOf(reply)).not.toContain('over xDS');
  });
});

function textOf(reply: IstiodReply | undefined): string {
  return reply?.answer.ok
    ? Buffer.from(reply.answer.value).toString('utf8')
    : `no answer: ${reasonOf(reply)}`;
}

function reasonOf(reply: IstiodReply | undefined): string {
  return reply === undefined || reply.answer.ok ? '' : reply.answer.error.reason;
}
