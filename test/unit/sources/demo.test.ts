import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { demoPath, isDemo } from '../../../src/sources/demo.ts';

const root = mkdtempSync(join(tmpdir(), 'meshscope-demo-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const url = (path: string): string => pathToFileURL(join(root, path)).href;

test('the demo is the archive beside the program or beside its chunks', () => {
  mkdirSync(join(root, 'dist/chunks'), { recursive: true });
  writeFileSync(join(root, 'dist/demo.tar.gz'), '');
  expect(demoPath('demo', url('dist/main.js'))).toBe(join(root, 'dist/demo.tar.gz'));
  expect(demoPath('demo', url('dist/chunks/open-source-X.js'))).toBe(join(root, 'dist/demo.tar.gz'));
});

test('an installation never looks for the demo outside itself', () => {
  mkdirSync(join(root, 'fixtures/meshes/shop'), { recursive: true });
  expect(() => demoPath('demo', url('package/dist/main.js'))).toThrow('missing from this installation');
  expect(demoPath('demo', url('src/sources/demo.ts'))).toBe(join(root, 'fixtures/meshes/shop'));
});

test('the ambient demo is a mesh of its own, and other names are none', () => {
  mkdirSync(join(root, 'fixtures/meshes/ambient'), { recursive: true });
  expect(demoPath('demo-ambient', url('src/sources/demo.ts'))).toBe(join(root, 'fixtures/meshes/ambient'));
  expect(isDemo('demo-ambient')).toBe(true);
  expect(isDemo('constructor')).toBe(false);
});
