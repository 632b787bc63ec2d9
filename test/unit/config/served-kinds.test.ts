import { describe, expect, it } from 'vitest';
import { findKind, servedKinds } from '../../../src/config/served-kinds.ts';
import { asObjects, asString, field } from '../../../src/util/json.ts';
import { fixtureJson } from '../../helpers/fixture.ts';

describe('the kinds that are known', () => {
  it('are found in every version, and a version that is not served is told', () => {
    expect(findKind('networking.istio.io/v1alpha3', 'VirtualService')).toMatchObject({
      served: { plural: 'virtualservices', namespaced: true },
      version: 'v1alpha3',
      isServed: true,
    });
    expect(findKind('networking.istio.io/v2', 'VirtualService')?.isServed).toBe(false);
    expect(findKind('v1', 'Namespace')?.served.namespaced).toBe(false);
    expect(findKind('gateway.networking.k8s.io/v1', 'Gateway')?.served.group).toBe(
      'gateway.networking.k8s.io',
    );
    expect(findKind('example.com/v1', 'Gateway')).toBeUndefined();
  });

  it('are those of the CRDs of a real mesh', () => {
    const crds = asObjects(
      field(
        fixtureJson(
          'meshes/shop/clusters/demo/kubernetes/apiextensions.k8s.io/v1/customresourcedefinitions.json',
        ),
        'items',
      ),
    );
    const ofMesh = crds.filter((crd) =>
      /istio\.io$|^gateway\./.test(asString(field(crd, 'spec', 'group')) ?? ''),
    );
    expect(ofMesh.length).toBeGreaterThan(20);
    for (const crd of ofMesh) {
      const [group, kind, plural, scope] = ['group', 'kind', 'plural', 'scope'].map((name) =>
        asString(field(crd, 'spec', name) ?? field(crd, 'spec', 'names', name)),
      );
      const found = servedKinds().find((one) => one.group === group && one.kind === kind);
      expect(found, `${group} ${kind}`).toMatchObject({ plural, namespaced: scope === 'Namespaced' });
      const served = asObjects(field(crd, 'spec', 'versions')).filter(({ served: is }) => is === true);
      for (const { name } of served) expect(found?.versions, `${group} ${kind}`).toContain(name);
    }
  });
});
