import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';

const FOLDER = 'fixtures/samples/healthy';
const FILES = readdirSync(join(ROOT, FOLDER));

test('there is configuration of several kinds of meshes', () => {
  expect(FILES.length).toBeGreaterThan(3);
});

test.each(FILES)('%s: nothing is found in configuration that works, alone as it stands', async (file) => {
  const { exitCode, stdout, stderr } = await run(`analyze ${FOLDER}/${file} -o json`);
  const found = (JSON.parse(stdout) as { code: string; origin: string }[]).map(
    ({ code, origin }) => `${code} ${origin}`,
  );
  expect([found, exitCode, stderr]).toEqual([[], 0, '']);
});
