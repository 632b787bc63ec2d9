import { describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { Differences } from './differences.ts';
import { findCapture, type Recording, recordings } from './recording.ts';

const MAX_CLASSES = 6;
const differences = new Differences('differences.describe.json');
let compared = 0;

function isDescribe(argv: readonly string[]): boolean {
  const words = argv.filter((word) => !word.startsWith('-') && word !== 'x' && word !== 'experimental');
  return words[0] === 'describe' && words.length >= 3;
}

describe.each(['shop', 'bookinfo', 'ambient'])('%s', (name) => {
  const capture = findCapture(name);
  if (typeof capture === 'string') {
    test.skip(capture);
    return;
  }
  test.each(recordings(capture, 'expected', isDescribe))('$id', async (recording) => {
    const argv = [...recording.argv, '--compat', '--from', capture.snapshot];
    await compare(recording, argv, new Date(capture.createdAt * 1000));
  });
});

async function compare(recording: Recording, argv: readonly string[], now: Date): Promise<void> {
  compared += 1;
  const accepted = differences.for(recording.id);
  const { stdout, stderr, exitCode } = await run(argv, { now });
  if (exitCode !== recording.exitCode) {
    if (accepted.exitCodes.includes(exitCode)) differences.use(recording.id, 'exitCode');
    else expect(`exit ${exitCode}\n${stderr}`).toBe(`exit ${recording.exitCode}\n${recording.stderr}`);
  }
  const theirs = withoutForwardLog(recording.stdout);
  if (accepted.stdout && stdout !== theirs) differences.use(recording.id, 'stdout');
  else expect(stdout).toBe(theirs);
}

/** The reference writes the log of its port-forward to stdout: lines that begin with a time, and the rest of them. */
function withoutForwardLog(text: string): string {
  return text
    .replace(/^\d{4}[-/]\d\d[-/]\d\d[T ][^\n]*\n/gm, '')
    .replace(/^: Unhandled Error\t[^\n]*\n/gm, '');
}

describe('accepted differences', () => {
  test('are few, and each has a reason', () => {
    expect(differences.classes.length).toBeLessThan(MAX_CLASSES);
    for (const { id, reason } of differences.classes) expect(reason.length, id).toBeGreaterThan(20);
  });

  test('each explains a difference that still exists', (context) => {
    if (compared === 0) context.skip('nothing was compared');
    expect(differences.unused().join('\n')).toBe('');
  });
});
