import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFile } from '../../../src/config/parse-file.ts';
import { problemText } from '../../../src/config/problem.ts';
import { damagedManifest, expectPlaces, SERVICE } from '../../helpers/manifests.ts';

const read = (text: string) => parseFile('mesh.yaml', text);
const objects = (text: string) => read(text).resources.map(({ object }) => object);
const problems = (text: string) => read(text).problems.map(problemText);
describe('what is wrong with a file', () => {
  it('is told for each document, and the others are read', () => {
    const text = `${SERVICE}---\na: [1, 2\n---\nb: 1\n b: 2\n---\n${SERVICE}`;
    expect(objects(text)).toHaveLength(2);
    expect(problems(text)).toEqual([
      'mesh.yaml:14:1: not valid YAML: unexpected end of the stream within a flow collection',
      'mesh.yaml:16:3: not valid YAML: bad indentation of a mapping entry',
    ]);
  });

  it('is a misspelt kind of Istio; kinds of others, and newer ones, are no fault', () => {
    const of = (apiVersion: string, kind: string) =>
      problems(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`);
    expect(of('networking.istio.io/v1', 'VirtualSerivce')).toEqual([
      'mesh.yaml:2:7: there is no kind VirtualSerivce in networking.istio.io/v1; the nearest is VirtualService',
    ]);
    expect(of('networking.istio.io/v1', 'TrafficMirror')).toEqual([]);
    expect(of('shop.example/v1', 'VirtualSerivce')).toEqual([]);
    expect(of('gateway.networking.k8s.io/v1', 'UDPRoute')).toEqual([]);
  });

  it('is a resource of the mesh that lacks its kind or its apiVersion; documents of other tools are none', () => {
    expect(problems('kind: VirtualService\nmetadata: {name: a}\n')).toEqual([
      'mesh.yaml:1:1: VirtualService: it has no apiVersion',
    ]);
    expect(problems('apiVersion:\nkind: Service\nmetadata: {name: a}\n')).toEqual([
      'mesh.yaml:2:1: Service: it has no apiVersion',
    ]);
    expect(problems('apiVersion: networking.istio.io/v1\nmetadata: {name: a}\n')).toEqual([
      'mesh.yaml:1:1: it has no kind, only the apiVersion networking.istio.io/v1',
    ]);
    const lists = read(
      'apiVersion: v1\nkind: List\nitems:\n- kind: Gateway\n  metadata: {name: a}\n',
    ).problems;
    expect(lists.map(({ line, column, lost }) => [line, column, lost])).toEqual([[4, 3, true]]);
    for (const other of [
      'kind: Chart\nmetadata: {name: a}',
      'apiVersion: v2\nname: a',
      'kind: Service\nname: a',
    ])
      expect(problems(other)).toEqual([]);
  });

  it('is a key that is there twice: the last one counts, as in the cluster', () => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: a, name: b}\nspec:\n  x: 1\n  "x": 2\n`;
    expect(objects(text)[0]).toMatchObject({ metadata: { name: 'b' }, spec: { x: 2 } });
    expect(problems(text)).toEqual([
      'mesh.yaml:3:21: the key name is there twice: the last one counts',
      'mesh.yaml:6:3: the key x is there twice: the last one counts',
    ]);
    expect(read(text).resources[0]?.origin.field(['spec', 'x'])).toMatchObject({ line: 6, column: 3 });
  });

  it('is a merge behind the keys that it replaces, which Kubernetes lets win', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\none: &one {x: 1, z: 1}\ntwo: {x: 2, <<: *one, z: 2}\n';
    expect(objects(text)[0]?.['two']).toEqual({ x: 1, z: 2 });
    expect(problems(text)).toEqual(['mesh.yaml:5:13: << replaces the key x in front of it: put << first']);
    expect(read(text).resources[0]?.origin.field(['two', 'x'])).toMatchObject({ line: 4, column: 12 });
  });

  it.each([
    ['an unquoted expression', 'metadata:\n  name: {{ .Values.name }}\n', '2:9: {{ .Values.name }}', true],
    ['a control line', '{{- if .Values.on }}\nmetadata: {}\n{{- end }}\n', '1:1: {{- if .Values.on }}', true],
    [
      'an included block',
      'labels:\n  {{- include "x" . | nindent 4 }}\n',
      '2:3: {{- include "x" . | nindent 4 }}',
      true,
    ],
    [
      'a part of a value',
      'metadata:\n  name: cart-{{ .Release.Name }}\n',
      '2:14: {{ .Release.Name }}',
      false,
    ],
  ])('is %s of a template', (_, text, expected, lost) => {
    const [problem] = read(`# one\n# two\n---\n${text}`).problems;
    const [line, rest] = [Number(expected.split(':')[0]) + 3, expected.slice(expected.indexOf(':'))];
    expect(problem && problemText(problem)).toBe(
      `mesh.yaml:${line}${rest} is left of a template: render it first`,
    );
    expect(problem?.lost).toBe(lost);
  });

  it('is no template inside quotes or a block, as alerting rules have them', () => {
    const rule = `a: "{{ $labels.pod }}"\nb: |\n  {{ end }}\n`;
    expect(problems(rule)).toEqual([]);
    expect(problems(`${rule}c: [`)[0]).toContain('not valid YAML');
  });

  it.each([
    ['{apiVersion: v1, kind: Pod}', '1:1: Pod: it has no metadata'],
    ['{apiVersion: v1, kind: Pod, metadata: {}}', '1:29: Pod: it has no name'],
    ['{apiVersion: v1, kind: Pod, metadata: {name: 1.0}}', '1:40: Pod: metadata.name is 1, which is no text'],
    [
      '{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {tier: yes}}}',
      '1:58: Pod: metadata.labels.tier is true, which is no text: put it in quotes',
    ],
    ['{a: .nan}', '1:5: .nan is no number that JSON can hold'],
    ['{? [a] : b}', '1:4: the key is a map or a list'],
    ['{~: b}', '1:2: the key is null'],
    ['{on: b}', '1:2: the key is read as true: put it in quotes'],
  ])('is what no object can be: %s', (text, expected) => {
    expect(problems(text)[0]).toContain(`mesh.yaml:${expected}`);
    expect(objects(text)).toEqual([]);
  });

  it('is an alias without an anchor, within its own, or that multiplies', () => {
    expect(problems('a: *b')).toEqual(['mesh.yaml:1:4: no anchor &b stands before it']);
    expect(problems('a: &x [*x]')).toEqual(['mesh.yaml:1:8: *x stands inside &x: it refers to itself']);
    expect(problems('&x {<<: *x}')[0]).toContain('refers to itself');
    const bomb = Array.from(
      { length: 12 },
      (_, level) =>
        `l${level}: &l${level} [${
          level === 0
            ? 'x'
            : Array(10)
                .fill(`*l${level - 1}`)
                .join(', ')
        }]`,
    ).join('\n');
    expect(problems(bomb)).toEqual(['mesh.yaml:7:55: its aliases multiply to more than 2000000 values']);
  });

  it.each([
    ['[', ''],
    ['{a: ', ''],
    ['- ', 'x'],
    ['? ', 'x'],
  ])('is nesting of 10,000 levels of "%s"', (open, inner) => {
    const found = read(`${open.repeat(10_000)}${inner}\n---\n${SERVICE}`);
    expect(found.problems.map(({ kind, line }) => `${kind} ${line}`)).toEqual(['depth 1']);
    expect(found.resources).toHaveLength(1);
  });
});

describe('for any damage to a manifest', () => {
  it('there is no crash, and every problem has its place', () => {
    fc.assert(fc.property(damagedManifest, expectPlaces), { numRuns: 300 });
  });
});
