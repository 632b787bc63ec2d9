import fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseFile } from '../../../src/config/parse-file.ts';
import type { FieldPath } from '../../../src/config/yaml/locate.ts';

/** Values whose every key and text is there once, so that a search of the text tells where it must be. */
const uniqueTree = fc
  .letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.constant('leaf'),
      fc.array(tie('node'), { maxLength: 4 }),
      fc.array(tie('node'), { maxLength: 4 }).map((members) => ({ members })),
    ),
  }))
  .node.map((shape) => {
    let count = 0;
    const name = (): string => `k${String(count++).padStart(5, '0')}x`;
    const make = (node: unknown): unknown => {
      if (Array.isArray(node)) return node.map(make);
      if (typeof node !== 'object' || node === null) return name();
      return Object.fromEntries((node as { members: unknown[] }).members.map((one) => [name(), make(one)]));
    };
    return make(shape);
  });

function* leaves(value: unknown, path: FieldPath = []): Generator<{ path: FieldPath; text: string }> {
  if (typeof value === 'string') yield { path, text: value };
  else
    for (const [key, member] of Object.entries(value as object))
      yield* leaves(member, [...path, Array.isArray(value) ? Number(key) : key]);
}

describe('for any text', () => {
  it('each field is found where it is written, in every layout', () => {
    const layouts = [
      (value: unknown) => dump(value),
      (value: unknown) => dump(value, { flowLevel: 2 }),
      (value: unknown) => JSON.stringify(value, null, 2),
    ];
    fc.assert(
      fc.property(uniqueTree, fc.constantFrom(...layouts), (tree, layout) => {
        const text = layout({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: tree });
        const [resource] = parseFile('mesh.yaml', text).resources;
        const lines = text.split('\n');
        for (const leaf of leaves(tree)) {
          const value = resource?.origin.field(['spec', ...leaf.path], 'value');
          const line = lines[(value?.line ?? 0) - 1] ?? '';
          expect(line.slice((value?.column ?? 0) - 1).replace(/^"/, '')).toMatch(new RegExp(`^${leaf.text}`));
          const step = leaf.path.at(-1);
          if (typeof step !== 'string') continue;
          const key = resource?.origin.field(['spec', ...leaf.path]);
          const keyLine = lines[(key?.line ?? 0) - 1] ?? '';
          expect(keyLine.slice((key?.column ?? 0) - 1).replace(/^"/, '')).toMatch(new RegExp(`^${step}`));
        }
      }),
    );
  });
});
