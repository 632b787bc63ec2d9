import { describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { documents, formatOf, withoutAges, withoutMoment, withoutPadding } from './compare.ts';
import { Differences } from './differences.ts';
import type { Capture, Recording } from './recording.ts';

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

/** A part of the reference's commands: its recorded runs against ours, but for differences that are accepted. */
export class Comparison {
  readonly #differences: Differences;
  readonly #maxClasses: number;
  #compared = 0;

  constructor(differencesFile: string, maxClasses: number) {
    this.#differences = new Differences(differencesFile);
    this.#maxClasses = maxClasses;
  }

  /** A run on a saved dump: the same to the byte; JSON and YAML as data. */
  async ofFile(recording: Recording, capture: Capture): Promise<void> {
    const env = { SOURCE_DATE_EPOCH: String(capture.createdAt) };
    await this.#compare(recording, [...recording.argv, '--compat'], { cwd: capture.snapshot, env }, AS_IT_IS);
  }

  /** A run on the live mesh against ours on its recording: the same but for ages. */
  async ofLive(recording: Recording, capture: Capture): Promise<void> {
    const argv = [...recording.argv, '--compat', '--from', capture.snapshot];
    await this.#compare(recording, argv, { now: new Date(capture.createdAt * 1000) }, LIVE);
  }

  /** Tests of the accepted differences themselves; to be declared last. */
  testDifferences(): void {
    describe('accepted differences', () => {
      test('are few, and each has a reason', () => {
        expect(this.#differences.classes.length).toBeLessThan(this.#maxClasses);
        for (const { id, reason } of this.#differences.classes) expect(reason.length, id).toBeGreaterThan(20);
      });

      test('each explains a difference that still exists', (context) => {
        if (this.#compared === 0) context.skip('nothing was compared');
        expect(this.#differences.unused().join('\n')).toBe('');
      });
    });
  }

  async #compare(
    recording: Recording,
    argv: readonly string[],
    options: { cwd?: string; env?: Record<string, string>; now?: Date },
    normaliser: Normaliser,
  ): Promise<void> {
    this.#compared += 1;
    const accepted = this.#differences.for(recording.id);
    const { stdout, stderr, exitCode } = await run(argv, options);
    if (exitCode !== recording.exitCode) {
      if (accepted.exitCodes.includes(exitCode)) this.#differences.use(recording.id, 'exitCode');
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
      if (!isEqual(ours, theirs)) this.#differences.use(recording.id, 'stdout');
    } else expect(ours).toEqual(theirs);
  }
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
