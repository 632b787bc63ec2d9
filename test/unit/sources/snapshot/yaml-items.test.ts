import { describe, expect, test } from 'vitest';
import { pluralOf } from '../../../../src/sources/snapshot/reference-objects.ts';
import { outlineYaml } from '../../../../src/sources/snapshot/yaml-items.ts';

const LIST = `apiVersion: v1
items:
- apiVersion: v1
  data:
    script: |
      - not an item
      kind: Neither
      items:
      - x
  kind: ConfigMap
  metadata:
    name: a
- apiVersion: networking.istio.io/v1
  kind: Gateway
  metadata:
    name: b
kind: List
metadata:
  resourceVersion: ""
`;

function found(text: string): string[] {
  return outlineYaml(text).map(
    (item) =>
      `${item.apiVersion} ${item.kind} ${JSON.stringify(text.slice(item.start, item.end).slice(0, 8))}`,
  );
}

describe('outlineYaml finds', () => {
  test('the items of a List, and nothing in their block texts', () => {
    expect(found(LIST)).toEqual(['v1 ConfigMap "- apiVer"', 'networking.istio.io/v1 Gateway "- apiVer"']);
  });

  test('the items of several Lists and documents, with either line end', () => {
    const text = `${LIST}---\n${LIST}---\napiVersion: v1\nkind: Secret\nmetadata: {}\n`.replaceAll(
      '\n',
      '\r\n',
    );
    expect(outlineYaml(text).map((item) => item.kind)).toEqual([
      'ConfigMap',
      'Gateway',
      'ConfigMap',
      'Gateway',
      'Secret',
    ]);
  });

  test('nothing in an empty List, a table, or no text at all', () => {
    expect(outlineYaml('apiVersion: v1\nitems: []\nkind: List\n')).toEqual([]);
    expect(outlineYaml('NAMESPACE   NAME   TYPE\ndefault     a      Opaque\n')).toEqual([]);
    expect(outlineYaml('')).toEqual([]);
  });

  test('all but the cut-off end of a List', () => {
    const items = outlineYaml(LIST.slice(0, LIST.indexOf('kind: Gateway')));
    expect(items.map((item) => [item.kind, item.cut])).toEqual([
      ['ConfigMap', false],
      ['', true],
    ]);
  });

  test('items without being held up by a hostile text', () => {
    const start = performance.now();
    outlineYaml(`items:\n${'- kind: a\n'.repeat(100_000)}`);
    outlineYaml(`items:\n- ${'a'.repeat(1_000_000)}`);
    outlineYaml('---\n'.repeat(200_000));
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

test('pluralOf gives the plural of a REST path', () => {
  const kinds = [
    'Gateway',
    'NetworkPolicy',
    'Ingress',
    'Endpoints',
    'GatewayClass',
    'ServiceEntry',
    'Telemetry',
    'ProxyConfig',
  ];
  expect(kinds.map(pluralOf)).toEqual([
    'gateways',
    'networkpolicies',
    'ingresses',
    'endpoints',
    'gatewayclasses',
    'serviceentries',
    'telemetries',
    'proxyconfigs',
  ]);
});
