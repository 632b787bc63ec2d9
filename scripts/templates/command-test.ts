import { expect, test } from 'vitest';
import { run } from '../../test/helpers/run.ts';

test('COMMAND_NAME answers for the bundled mesh', async () => {
  const { stdout, stderr, exitCode } = await run('COMMAND_NAME --from demo');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  await expect(stdout).toMatchFileSnapshot('../../fixtures/golden/COMMAND_FILE.txt');
});
