import { describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { documents, formatOf, withoutPadding } from './compare.ts';
import { Differences } from './differences.ts';
import { findCapture, type Recording, recordings } from './recording.ts';

const differences = new Differences('differences.istiod.json');
let compared = 0;

/** Commands that say what the istiods themselves say. */
const COMMANDS: ReadonlySet<string> = new Set(['version', 'remote-clusters', 'internal-debug']);

function isIstiodCommand(argv: readonly string[]): boolean {
  const words = argv.filter((word) => !word.startsWith('-'));
  return COMMANDS.has((words[0] === 'x' ? words[1] : words[0]) ?? '');
}

describe.each(['shop', 'bookinfo', 'ambient'])('%s', (name) => {
  const capture = findCapture(name);
  if (typeof capture === 'string') {
    test.skip(capture);
    return;
  }
  test.each(recordings(capture, 'expected', isIstiodCommand))('$id', async (recording) => {
    compared += 1;
    const accepted = differences.for(recording.id);
    const result = await run([...recording.argv, '--compat', '--from', capture.snapshot]);
    if (result.exitCode !== recording.exitCode) {
      if (accepted.exitCodes.includes(result.exitCode)) differences.use(recording.id, 'exitCode');
      else
        expect(`exit ${result.exitCode}\n${result.stderr}`).toBe(
          `exit ${recording.exitCode}\n${recording.stderr}`,
        );
    }
    const [ours, theirs] = [result.stdout, recording.stdout].map((text) => comparable(recording, text));
    if (!accepted.stdout) expect(ours).toEqual(theirs);
    else if (!isEqual(ours, theirs)) differences.use(recording.id, 'stdout');
  });
});

function isEqual(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}

/** An output without what belongs to its moment or to the client. */
function comparable({ argv, stdout }: Recording, text: string): unknown {
  const format = formatOf(argv, stdout);
  if (format === 'text') {
    return withoutPadding(text)
      .replace(/^client version: .*\n/m, '')
      .replace(/, 65536\.65536\.65536 \(\d+ proxies\)/, '')
      .trim();
  }
  return (documents(text, format) as unknown[]).map(withoutMoment);
}

/** Fields that hold a moment, a connection of it, or the counter of its pushes. */
const OF_THE_MOMENT =
  /^(clientVersion|connectionId|connectedAt|address|totalClients|version_info|versionInfo|lastUpdated|lastPushTime|sentTime|sent|acked|\w+_(sent|acked)|nonce)$/;

/** Diagnostic tools that were connected at the moment have this version, or this name. */
const TOOL = /65536\.65536\.65536|test-1\.default/;

function withoutMoment(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .filter((item) => !TOOL.test(JSON.stringify(item)))
      .map(withoutMoment)
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !OF_THE_MOMENT.test(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutMoment(member)]));
}

describe('accepted differences', () => {
  test('are few, and each has a reason', () => {
    expect(differences.classes.length).toBeLessThan(8);
    for (const { id, reason } of differences.classes) expect(reason.length, id).toBeGreaterThan(20);
  });

  test('each explains a difference that still exists', (context) => {
    if (compared === 0) context.skip('nothing was compared');
    expect(differences.unused().join('\n')).toBe('');
  });
});
