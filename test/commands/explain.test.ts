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
  expect(stderr).toMatch(/near {2}IST011\d/);
  expect((await run('explain IST9999')).stderr).toMatch(/near {2}IST\d+, IST\d+/);
});

test('explain takes a code with blanks around it, and refuses an empty one', async () => {
  expect((await run(['explain', ' MSH0090 '])).stdout).toContain('MSH0090 UnreadableDocument');
  for (const empty of ['', '  ']) {
    const { stderr, exitCode } = await run(['explain', empty]);
    expect([stderr.includes('near'), exitCode]).toEqual([false, 64]);
  }
});

test("explain of a code of somebody's own says where its text is", async () => {
  const { stderr, exitCode } = await run('explain ACM0100');
  expect(exitCode).toBe(66);
  expect(stderr).toContain('ACM0100 is no code of meshscope itself');
  expect(stderr).toContain('--rules or --plugin');
});

test('explain -o json is versioned and names the analyzers that report the code', async () => {
  const { stdout } = await run('explain IST0144 -o json');
  expect(JSON.parse(stdout)).toMatchObject({
    apiVersion: 'meshscope.io/v1',
    kind: 'Explanation',
    codes: [{ code: 'IST0144', level: 'warning', reportedBy: ['deployment.ApplicationUIDAnalyzer'] }],
  });
});

test('explain shows an example that raises the code and a near-miss, from the fixtures that prove them', async () => {
  const { stdout } = await run('explain MSH0012');
  expect(stdout).toContain('mode: DISABLE  # ← MSH0012');
  expect(stdout).toContain('mode: DISABLE  # fine: this port of the workload accepts plain text');
  await expect(stdout).toMatchFileSnapshot('../../fixtures/golden/explain-mtls.txt');
});

test('explain of a code of Kiali explains the codes that say the same', async () => {
  const { stdout, exitCode } = await run('explain kia0105');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('MSH0032 PolicyNeedsMtls (warning)');
  expect(stdout).toContain('KIA0105 of Kiali');
  const { stdout: both } = await run('explain KIA0201');
  expect(both).toMatch(/MSH0004 DuplicateSubset[\s\S]*MSH0022 DestinationRuleShadowed/);
});

test('explain of a code of Kiali that is not covered says why', async () => {
  const { stdout, stderr, exitCode } = await run('explain KIA1105');
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 66 });
  expect(stderr).toContain('KIA1105 of Kiali (a destination stands twice in one route) is not covered');
  expect(stderr).toContain('the weights add up');
  expect((await run('explain KIA1190')).stderr).toMatch(/near {2}KIA11\d\d/);
});
