import { describe, expect, it } from 'vitest';
import { accessLogs } from '../../../src/answers/access-logs/access-logs.ts';
import { callOf } from '../../../src/answers/access-logs/call.ts';
import { joinCalls } from '../../../src/answers/access-logs/join.ts';
import { accessLine } from '../../../src/answers/access-logs/line.ts';
import { MeshNames } from '../../../src/answers/access-logs/names.ts';
import { parseLogLine } from '../../../src/mesh/access-log/parse.ts';
import { accessLogsReport } from '../../../src/report/access-logs.ts';
import { accessLogsJson } from '../../../src/report/access-logs-json.ts';

const PLAIN = { color: false, width: 80, now: new Date(0) };
const POD = { name: 'caller', namespace: 'shop' };

function answerOf(lines: readonly string[], own: readonly string[] = []) {
  const logged = { pod: POD, addresses: new Set<string>(), isGateway: false };
  const parsed = lines.flatMap((text) => {
    const line = parseLogLine(text);
    return line.kind === 'access' ? [accessLine(logged, line.entry)] : [];
  });
  const log = {
    pod: POD,
    end: 'from',
    proxy: 'envoy',
    accessLines: parsed.length,
    ownLines: own,
    otherFormat: 0,
  } as const;
  const filter = { status: [], flags: [], path: undefined, requestId: undefined };
  const names = new MeshNames([], []);
  const calls = joinCalls(parsed, []).map((joined) => callOf(joined, names));
  return accessLogs(
    { from: 'caller', to: undefined, logs: [log], filter, view: { all: true, lines: true } },
    calls,
  );
}

function textOf(report: string | Iterable<string>): string {
  return typeof report === 'string' ? report : [...report].join('');
}

const HOSTILE =
  '[2026-11-23T02:08:37.366Z] "GET /\u001b[2J\u202e\u200b HTTP/1.1" 503 NC cluster_not_found - "-" 0 0 0 - "-" "\u0007" "\u009b31m" "evil\u001b]0;x" "-" - - 10.0.0.1:80 10.0.0.2:1 - -';

describe('the report of access logs', () => {
  it('lets no control or invisible character of a log through', () => {
    const answer = answerOf([HOSTILE], ['own \u001b[31m line\r']);
    const report = textOf(accessLogsReport(answer, PLAIN));
    const json = textOf(accessLogsJson(answer, PLAIN));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;
    expect(report).toContain('\\x1b[2J');
    expect(report).not.toMatch(steering);
    expect(report).not.toContain('\u200b');
    expect(json).not.toMatch(steering);
  });

  it('hides tokens that stand in a path, as everything that is printed', async () => {
    const { hideInText } = await import('../../../src/util/secret-text.ts');
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl';
    const line = HOSTILE.replace('/\u001b[2J\u202e\u200b', `/callback?id_token=${token}`);
    expect(hideInText(textOf(accessLogsReport(answerOf([line]), PLAIN)))).not.toContain(token);
  });

  it('says of an empty log that nothing can be told from it', () => {
    const [first] = textOf(accessLogsReport(answerOf([]), PLAIN)).split('\n');
    expect(first).toBe('? no access log to judge from');
  });
});
