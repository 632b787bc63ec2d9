import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { demoPath } from '../../../src/sources/demo.ts';

const root = mkdtempSync(join(tmpdir(), 'meshscope-demo-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const url = (path: string): string => pathToFileURL(join(root, path)).href;

test('the demo is the archive beside the program or beside its chunks', () => {
  mkdirSync(join(root, 'dist/chunks'), { recursive: true });
  writeFileSync(join(root, 'dist/demo.tar.gz'), '');
  expect(demoPath(url('dist/main.js'))).toBe(join(root, 'dist/demo.tar.gz'));
  expect(demoPath(url('dist/chunks/open-source-X.js'))).toBe(join(root, 'dist/demo.tar.gz'));
});

test('an installation never looks for the demo outside itself', () => {
  mkdirSync(join(root, 'fixtures/meshes/shop'), { recursive: true });
  expect(() => demoPath(url('package/dist/main.js'))).toThrow('missing from this installation');
  expect(demoPath(url('src/sources/demo.ts'))).toBe(join(root, 'fixtures/meshes/shop'));
});
