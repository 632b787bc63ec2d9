import { describe, expect, test } from 'vitest';
import { fieldsAnalyzer } from '../../../src/analysis/fields-analyzer.ts';
import { runAnalyzers } from '../../../src/analysis/runner.ts';
import type { Refusal } from '../../../src/config/crd/refusal.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { createResourceSet } from '../../../src/mesh/resource-set.ts';

const entry: KubeObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { name: 'bank', namespace: 'shop' },
  spec: {
    hosts: ['bank.example'],
    resolution: 'DNS',
    ports: [
      { number: 443, name: 'https', protocol: 'HTTPS' },
      { number: 443, name: 'again', protocol: 'HTTPS' },
    ],
  },
};

function found(refusals: readonly Refusal[], options: object = {}): readonly string[] {
  const now = new Date(0);
  const run = { now, refused: () => refusals, ...options };
  return runAnalyzers([fieldsAnalyzer()], createResourceSet([entry]), run).findings.map(
    ({ code, location }) => `${code} ${location?.path}`,
  );
}

describe('what a CRD refuses', () => {
  test('is reported, and what it would drop is an unknown field', () => {
    const refusals = [
      { text: 'no good', path: ['spec', 'hosts', 0] },
      { text: 'not there', path: ['spec', 'x'], isPruned: true },
    ];
    expect(found(refusals)).toEqual(['MSH0060 spec.x', 'MSH0066 spec.hosts[0]']);
  });

  test('is not said again where the rules of istiod have said it of the field, or of one inside', () => {
    expect(found([{ text: 'ports repeat', path: ['spec', 'ports'] }])).toEqual([]);
  });

  test('is said where it concerns the whole of the spec', () => {
    expect(found([{ text: 'this excludes that', path: ['spec'] }])).toEqual(['MSH0066 spec']);
  });
});

test('a kind that can not be read does not keep the others from being judged', () => {
  const unavailable = new Set(['CustomResourceDefinition', 'WasmPlugin']);
  expect(found([{ text: 'no good', path: ['spec', 'hosts'] }], { unavailable })).toEqual([
    'MSH0066 spec.hosts',
  ]);
});

test('a version of the API that does not exist is named with those that do', () => {
  const wrong = {
    ...entry,
    apiVersion: 'networking.istio.io/v9',
    spec: { hosts: ['a.example'], resolution: 'NONE' },
  };
  const run = (objects: readonly KubeObject[]) =>
    runAnalyzers([fieldsAnalyzer()], createResourceSet(objects), { now: new Date(0) }).findings;
  expect(run([wrong]).map(({ code, message }) => `${code} ${message}`)).toEqual([
    'MSH0062 there is no ServiceEntry of "networking.istio.io/v9": there can be "networking.istio.io/v1", "networking.istio.io/v1beta1", "networking.istio.io/v1alpha3"',
  ]);
  expect(run([{ ...wrong, apiVersion: 'networking.istio.io/v1beta1' }])).toEqual([]);
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'serviceentries.networking.istio.io' },
    spec: {
      group: 'networking.istio.io',
      names: { kind: 'ServiceEntry' },
      versions: [{ name: 'v9', schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  };
  expect(run([wrong, crd])).toEqual([]);
});
