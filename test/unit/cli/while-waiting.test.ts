import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { whileWaiting } from '../../../src/cli/while-waiting.ts';

function terminal() {
  const said: string[] = [];
  return {
    said,
    context: {
      terminal: {
        color: false,
        width: 80,
        note: async () => {},
        warn: async () => {},
        progress: (text: string) => said.push(text),
        clearProgress: () => said.push(''),
      },
    },
  };
}

test('what is waited for is said while it lasts, and gone afterwards', async () => {
  const { said, context } = terminal();
  expect(await whileWaiting(context, 'waiting for istiod', sleep(1_200, 'done'))).toBe('done');
  expect(said).toEqual(['waiting for istiod', 'waiting for istiod', '']);
});

test('a failure is passed on, and the line is gone', async () => {
  const { said, context } = terminal();
  await expect(whileWaiting(context, 'waiting', Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  expect(said).toEqual(['']);
});
