import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseLogLine } from '../../src/mesh/access-log/parse.ts';
import { asArray, asObjects, asString, field } from '../../src/util/json.ts';
import { run } from '../helpers/run.ts';
import { documents, formatOf, withoutMoment } from './compare.ts';
import { Differences } from './differences.ts';
import { CAPTURES, findCapture, type Recording, recordings } from './recording.ts';

const differences = new Differences('differences.stats.json');
let compared = 0;

function isStats(argv: readonly string[]): boolean {
  return argv.includes('envoy-stats') || (argv[0] === 'x' && argv[1] === 'wait');
}

describe.each(['shop', 'ambient', 'bookinfo'])('%s', (name) => {
  const capture = findCapture(name);
  if (typeof capture === 'string') {
    test.skip(capture);
    return;
  }
  test.each(recordings(capture, 'expected', isStats))('$id', async (recording) => {
    compared += 1;
    const argv = [...recording.argv, '--compat', '--from', capture.snapshot];
    const { stdout, stderr, exitCode } = await run(argv, { now: new Date(capture.createdAt * 1000) });
    expect(exitCode, stderr).toBe(recording.exitCode);
    const [ours, theirs] = [stdout, recording.stdout].map((text) => withoutCounters(recording, text));
    if (differences.for(recording.id).stdout) differences.use(recording.id, 'stdout');
    else expect(ours).toEqual(theirs);
  });
});

/**
 * An output without the order of Envoy's own tables, which it leaves to chance, and without what was counted between
 * the recording and the run: numbers of the lines that hold counters.
 */
function withoutCounters({ argv }: Recording, text: string): unknown {
  const body = text.replace(/^\nThe result of pod \S+\n\n/, '');
  const heading = text.slice(0, text.length - body.length);
  if (formatOf(argv, text) === 'json') return [heading, withoutOrder(withoutMoment(documents(body, 'json')))];
  const lines = body
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .replace(/^(.*::(?:cx|rq)_\w+::)\d+$/, '$1N')
        .replace(/^([\w.;|-]+: ).*$/, '$1N')
        .replace(/^([\w:]+(?:\{.*\})? )[-+.\dNanInfe]+$/, '$1N'),
    )
    // Histograms have a bucket for every limit, whatever was counted.
    .filter((line) => line !== '');
  return [heading, [...lines].sort()];
}

function withoutOrder(value: unknown): unknown {
  return asArray(value).map((document) => {
    const key = 'cluster_statuses';
    const statuses = asObjects(field(document, key));
    return [...statuses].sort((a, b) => ((asString(a['name']) ?? '') < (asString(b['name']) ?? '') ? -1 : 1));
  });
}

describe('access logs of recorded requests', () => {
  test.each(['shop'])('%s: every line is read as it was recorded', (name) => {
    if (typeof findCapture(name) === 'string') return;
    const requests = asObjects(JSON.parse(readFileSync(join(CAPTURES, name, 'requests.json'), 'utf8')));
    const lines = requests.flatMap((request) =>
      ['clientLog', 'serverLogs'].flatMap((side) => asObjects(request[side])),
    );
    expect(lines.length).toBeGreaterThan(100);
    for (const recorded of lines) {
      const parsed = parseLogLine(asString(recorded['line']) ?? '');
      if (parsed.kind !== 'access') throw new Error(`not read: ${recorded['line']}`);
      const { entry } = parsed;
      const dash = (text: string | undefined): string => text ?? '-';
      expect({
        request: [entry.method, entry.path, entry.protocol].map(dash).join(' '),
        status: entry.code,
        responseFlags: entry.flags.join(',') || '-',
        responseCodeDetails: dash(entry.details),
        connectionTerminationDetails: dash(entry.termination),
        upstreamTransportFailureReason: dash(entry.transportFailure),
        authority: dash(entry.authority),
        upstreamHost: dash(entry.upstreamHost),
        upstreamCluster: dash(entry.upstreamCluster),
        downstreamLocalAddress: dash(entry.downstreamLocal),
        requestedServerName: dash(entry.serverName),
        routeName: dash(entry.route),
      }).toEqual({ ...without(recorded, ['pod', 'line']) });
    }
  });
});

function without(value: Readonly<Record<string, unknown>>, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

describe('accepted differences', () => {
  test('each explains a difference that still exists', (context) => {
    if (compared === 0) context.skip('nothing was compared');
    expect(differences.unused().join('\n')).toBe('');
  });
});
