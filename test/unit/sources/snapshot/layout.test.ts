import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkEntryPath } from '../../../../src/sources/snapshot/entry-path.ts';
import { decodePath, encodePath } from '../../../../src/sources/snapshot/layout.ts';
import { DEFAULT_LIMITS, formatBytes } from '../../../../src/sources/snapshot/limits.ts';
import { compareVersions } from '../../../../src/sources/snapshot/snapshot-index.ts';

describe('paths of a snapshot', () => {
  test('hold any name and give it back', () => {
    const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
        expect(decodePath(encodePath(segments))).toEqual(segments);
      }),
    );
  });

  test('never lead outside, whatever the names are', () => {
    const segment = fc.oneof(
      fc.constantFrom('..', '.', '/', '../x', 'a/../b', 'C:\\x', '*', '\u0000'),
      fc.string({ minLength: 1 }),
    );
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
        const path = encodePath(segments);
        expect(path.split('/')).toHaveLength(segments.length);
        expect(path).not.toMatch(/(?:^|\/)\.{1,2}(?:\/|$)|\\|\*|^\//);
      }),
    );
  });

  test('are taken as they are when they are not properly encoded', () => {
    expect(decodePath('a/100%/b%2Fc/%E0%A4%A')).toEqual(['a', '100%', 'b/c', '%E0%A4%A']);
  });
});

describe('checkEntryPath', () => {
  const accepted: readonly (readonly [string, string | undefined])[] = [
    ['./snapshot.json', 'snapshot.json'],
    ['a//b/./c', 'a/b/c'],
    ['a/', 'a'],
    ['./', undefined],
    ['a/._b', undefined],
    ['a..b/...', 'a..b/...'],
  ];
  for (const [name, path] of accepted) {
    test(`takes ${name} for ${path ?? 'nothing'}`, () => {
      expect(checkEntryPath(name, DEFAULT_LIMITS)).toEqual({ path });
    });
  }
  for (const name of ['/a', '..', 'a/..', 'a\\b', 'c:/a', 'a\nb', 'a\u007f']) {
    test(`refuses ${JSON.stringify(name)}`, () => {
      expect(checkEntryPath(name, DEFAULT_LIMITS)).toHaveProperty('refused');
    });
  }
});

test('compareVersions puts the most stable and newest first', () => {
  const versions = ['v1alpha3', 'beta', 'v1', 'v1beta1', 'v2', 'v1alpha10', 'v1beta2', 'v10', 'alpha'];
  expect(versions.sort(compareVersions)).toEqual([
    'v10',
    'v2',
    'v1',
    'v1beta2',
    'v1beta1',
    'v1alpha10',
    'v1alpha3',
    'alpha',
    'beta',
  ]);
});

test('formatBytes uses the largest unit that fits', () => {
  expect([312, 20_480, 5 * 1024 * 1024, 1.5 * 1024 ** 3].map(formatBytes)).toEqual([
    '312 bytes',
    '20 KiB',
    '5 MiB',
    '1.5 GiB',
  ]);
});
