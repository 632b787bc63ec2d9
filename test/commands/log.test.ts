import { describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';

const CART = 'cart-v1-db9689b57-djzwj.shop';
const SHOP = '--from fixtures/meshes/shop';
const AMBIENT = '--from fixtures/meshes/ambient';
const golden = (name: string): string => `../../fixtures/golden/log/${name}.txt`;

describe('log levels of a recording', () => {
  test.each([
    ['admin', `admin log ${SHOP}`],
    ['admin-all', `admin l --all ${SHOP}`],
    ['ztunnels', `zc log ${AMBIENT}`],
    ['ztunnels-json', `ztunnel-config log ${AMBIENT} -o json`],
    ['proxy', `pc log ${CART} ${SHOP}`],
  ])('%s', async (name, words) => {
    const { stdout, exitCode } = await run(words);
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot(golden(name));
  });

  test('name the ztunnel that was not recorded', async () => {
    const { stderr } = await run(`zc log ${AMBIENT}`);
    expect(stderr).toBe('note: log levels of ztunnel-sg8xk.istio-system: it is not in this snapshot\n');
    expect((await run(`zc log ${AMBIENT} --strict`)).exitCode).toBe(75);
    expect((await run(`zc log ${AMBIENT} --node ward-3`)).exitCode).toBe(66);
  });

  test('of a logger called secret are told: it is no secret', async () => {
    const { stdout } = await run(`pc log ${CART} ${SHOP} -o json`);
    expect(JSON.parse(stdout).loggers).toContainEqual({ name: 'secret', level: 'warning' });
  });

  test.each([
    `pc log ${CART} ${SHOP} --level debug`,
    `pc log ${CART} ${SHOP} --reset`,
    `zc log ${AMBIENT} --level debug`,
    `zc log ${AMBIENT} --reset --revert-after 10m`,
    `admin log ${SHOP} --level ads:debug`,
    `admin log ${SHOP} --reset --dry-run`,
  ])('are not changed by %s', async (words) => {
    const { stdout, stderr, exitCode } = await run(words);
    expect([stdout, exitCode]).toEqual(['', 64]);
    expect(stderr).toMatch(
      /log levels can't be changed in a recording: fixtures\/meshes\/\w+ can only be read\n {2}next/,
    );
  });
});

describe('options that change log levels', () => {
  test.each([
    ['--level debug --reset', '--level cannot be combined with --reset'],
    ['--revert-after 10m', '--revert-after needs a change to take back'],
    ['--dry-run', '--dry-run needs a change to try'],
    ['--level debug --revert-after 10ms', '--revert-after must be at least 1s'],
    ['--level debug --revert-after soon', '"soon" is not a duration'],
    ['--level loud', 'unrecognized logging level: loud'],
    ['--revert-pending', '--revert-pending stands alone'],
  ])('%s', async (options, message) => {
    const { stderr, exitCode } = await run(`pc log ${CART} ${options}`);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining(message)]);
  });

  test('a logger can not be named without a pod', async () => {
    expect((await run('pc log --level debug')).exitCode).toBe(64);
    expect((await run('zc log x --node y --level debug')).exitCode).toBe(64);
  });

  test('--revert-pending is content where nothing is left', async () => {
    for (const words of ['pc log', 'zc log', 'admin log'])
      expect(await run(`${words} --revert-pending`)).toEqual({
        exitCode: 0,
        stdout: 'No log level is left to put back.\n',
        stderr: '',
      });
    expect((await run(`pc log --revert-pending ${SHOP}`)).exitCode).toBe(64);
  });
});
