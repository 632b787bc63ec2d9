import { expect, it } from 'vitest';
import { objectsSelecting, sidecarFor } from '../../../src/mesh/selects.ts';
import { object } from '../../helpers/objects.ts';

const POD = { namespace: 'shop', labels: { app: 'cart' } };

it('objects apply by their own or the root namespace and their labels, unless they name a target', () => {
  const objects = [
    object('Telemetry', 'shop/all'),
    object('Telemetry', 'shop/cart', { selector: { matchLabels: { app: 'cart' } } }),
    object('Telemetry', 'shop/other', { selector: { matchLabels: { app: 'other' } } }),
    object('EnvoyFilter', 'istio-system/filter', { workloadSelector: { labels: { app: 'cart' } } }),
    object('Telemetry', 'payments/all'),
    object('Telemetry', 'shop/target', { targetRefs: [{ kind: 'Gateway', name: 'x' }] }),
  ];
  const found = objectsSelecting(objects, POD, 'istio-system').map(({ metadata }) => metadata.name);
  expect(found).toEqual(['all', 'cart', 'filter']);
});

it('the Sidecar of a pod is the one that selects it, else that of the namespace, else that of the root', () => {
  const root = object('Sidecar', 'istio-system/root');
  const own = object('Sidecar', 'shop/own');
  const exact = object('Sidecar', 'shop/exact', { workloadSelector: { labels: { app: 'cart' } } });
  const other = object('Sidecar', 'shop/other', { workloadSelector: { labels: { app: 'x' } } });
  expect(sidecarFor([root, own, exact, other], POD, 'istio-system')).toBe(exact);
  expect(sidecarFor([root, own, other], POD, 'istio-system')).toBe(own);
  expect(sidecarFor([root, other], POD, 'istio-system')).toBe(root);
  expect(sidecarFor([], POD, 'istio-system')).toBeUndefined();
});
