import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestCase } from 'vitest/node';

/** What of a suite's settings depends on who runs it. */
export interface RunSettings {
  readonly reporters: (string | Reporter)[];
  readonly outputFile?: { json: string };
  readonly retry: number;
}

/**
 * Reporters of a suite: what a person reads and, when TEST_RESULTS names a file, the counts that `.ci/run` adds up. With
 * CI in the environment a failed test is run once more, for machines of a CI stall at times; which tests needed that
 * goes to the file's name with `.retried`, one a line, so that it is seen and not forgotten.
 */
export function reporters(forPeople = 'default'): RunSettings {
  const retry = process.env['CI'] ? 1 : 0;
  const file = process.env['TEST_RESULTS'];
  if (file === undefined || file === '') return { reporters: [forPeople], retry };
  return {
    reporters: [forPeople, 'json', new RetriedReporter(`${file}.retried`)],
    outputFile: { json: file },
    retry,
  };
}

/** Lists the tests that passed only when they were run once more, each with how its first message begins. */
class RetriedReporter implements Reporter {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    const [first] = test.result().errors ?? [];
    const message = (first?.message ?? '').split('\n', 1)[0] ?? '';
    const file = relative(process.cwd(), test.module.moduleId);
    appendFileSync(this.#file, `${file} ${test.fullName}: ${message.slice(0, 500)}\n`);
  }
}
