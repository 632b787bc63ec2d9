import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { defineCommand } from '../../../src/cli/command.ts';
import { fanOut } from '../../../src/cli/fan-out.ts';
import { flag } from '../../../src/cli/options.ts';
import { ExitCode, MeshscopeError } from '../../../src/util/errors.ts';
import { runTable, tableOf } from '../../helpers/memory-io.ts';

/** Asks two proxies that answer and three that do not; with `--deaf` it pays no attention to its end. */
const ask = defineCommand({
  name: 'ask',
  description: 'asks proxies',
  args: [],
  options: {
    deaf: flag('--deaf', 'does not end'),
    only: flag('--only', 'asks only one that does not answer'),
  },
  examples: [],
  stability: 'stable',
  needs: [],
  run: async ({ options }, context): Promise<readonly string[]> => {
    if (options.deaf) await sleep(20_000, undefined, { ref: false });
    if (options.only) {
      await sleep(20_000, undefined, { signal: context.signal }).catch(() => {});
      throw new MeshscopeError('Timeout', ExitCode.unreachable, "can't read config_dump of late-1.shop");
    }
    const asked = await fanOut(context, ['quick-1', 'quick-2', 'late-1', 'late-2', 'late-3'], {
      what: 'proxies',
      atATime: () => 4,
      name: (item) => `${item}.shop`,
      work: async (item) => {
        if (item.startsWith('late')) await sleep(20_000, undefined, { ref: false });
        return item;
      },
    });
    return asked.map(({ value }) => value);
  },
  reporters: { table: async () => (answer) => `${answer.join('\n')}\n` },
});

/** A run that is interrupted by Ctrl-C, and ends within a second of it. */
async function interrupted(...words: readonly string[]) {
  const ending = new AbortController();
  let pressed = 0;
  setTimeout(() => {
    pressed = performance.now();
    ending.abort();
  }, 500);
  const result = await runTable(tableOf(ask), ['ask', ...words], { signal: ending.signal });
  expect(performance.now() - pressed).toBeLessThan(1_000);
  return result;
}

describe('Ctrl-C', () => {
  it('prints what was read, names the rest, ends with 130', async () => {
    expect(await interrupted()).toEqual({
      stdout: 'quick-1\nquick-2\n',
      stderr:
        'note: 3 of 5 proxies: interrupted before they answered: late-1.shop, late-2.shop, late-3.shop\n' +
        'note: interrupted: this is what was read until then\n',
      exitCode: 130,
    });
  });

  it.each(['--deaf', '--only'])('says so when there is nothing to print (%s)', async (word) => {
    const stderr = 'note: interrupted before anything was read\n';
    expect(await interrupted(word)).toEqual({ stdout: '', stderr, exitCode: 130 });
  });
});

describe('--timeout', () => {
  const timedOut = (...words: readonly string[]) =>
    runTable(tableOf(ask), ['ask', '--timeout', '500ms', ...words]);

  it('prints what was read and names the rest: 0, under --strict 75', async () => {
    const { stdout, stderr, exitCode } = await timedOut();
    expect([stdout, exitCode]).toEqual(['quick-1\nquick-2\n', 0]);
    expect(stderr).toContain('3 of 5 proxies: interrupted before they answered');
    expect(stderr).toContain(
      'the answer: no answer within 0.5s, it is what was read until then (--timeout 2m',
    );
    expect((await timedOut('--strict')).exitCode).toBe(75);
  });

  it('is an error when there is nothing to print', async () => {
    const deaf = await timedOut('--deaf');
    expect([deaf.stdout, deaf.exitCode]).toEqual(['', 69]);
    const only = await timedOut('--only');
    expect(only).toMatchObject({ stdout: '', exitCode: 69 });
    expect(only.stderr).toBe(
      'error: no answer within 0.5s\n' +
        "  while  can't read config_dump of late-1.shop\n" +
        '  next   --timeout 2m waits longer, --timeout 0 for ever\n',
    );
  });

  it('of a run that ends in time leaves no trace', async () => {
    const quick = { ...ask, run: async () => ['quick-1'] };
    const result = await runTable(tableOf(quick), ['ask', '--timeout', '30s']);
    expect(result).toEqual({ stdout: 'quick-1\n', stderr: '', exitCode: 0 });
  });
});
