import { describe, expect, it } from 'vitest';
import { isIgnored, parseIgnoreRules } from '../../../../src/sources/files/ignore-rules.ts';

const ignored = (rules: string, path: string, base = ''): boolean =>
  isIgnored(path.replace(/\/$/, ''), path.endsWith('/'), parseIgnoreRules(rules, base));

describe('the rules of a .gitignore', () => {
  it.each([
    ['*.yaml', 'a/b/mesh.yaml', true],
    ['*.yaml', 'mesh.yml', false],
    ['/mesh.yaml', 'mesh.yaml', true],
    ['/mesh.yaml', 'a/mesh.yaml', false],
    ['charts/templates', 'charts/templates/', true],
    ['charts/templates', 'a/charts/templates/', false],
    ['templates/', 'a/templates/', true],
    ['templates/', 'a/templates', false],
    ['**/values.yaml', 'a/b/values.yaml', true],
    ['**/values.yaml', 'values.yaml', true],
    ['a/**/z.yaml', 'a/z.yaml', true],
    ['a/**/z.yaml', 'a/b/c/z.yaml', true],
    ['a/**', 'a/b/c', true],
    ['a/**', 'a/', false],
    ['a*c', 'abbc', true],
    ['a*c', 'ab/c', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['v[0-9].yaml', 'v1.yaml', true],
    ['v[!0-9].yaml', 'v1.yaml', false],
    ['v[^0-9].yaml', 'vx.yaml', true],
    ['*.yaml\n!keep.yaml', 'a/keep.yaml', false],
    ['!keep.yaml\n*.yaml', 'a/keep.yaml', true],
    ['# mesh.yaml', 'mesh.yaml', false],
    ['\\#mesh.yaml', '#mesh.yaml', true],
    ['mesh.yaml   ', 'mesh.yaml', true],
    ['mesh.yaml\r\n', 'mesh.yaml', true],
    ['a+(b).yaml', 'a+(b).yaml', true],
    ['[', '[', true],
  ])('%j on %s: %s', (rules, path, expected) => {
    expect(ignored(rules, path)).toBe(expected);
  });

  it('stand for what is below their own folder alone', () => {
    expect(ignored('/a.yaml', 'team/a.yaml', 'team')).toBe(true);
    expect(ignored('*.yaml', 'other/a.yaml', 'team')).toBe(false);
    expect(ignored('*.yaml', 'teams/a.yaml', 'team')).toBe(false);
  });
});
