import { describe, expect, it } from 'vitest';
import { hookObject } from '../helpers/injection.ts';
import { istiodObjects, namespaceObject, objectMesh, podObject } from '../helpers/object-mesh.ts';
import { run } from '../helpers/run.ts';

const HOOKS = [hookObject('1-30', { tag: 'default', isDefault: true }), hookObject('1-31')];
const ENABLED = { 'istio-injection': 'enabled' };

describe('injector list', () => {
  it('counts healthy namespaces and names the injector with its image', async () => {
    const { stdout } = await run('injector list --from fixtures/meshes/shop');
    expect(stdout).toBe(
      [
        '✔ namespaces: 3 injected (13 pods) · 2 without injection · --all lists them',
        '',
        '  INJECTOR                REVISION  TAG  IMAGE                                            DETAIL',
        '✔ istio-sidecar-injector  default   -    docker.io/istio/proxyv2:1.32-alpha.86c9f01fd735  injects edge, payments, shop',
        '',
      ].join('\n'),
    );
  });

  it('puts missing injectors first, then pods to restart by name', async () => {
    const mesh = objectMesh([
      ...HOOKS,
      ...istiodObjects('1-30'),
      namespaceObject('edge', { 'istio.io/rev': 'canary' }),
      namespaceObject('payments', { 'istio.io/rev': '1-31' }),
      namespaceObject('shop', ENABLED),
      namespaceObject('legacy'),
      podObject('gateway', 'edge'),
      podObject('ledger', 'payments', '1-30'),
      podObject('fraud', 'payments'),
      podObject('batch', 'payments', undefined, { 'sidecar.istio.io/inject': 'false' }),
      podObject('cart', 'shop', '1-30'),
      podObject('mailer', 'legacy', '1-29'),
    ]);
    const { stdout } = await run(`injector list --from ${mesh}`);
    expect(stdout).toBe(
      [
        '  NAMESPACE  REVISION  PODS               DETAIL',
        '✖ edge       missing   1 without          namespace label istio.io/rev=canary asks for revision or tag canary, which no webhook serves',
        '! legacy     -         1 1-29             restart mailer: a new pod gets no sidecar',
        '! payments   1-31      1 1-30, 2 without  restart fraud, ledger: not what a new pod gets',
        '· other namespaces: 1 injected (1 pod) · --all lists them',
        '',
        '  INJECTOR                     REVISION  TAG      IMAGE    DETAIL',
        '✔ istio-revision-tag-default   1-30      default  unknown  injects shop',
        '✔ istio-sidecar-injector-1-31  1-31      -        unknown  injects payments',
        '',
      ].join('\n'),
    );
    const tags = await run(`tag list --from ${mesh}`);
    expect(tags.stdout).toBe(
      [
        '  TAG       REVISION  DETAIL',
        '✔ default   1-30      injects shop',
        '✖ (no tag)  1-31      no istiod pod of revision 1-31 is in the namespace of the control plane; injects payments',
        '',
      ].join('\n'),
    );
  });

  it('prints what the reference prints under --compat, its wrong restarts too', async () => {
    const mesh = objectMesh([
      ...HOOKS,
      namespaceObject('edge', { 'istio.io/rev': 'canary' }),
      namespaceObject('payments', { 'istio.io/rev': '1-31' }),
      podObject('ledger', 'payments', '1-30'),
      podObject('fraud', 'payments'),
    ]);
    const { stdout } = await run(`x injector list --compat --from ${mesh}`);
    expect(stdout).toBe(
      [
        'NAMESPACE ISTIO-REVISION POD-REVISIONS',
        'edge      MISSING/canary <no pods>',
        'payments  1-31           1-30: 1 NEEDS RESTART: 1',
        'payments  1-31           <non-Istio>: 1 NEEDS RESTART: 1',
        '',
        'NAMESPACES          INJECTOR-HOOK               ISTIO-REVISION SIDECAR-IMAGE',
        'DOES NOT AUTOINJECT istio-revision-tag-default  1-30           ',
        'payments            istio-sidecar-injector-1-31 1-31           ',
        '',
      ].join('\n'),
    );
  });

  it('says when there is no injector at all, and when a namespace does not exist', async () => {
    const mesh = objectMesh([namespaceObject('shop', ENABLED)]);
    const { stdout } = await run(`injector list --from ${mesh}`);
    expect(stdout).toContain(
      '✖ shop       missing   none  no webhook that injects sidecars is in the cluster',
    );
    expect(stdout).toContain('✖ no injector: no webhook injects sidecars');
    expect((await run(`injector list -n shp --from ${mesh}`)).exitCode).toBe(66);
  });
});

describe('config list', () => {
  it('tells what sets each option', async () => {
    const { stdout } = await run('config list -n shop', { env: { MESHSCOPE_STRICT: 'true' } });
    expect(stdout).toMatch(/^namespace +shop +command line$/m);
    expect(stdout).toMatch(/^strict +true +\$MESHSCOPE_STRICT$/m);
    expect(stdout).toMatch(/^timeout +30s +default$/m);
  });
});
