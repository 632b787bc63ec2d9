import { describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { documents, formatOf, withoutAges, withoutMoment, withoutPadding } from './compare.ts';
import { Differences } from './differences.ts';
import { findCapture, type Recording, recordings } from './recording.ts';

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
      await compare(recording, [...recording.argv, '--compat'], { cwd: capture.snapshot, env }, AS_IT_IS);
    });
  });
  describe('live', () => {
    test.each(recordings(capture, 'expected', isProxyCommand))('$id', async (recording) => {
      const argv = [...recording.argv, '--compat', '--from', capture.snapshot];
      await compare(recording, argv, { now: new Date(capture.createdAt * 1000) }, LIVE);
    });
  });
});

/** What is left out of both outputs before they are compared. */
interface Normaliser {
  text(text: string): string;
  data(data: unknown): unknown;
}

const AS_IT_IS: Normaliser = { text: (text) => text, data: (data) => data };
const LIVE: Normaliser = {
  text: (text) => withoutPadding(withoutAges(text)),
  data: withoutMoment,
};

async function compare(
  recording: Recording,
  argv: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; now?: Date },
  normaliser: Normaliser,
): Promise<void> {
  compared += 1;
  const accepted = differences.for(recording.id);
  const { stdout, stderr, exitCode } = await run(argv, options);
  if (exitCode !== recording.exitCode) {
    if (accepted.exitCodes.includes(exitCode)) differences.use(recording.id, 'exitCode');
    else expect(`exit ${exitCode}\n${stderr}`).toBe(`exit ${recording.exitCode}\n${recording.stderr}`);
  }
  if (exitCode !== 0 && recording.exitCode !== 0) {
    // The reference writes logs of its port-forwards to stdout; a failure of ours leaves it empty.
    expect(stdout).toBe('');
    return;
  }
  const format = formatOf(recording.argv, recording.stdout);
  const [ours, theirs] = [stdout, recording.stdout].map((text) =>
    format === 'text' ? normaliser.text(text) : normaliser.data(safeDocuments(text, format)),
  );
  if (accepted.stdout) {
    if (!isEqual(ours, theirs)) differences.use(recording.id, 'stdout');
  } else expect(ours).toEqual(theirs);
}

/** The data of an output; the text itself when it is not of that format. */
function safeDocuments(text: string, format: 'json' | 'yaml'): unknown {
  try {
    return documents(text, format);
  } catch {
    return text;
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
    expect(differences.unused().join('\n')).toBe('');
  });
});
