import { expect } from 'vitest';
import { STEERING } from '../../src/util/text.ts';
import { run } from '../helpers/run.ts';

/** No run may take longer, in ms. */
const LIMIT_MS = 5000;

/** Control characters that must not reach a terminal, and the text that a carelessly printed object turns into. */
const FORBIDDEN = new RegExp(`[\\u0000-\\u0008\\u000b-\\u001f${STEERING}]|\\[object Object\\]`);

/** Seed and number of runs: SEED and RUNS repeat or lengthen a run. */
export const SEED = Number(process.env['SEED'] ?? 20_261_123);

/** The number of runs of a property, scaled by RUNS in percent. */
export function runs(standard: number): number {
  return Math.max(1, Math.round((standard * Number(process.env['RUNS'] ?? 100)) / 100));
}

/**
 * Runs a command line on damaged data and holds it to what all data may expect: an exit code that is not "our bug",
 * no stack trace, no control characters, and an end in time.
 */
export async function expectNoCrash(argv: readonly string[], cwd: string, timeout = '20s'): Promise<void> {
  const started = performance.now();
  const { stdout, stderr, exitCode } = await run(
    argv.includes('--timeout') ? argv : [...argv, '--timeout', timeout],
    { cwd },
  );
  const elapsed = performance.now() - started;
  const line = `meshscope ${argv.join(' ')}`;
  expect(exitCode, `${line}: ${stderr}`).not.toBe(70);
  expect(stderr, line).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(excerpt(stdout + stderr, FORBIDDEN), line).toBeUndefined();
  expect(elapsed, `${line} took ${Math.round(elapsed)} ms`).toBeLessThan(LIMIT_MS);
}

/** The surroundings of the first match, with control characters shown; `undefined` when there is none. */
function excerpt(text: string, pattern: RegExp): string | undefined {
  const at = pattern.exec(text)?.index;
  return at === undefined ? undefined : JSON.stringify(text.slice(Math.max(0, at - 80), at + 40));
}
