import { expect, test } from 'vitest';
import { namedSecrets } from '../../../src/mesh/named-secrets.ts';

const gateway = (kind: string, spec: object) => ({
  apiVersion: 'x/v1',
  kind,
  metadata: { name: 'public', namespace: 'edge' },
  spec,
});
const pod = (name: string, namespace: string, app: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app } },
});
const PODS = [pod('a', 'ingress', 'gateway'), pod('b', 'ingress', 'gateway'), pod('c', 'shop', 'cart')];

function names(...gateways: object[]): readonly string[] {
  return namedSecrets(gateways as Parameters<typeof namedSecrets>[0], PODS).map(
    ({ namespace, name }) => `${namespace}/${name}`,
  );
}

test('a gateway of Istio names Secrets in the namespaces of its pods, with those of the authority beside', () => {
  const spec = { selector: { app: 'gateway' }, servers: [{ tls: { credentialName: 'shop-cert' } }, {}] };
  expect(names(gateway('Gateway', spec))).toEqual(['ingress/shop-cert', 'ingress/shop-cert-cacert']);
});

test('a name with a namespace is looked for there', () => {
  const spec = {
    selector: { app: 'gateway' },
    servers: [{ tls: { credentialName: 'kubernetes-gateway://certs/a' } }],
  };
  expect(names(gateway('Gateway', spec))).toEqual(['certs/a', 'certs/a-cacert']);
});

test('a gateway of the Gateway API names them in its own namespace or the one that is written', () => {
  const spec = {
    listeners: [{ tls: { certificateRefs: [{ name: 'own' }, { name: 'other', namespace: 'certs' }] } }],
  };
  expect(names(gateway('Gateway', spec))).toEqual(['edge/own', 'certs/other']);
});

test('nothing else is named', () => {
  expect(names(gateway('Gateway', { selector: {}, servers: [{ tls: { credentialName: 'a' } }] }))).toEqual(
    [],
  );
  expect(names(gateway('Gateway', { servers: 'x', listeners: [{ tls: null }] }))).toEqual([]);
});
