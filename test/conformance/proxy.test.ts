import { describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { documents, formatOf, withoutAges, withoutPadding } from './compare.ts';
import { Differences } from './differences.ts';
import { type Capture, findCapture, type Recording, recordings } from './recording.ts';

const MAX_CLASSES = 10;
const differences = new Differences('differences.proxy.json');
let compared = 0;

/** The commands of this part: the rest of the reference's commands have suites of their own. */
function isProxyCommand(argv: readonly string[]): boolean {
  const words = argv.filter((word) => !word.startsWith('-'));
  const [first = '', second = '', third = ''] =
    words[0] === 'x' || words[0] === 'experimental' ? words.slice(1) : words;
  if (['proxy-status', 'ps', 'proxy-config', 'pc', 'rootca-compare'].includes(first)) return true;
  return first === 'authz' && second === 'check' && third !== '';
}

describe.each(['shop', 'bookinfo'])('%s', (name) => {
  const capture = findCapture(name);
  if (typeof capture === 'string') {
    test.skip(capture);
    return;
  }
  describe('from dump files', () => {
    test.each(recordings(capture, 'expected-file', () => true))('$id', async (recording) => {
      const env = { SOURCE_DATE_EPOCH: String(capture.createdAt) };
      await compare(
        recording,
        [...recording.argv, '--compat'],
        { cwd: capture.snapshot, env },
        (text) => text,
      );
    });
  });
  describe('live', () => {
    test.each(recordings(capture, 'expected', isProxyCommand))('$id', async (recording) => {
      const argv = [...recording.argv, '--compat', '--from', capture.snapshot];
      await compare(recording, argv, liveOptions(capture), (text) => withoutPadding(withoutAges(text)));
    });
  });
});

function liveOptions(capture: Capture): { now: Date } {
  return { now: new Date(capture.createdAt * 1000) };
}

async function compare(
  recording: Recording,
  argv: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; now?: Date },
  normalise: (text: string) => string,
): Promise<void> {
  compared += 1;
  const accepted = differences.for(recording.id);
  const { stdout, stderr, exitCode } = await run(argv, options);
  if (exitCode !== recording.exitCode) {
    if (accepted.exitCodes.includes(exitCode)) differences.use(recording.id, 'exitCode');
    else expect(`exit ${exitCode}\n${stderr}`).toBe(`exit ${recording.exitCode}\n${recording.stderr}`);
  }
  const format = formatOf(recording.argv);
  const [ours, theirs] = [stdout, recording.stdout].map((text) =>
    format === 'text' ? normalise(text) : (safeDocuments(text, format) ?? text),
  );
  if (accepted.stdout) {
    if (!isEqual(ours, theirs)) differences.use(recording.id, 'stdout');
  } else expect(ours).toEqual(theirs);
}

/** The data of an output, or `undefined` when it is not of that format: then the texts are compared. */
function safeDocuments(text: string, format: 'json' | 'yaml'): unknown {
  try {
    return documents(text, format);
  } catch {
    return undefined;
  }
}

function isEqual(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}

describe('accepted differences', () => {
  test('are few, and each has a reason', () => {
    expect(differences.classes.length).toBeLessThan(MAX_CLASSES);
    for (const { id, reason } of differences.classes) expect(reason.length, id).toBeGreaterThan(20);
  });

  test('each explains a difference that still exists', (context) => {
    if (compared === 0) context.skip('nothing was compared');
    expect(differences.unused()).toEqual([]);
  });
});
