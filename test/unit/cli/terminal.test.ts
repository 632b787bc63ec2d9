import { expect, test } from 'vitest';
import { run } from '../../helpers/run.ts';

test.each([
  [0, 80],
  [1, 20],
  [20, 20],
  [120, 120],
])('a terminal that says it has %i columns is written to as one of %i', async (columns, used) => {
  const line = 'proxy-status --from demo';
  const { stdout } = await run(line, { tty: { columns } });
  expect(stdout).toBe((await run(line, { tty: { columns: used } })).stdout);
});
