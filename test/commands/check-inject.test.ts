import { rmSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hookObject } from '../helpers/injection.ts';
import { istiodObjects, namespaceObject, objectMesh, podObject } from '../helpers/object-mesh.ts';
import { run } from '../helpers/run.ts';

const SHOP = 'fixtures/meshes/shop';
const AMBIENT = 'fixtures/meshes/ambient';
const DEFAULT = hookObject('default', { name: 'istio-sidecar-injector', isDefault: true });
const ENABLED = { 'istio-injection': 'enabled' };

const check = (words: string, mesh: string, options = {}) =>
  run(`check-inject ${words} --from ${mesh}`, options);

describe('check-inject', () => {
  it('tells the revision, the label that decides, what the pod has and how to change it', async () => {
    const { stdout, stderr, exitCode } = await check('deploy/cart-v1.shop', SHOP);
    expect(stdout).toBe(
      [
        '✔ Deployment shop/cart-v1: injected by revision default (istio-sidecar-injector)',
        '  why      namespace label istio-injection=enabled asks for it',
        '  pod      cart-v1-db9689b57-djzwj.shop: has the sidecar of revision default',
        '  change   to keep it out: label sidecar.istio.io/inject: "false" in the pod template; for all of shop: kubectl label namespace shop istio-injection-',
        '',
      ].join('\n'),
    );
    expect([stderr, exitCode]).toEqual(['', 0]);
  });

  it('names every label that would ask for it', async () => {
    const { stdout } = await check('mailer-v1-5d576c6fbf-ctdv4.legacy', SHOP);
    expect(stdout).toBe(
      [
        '· mailer-v1-5d576c6fbf-ctdv4.legacy: not injected',
        '  why      neither the namespace asks for it (istio-injection=enabled or istio.io/rev=default) nor the pod (sidecar.istio.io/inject=true or istio.io/rev=default)',
        '  pod      mailer-v1-5d576c6fbf-ctdv4.legacy: has no sidecar',
        '  change   all of legacy: kubectl label namespace legacy istio-injection=enabled (or istio.io/rev=default); pods follow when they restart',
        '  change   this workload alone: label sidecar.istio.io/inject: "true" in the pod template',
        '',
      ].join('\n'),
    );
  });

  it('tells each webhook with --all, and what stands in the way of it', async () => {
    const { stdout } = await check('-n shop -l app=cart --all', SHOP);
    expect(stdout).toContain('✔ a pod with these labels in shop: injected by revision default');
    expect(stdout).toMatch(/^ {2}WEBHOOK +REVISION +TAG +DETAIL$/m);
    expect(stdout).toMatch(/^✔ {3}namespace\.sidecar-injector\.istio\.io .* label istio-injection=enabled/m);
    expect(stdout).toMatch(
      /^· {3}object\.sidecar-injector\.istio\.io +namespace has istio-injection=enabled, wanted is none; pod has no label sidecar\.istio\.io\/inject, wanted is true$/m,
    );
  });

  it('leaves proxies alone that are no sidecars, and says that ambient pods need none', async () => {
    const waypoint = await check('deploy/pharmacy-waypoint.pharmacy', AMBIENT);
    expect(waypoint.stdout).toContain('note     its proxy is part of its own template, and is not injected');
    expect(waypoint.stdout).not.toContain('change');
    const pod = await check('labs-0.clinic', AMBIENT);
    expect(pod.stdout).toContain('note     in ambient mode the ztunnel of the node carries its traffic');
  });

  it('finds pods that a restart would change, one way and the other', async () => {
    const mesh = objectMesh([
      DEFAULT,
      ...istiodObjects(),
      namespaceObject('shop', ENABLED),
      namespaceObject('legacy'),
      podObject('cart', 'shop'),
      podObject('search', 'shop', '1-29'),
      podObject('mailer', 'legacy', 'default'),
    ]);
    expect((await check('cart.shop', mesh)).stdout).toContain(
      '! cart.shop: injected by revision default (istio-sidecar-injector), once it is restarted\n',
    );
    expect((await check('search.shop', mesh)).stdout).toContain(
      'has the sidecar of revision 1-29; restart it to change that',
    );
    expect((await check('mailer.legacy', mesh)).stdout).toContain(
      '! mailer.legacy: not injected any more, once it is restarted\n',
    );
  });

  it('names the revisions that are served when a namespace asks for another', async () => {
    const mesh = objectMesh([
      hookObject('1-30', { tag: 'prod', isDefault: true }),
      hookObject('1-31'),
      ...istiodObjects('1-30'),
      namespaceObject('shop', { 'istio.io/rev': 'pord' }),
      podObject('cart', 'shop'),
    ]);
    const { stdout } = await check('cart.shop', mesh);
    expect(stdout).toContain(
      'why      namespace label istio.io/rev=pord asks for revision or tag pord, which no webhook serves',
    );
    expect(stdout).toContain('where REVISION is one that is served: 1-31, prod; or install pord');
    expect(stdout).toMatch(/^· istio-revision-tag-prod +1-30 +prod +namespace label istio\.io\/rev=pord/m);
  });

  it('calls several injecting webhooks a conflict', async () => {
    const mesh = objectMesh([
      DEFAULT,
      hookObject('1-30', { tag: 'default', isDefault: true }),
      ...istiodObjects(),
      namespaceObject('shop', ENABLED),
      podObject('cart', 'shop', 'default'),
    ]);
    const { stdout, exitCode } = await check('cart.shop', mesh);
    expect(stdout).toContain('✖ cart.shop: several webhooks inject it\n');
    expect(stdout).toContain('2 webhooks inject: istio-revision-tag-default (namespace label');
    expect(exitCode).toBe(0);
    const compat = await check('cart.shop --compat', mesh);
    expect(compat.stdout).toMatch(/ERROR: multiple webhooks will inject, which can lead to errors$/);
  });

  it.each([
    ['whose Service is missing', [], 'served by Service istio-system/istiod, which does not exist'],
    [
      'without a ready pod',
      istiodObjects().slice(0, 1),
      'no pod of Service istio-system/istiod is ready; then new pods are refused (failurePolicy Fail)',
    ],
    [
      'that trusts another root',
      [
        ...istiodObjects(),
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'istio-ca-root-cert', namespace: 'istio-system' },
          data: { 'root-cert.pem': '-----BEGIN CERTIFICATE-----\nBB==\n-----END CERTIFICATE-----' },
        },
      ],
      "the caBundle of istio-sidecar-injector holds none of the mesh's roots",
    ],
  ])('warns of a webhook %s', async (_, objects, warning) => {
    const pods = [podObject('cart', 'shop', 'default'), podObject('other', 'istio-system')];
    const mesh = objectMesh([DEFAULT, namespaceObject('shop', ENABLED), ...pods, ...objects]);
    const { stdout } = await check('cart.shop', mesh);
    expect(stdout).toContain(`  warning  `);
    expect(stdout).toContain(warning);
  });

  it('names conditions that it does not evaluate, and labels that are not looked at', async () => {
    const hook = hookObject('default', {
      isDefault: true,
      extra: { matchConditions: [{ name: 'not-a-job', expression: 'true' }] },
    });
    const labels = { ...ENABLED, 'istio.io/rev': 'canary' };
    const mesh = objectMesh([
      hook,
      ...istiodObjects(),
      namespaceObject('shop', labels),
      podObject('cart', 'shop'),
    ]);
    const { stdout } = await check('cart.shop', mesh);
    expect(stdout).toContain('also has matchConditions (not-a-job), which are not evaluated here');
    expect(stdout).toContain(
      'istio.io/rev=canary is not looked at: istio-injection on the namespace goes first',
    );
  });

  it('reads the policy of the injector of that revision, and says when it can not', async () => {
    const config = (text: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'istio-sidecar-injector',
        namespace: 'istio-system',
        labels: { 'istio.io/rev': 'default' },
      },
      data: { config: text },
    });
    const objects = [
      DEFAULT,
      ...istiodObjects(),
      namespaceObject('shop', ENABLED),
      podObject('cart', 'shop'),
    ];
    const disabled = await check('cart.shop', objectMesh([...objects, config('policy: disabled')]));
    expect(disabled.stdout).toContain("why      the injector's policy is disabled");
    const broken = await check('cart.shop --strict', objectMesh([...objects, config('a: [')]));
    expect(broken.stderr).toContain('its policy is taken for enabled');
    expect(broken.exitCode).toBe(75);
  });

  it('shows what pods have when the webhooks were not recorded', async () => {
    const mesh = objectMesh([
      DEFAULT,
      namespaceObject('shop', ENABLED),
      podObject('cart', 'shop', 'default'),
    ]);
    rmSync(`${mesh}/clusters/test/kubernetes/admissionregistration.k8s.io`, { recursive: true });
    const { stdout, exitCode } = await check('cart.shop', mesh);
    expect(stdout).toContain('? cart.shop: unknown whether a new pod is injected');
    expect(stdout).toContain('pod      cart.shop: has the sidecar of revision default');
    expect(exitCode).toBe(66);
  });

  it('asks for one target, labels that can be read, and a namespace that exists', async () => {
    for (const words of ['', 'cart.shop -l app=cart', '-n shop -l app!=cart', '-n shop -l ,']) {
      expect((await check(words, SHOP)).exitCode, words).toBe(64);
    }
    const { stderr, exitCode } = await check('-n shp -l app=cart', SHOP);
    expect(stderr).toContain('near  shop');
    expect(exitCode).toBe(66);
  });

  it('keeps every line within a terminal', async () => {
    const { stdout } = await check('deploy/mailer-v1.legacy --all', SHOP, { tty: { columns: 80 } });
    for (const line of stdout.split('\n')) expect(stripVTControlCharacters(line).length).toBeLessThan(81);
  });
});
