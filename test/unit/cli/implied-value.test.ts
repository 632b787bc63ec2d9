import { expect, test } from 'vitest';
import { withImpliedValues } from '../../../src/cli/implied-value.ts';
import { flag, integer } from '../../../src/cli/options.ts';

const TABLE = {
  verbosity: integer('-v, --verbosity [n]', '', 0, { min: 0, implied: 1 }),
  port: integer('-p, --port <n>', '', 80),
  all: flag('--all', ''),
};

test.each([
  [['-v'], ['-v', '1']],
  [
    ['-v', '2'],
    ['-v', '2'],
  ],
  [
    ['-v', '--all'],
    ['-v', '1', '--all'],
  ],
  [
    ['--verbosity', 'cart.shop'],
    ['--verbosity', '1', 'cart.shop'],
  ],
  [['-v1'], ['-v1']],
  [['-p'], ['-p']],
  [
    ['--', '-v'],
    ['--', '-v'],
  ],
])('%j becomes %j', (argv, wanted) => {
  expect(withImpliedValues(argv, TABLE)).toEqual(wanted);
});
