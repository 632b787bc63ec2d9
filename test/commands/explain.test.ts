import { expect, test } from 'vitest';
import { run } from '../helpers/run.ts';

test('explain CODE says why it matters and what to change', async () => {
  const { stdout, stderr, exitCode } = await run('explain IST0144');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  await expect(stdout).toMatchFileSnapshot('../../fixtures/golden/explain.txt');
});

test('explain takes a code in any case, or its name', async () => {
  const byCode = await run('explain ist0144');
  const byName = await run('explain invalidApplicationUID');
  expect(byCode.stdout).toContain('IST0144 InvalidApplicationUID (warning)');
  expect(byName.stdout).toBe(byCode.stdout);
});

test('explain without a code lists all codes', async () => {
  const { stdout } = await run('explain');
  expect(stdout).toMatch(/^CODE +LEVEL +NAME +SAYS\nIST0001 /);
  expect(stdout).toContain('\nIST0144 ');
});

test('explain of an unknown code exits with 66 and names the nearest', async () => {
  const { stdout, stderr, exitCode } = await run('explain IST0114');
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 66 });
  expect(stderr).toContain('error: no code "IST0114"');
  expect(stderr).toContain('near  IST0144');
  expect((await run('explain IST9999')).stderr).toMatch(/near {2}IST\d+, IST\d+/);
});

test('explain -o json is versioned and names the analyzers that report the code', async () => {
  const { stdout } = await run('explain IST0144 -o json');
  expect(JSON.parse(stdout)).toMatchObject({
    apiVersion: 'meshscope.io/v1',
    kind: 'Explanation',
    codes: [{ code: 'IST0144', level: 'warning', reportedBy: ['deployment.ApplicationUIDAnalyzer'] }],
  });
});
