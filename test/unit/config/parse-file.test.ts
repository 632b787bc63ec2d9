import { describe, expect, it } from 'vitest';
import { parseFile } from '../../../src/config/parse-file.ts';
import { problemText } from '../../../src/config/problem.ts';
import type { FieldPath } from '../../../src/config/yaml/locate.ts';
import { SERVICE } from '../../helpers/manifests.ts';

const read = (text: string) => parseFile('mesh.yaml', text);
const objects = (text: string) => read(text).resources.map(({ object }) => object);
const problems = (text: string) => read(text).problems.map(problemText);
const place = (text: string, path: FieldPath, part: 'key' | 'value' = 'key', index = 0): string => {
  const { line, column, isExact } = read(text).resources[index]?.origin.field(path, part) ?? {};
  return `${line}:${column}${isExact ? '' : ' (near)'}`;
};

describe('parsing a file', () => {
  it('reads every document, in YAML and in JSON, with any line ends and a byte order mark', () => {
    const text = `# first\n---\n${SERVICE}---\n# nothing\n---\n{"apiVersion": "v1", "kind": "Pod",\n\t"metadata": {"name": "a"}}\n...\n${SERVICE}`;
    for (const one of [text, text.replaceAll('\n', '\r\n'), `\ufeff${text}`]) {
      expect(problems(one)).toEqual([]);
      expect(objects(one).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
        'Service cart',
        'Pod a',
        'Service cart',
      ]);
    }
  });

  it('unfolds lists, and gives items of a typed list its kind', () => {
    const text = `apiVersion: v1
kind: List
items:
- apiVersion: networking.istio.io/v1
  kind: VirtualServiceList
  items:
  - metadata:
      name: cart
    spec:
      hosts: [cart]
`;
    expect(objects(text)).toMatchObject([
      { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'cart' } },
    ]);
    expect(place(text, ['spec', 'hosts', 0])).toBe('10:15');
  });

  it('lets brackets and quoted texts stand at any indentation, as Kubernetes does, and counts right behind them', () => {
    const text = `apiVersion: v1
kind: Pod
metadata: {
name: a }
spec:
    args: [ # "all
  "-x",
]
    note: "one
two"
    last: yes
`;
    expect(problems(text)).toEqual([]);
    expect(objects(text)[0]).toMatchObject({
      metadata: { name: 'a' },
      spec: { args: ['-x'], note: 'one two', last: true },
    });
    expect(place(text, ['metadata', 'name'])).toBe('4:1');
    expect(place(text, ['spec', 'args', 0])).toBe('7:3');
    expect(place(text, ['spec', 'last'], 'value')).toBe('11:11');
  });

  it('knows the place of every key, item, map and value', () => {
    expect(place(SERVICE, [])).toBe('1:1');
    expect(place(SERVICE, ['metadata'])).toBe('3:1');
    expect(place(SERVICE, ['metadata', 'name'])).toBe('4:3');
    expect(place(SERVICE, ['metadata', 'name'], 'value')).toBe('4:9');
    expect(place(SERVICE, ['spec', 'ports'], 'value')).toBe('8:3');
    expect(place(SERVICE, ['spec', 'ports', 0])).toBe('8:5');
    expect(place(SERVICE, ['spec', 'ports', 1], 'value')).toBe('10:5');
    expect(place(SERVICE, ['spec', 'ports', 1, 'port'])).toBe('10:18');
    expect(place(SERVICE, ['spec', 'selector', 'app'], 'value')).toBe('11:19');
    expect(place(`# note\n---\n${SERVICE}---\n${SERVICE}`, ['spec', 'ports', 0, 'port'], 'value', 1)).toBe(
      '23:11',
    );
  });

  it('gives what is missing the place of what is above it', () => {
    expect(place(SERVICE, ['spec', 'ports', 7, 'port'])).toBe('7:3 (near)');
    expect(place(SERVICE, ['status'])).toBe('1:1 (near)');
  });

  it('finds the sign of a block text, and the key of an empty value', () => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  mesh: |-  # as istiod reads it\n    a: 1\n\n    b\n  none:\n`;
    expect(objects(text)[0]?.['data']).toEqual({ mesh: 'a: 1\n\nb', none: null });
    expect(place(text, ['data', 'mesh'], 'value')).toBe('5:9');
    expect(place(text, ['data', 'none'], 'value')).toBe('9:3');
  });

  it('follows anchors, aliases and merges, in value and place', () => {
    const text = `apiVersion: v1
kind: Pod
metadata:
  name: a
  labels: &labels {app: cart, tier: web}
spec:
  one: *labels
  two:
    <<: [{tier: own}, *labels]
    app: search
`;
    expect(objects(text)[0]?.['spec']).toEqual({
      one: { app: 'cart', tier: 'web' },
      two: { tier: 'own', app: 'search' },
    });
    expect(place(text, ['spec', 'one', 'tier'], 'value')).toBe('5:37');
    expect(place(text, ['spec', 'one'], 'value')).toBe('7:8');
    expect(place(text, ['spec', 'two', 'tier'])).toBe('9:11');
    expect(place(text, ['spec', 'two', 'app'])).toBe('10:5');
  });

  it('reads keys as JSON has them, and none by its meaning to JavaScript', () => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {80: a, on: b, __proto__: c, constructor: d}\n`;
    expect(Object.entries(objects(text)[0]?.['data'] as object)).toEqual([
      ['80', 'a'],
      ['true', 'b'],
      ['__proto__', 'c'],
      ['constructor', 'd'],
    ]);
    expect(place(text, ['data', 'true'])).toBe('4:15');
    expect(({} as Record<string, unknown>)['c']).toBeUndefined();
  });

  it('passes by documents that are no resources, and counts them', () => {
    const parsed = read(
      'replicas: 2\n---\n- a\n---\njust text\n---\n{apiVersion: install.istio.io/v1alpha1, kind: IstioOperator}\n',
    );
    expect([parsed.resources.length, parsed.problems.length, parsed.otherDocuments]).toEqual([0, 0, 4]);
  });
});
