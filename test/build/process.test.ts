import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from '../helpers/run.ts';

const BIN = join(ROOT, 'bin/meshscope.js');
const execute = promisify(execFile);

/** A folder for PATH with `meshscope` in it, as an installation makes it. */
const folder = mkdtempSync(join(tmpdir(), 'meshscope-path-'));
symlinkSync(BIN, join(folder, 'meshscope'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = {
  ...process.env,
  PATH: `${folder}${delimiter}${process.env['PATH']}`,
  MESHSCOPE_FROM: undefined,
};

const hasBash = spawnSync('bash', ['--version']).status === 0;

async function bash(script: string): Promise<{ stdout: string; stderr: string }> {
  return execute('bash', ['--norc', '-c', script], { env });
}

describe('the real process', () => {
  test('--version prints one line', async () => {
    const { stdout } = await execute(process.execPath, [BIN, '--version']);
    expect(stdout).toMatch(/^\S+( \S+)?\n$/);
  });

  test('a wrong word ends with 64 and says so on stderr alone', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'proxy-statis'], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toContain('proxy-status');
  });

  test.skipIf(!hasBash)('a reader that goes away early ends the run quietly', async () => {
    const line =
      'meshscope proxy-config all deploy/cart-v1 -n shop --from demo -o json | head -1; echo "$PIPESTATUS"';
    const { stdout, stderr } = await bash(line);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\S.*\n0\n$/);
  });

  test.skipIf(!hasBash)(
    'an archive for which the disk has no room is said, and nothing is left of it',
    async () => {
      const room = join(folder, 'full');
      mkdirSync(room);
      // A limit on the size of files fails as a full disk does, in the middle of the archive.
      const line = `cd '${room}'; ulimit -f 60; meshscope bug-report --from demo; echo "exit $?"`;
      const { stdout, stderr } = await bash(line);
      expect(stdout).toBe('exit 1\n');
      expect(stderr).toMatch(/^error: can't write .*bug-report-.*\.tar\.gz \(EFBIG\)\n/);
      expect(stderr).toContain('there is no room for it');
      expect(readdirSync(room)).toEqual([]);
    },
  );

  test.skipIf(!hasBash)('two bug reports at once are two archives', { timeout: 60_000 }, async () => {
    const room = join(folder, 'two');
    mkdirSync(room);
    const one = 'meshscope bug-report --skip-proxy-debug --skip-analyze --from demo >/dev/null';
    await bash(`cd '${room}'; ${one} & ${one} & wait`);
    const names = readdirSync(room);
    expect(names).toHaveLength(2);
    for (const name of names) await bash(`cd '${room}'; meshscope bug-report verify ${name}`);
  });
});

/** Linux has a file that is always full. */
describe.skipIf(!hasBash || !existsSync('/dev/full'))('stdout on a full disk', () => {
  test.each(['proxy-config all deploy/cart-v1 -n shop --from demo', '--help', 'completion bash'])(
    'meshscope %s says so in one line and ends with 1',
    (line) => {
      const { status, stderr } = spawnSync('bash', ['--norc', '-c', `meshscope ${line} > /dev/full`], {
        env,
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: "error: can't write stdout: no space left on device\n",
      });
    },
  );
});

describe.skipIf(!hasBash)('bash completion, in bash', () => {
  /** What bash offers for a line with the cursor at its end. */
  async function offered(line: string): Promise<readonly string[]> {
    const { stdout, stderr } = await bash(`
      source <(meshscope completion bash)
      COMP_LINE=${JSON.stringify(line)} COMP_POINT=${line.length}
      _meshscope_complete && printf '%s\\n' "\${COMPREPLY[@]}"`);
    expect(stderr).toBe('');
    return stdout.split('\n').filter((word) => word !== '');
  }

  test.each([
    ['meshscope expl', ['explain']],
    ['meshscope explain --color al', ['always']],
    ['meshscope explain --color=al', ['always']],
    ['meshscope proxy-config cluster --from demo ledger', ['ledger-v1-766c4b45bc-cj586.payments']],
    ['meshscope --from demo proxy-status -n le', ['legacy']],
    ['meshscope --from ', []],
  ])('%s', async (line, words) => {
    expect(await offered(line)).toEqual(words);
  });

  test('a new word after a blank is completed', async () => {
    expect(await offered('meshscope completion bash ')).toContain('--help');
    expect(await offered('meshscope ')).toEqual(
      expect.arrayContaining(['explain', 'proxy-config', 'proxy-status']),
    );
  });
});
