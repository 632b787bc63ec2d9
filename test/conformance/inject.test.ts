import { describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { findCapture, recordings } from './recording.ts';

/** `check-inject`, `injector list`, `tag list` and `config list`, as the reference names them. */
function isInjectionCommand(argv: readonly string[]): boolean {
  const words = argv.filter((word) => !word.startsWith('-'));
  const [first = '', second = ''] = words[0] === 'x' ? words.slice(1) : words;
  return first === 'check-inject' || (['injector', 'tag', 'config'].includes(first) && second === 'list');
}

describe.each(['shop', 'bookinfo', 'ambient'])('%s', (name) => {
  const capture = findCapture(name);
  if (typeof capture === 'string') {
    test.skip(capture);
    return;
  }
  test.each(recordings(capture, 'expected', isInjectionCommand))('$id', async (recording) => {
    const { stdout, stderr, exitCode } = await run([
      ...recording.argv,
      '--compat',
      '--from',
      capture.snapshot,
    ]);
    expect(exitCode, stderr).toBe(recording.exitCode);
    expect(stdout).toBe(recording.stdout);
  });
});
