import type { AccessLogs } from '../answers/access-logs/access-logs.ts';
import type { FollowedCall } from '../answers/access-logs/answer.ts';
import type { Call } from '../answers/access-logs/call.ts';
import { type AccessLine, podOfLine } from '../answers/access-logs/line.ts';
import { escapeLine } from '../util/text.ts';
import { detailTable } from './detail-table.ts';
import type { ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, plainMark, styleFor } from './style.ts';
import { wrapLines } from './wrap.ts';

/** `02:08:37.366Z`. */
export function timeOfDay({ time }: Pick<Call, 'time'>): string {
  return /T(\d\d:\d\d:\d\d(?:\.\d{1,3})?)/.exec(time)?.[1]?.concat('Z') ?? time;
}

const CONNECTION = { bad: 'connection failed', warn: 'connection refused', good: 'connected' } as const;

/** `503 UH`, `403`, `no answer DC`, `connection failed UF`, as people say it. */
export function outcomeWord({ code, flags, request, explanation }: Outcome): string {
  const isTcp = request === 'TCP';
  const word = isTcp ? CONNECTION[explanation.severity] : code === 0 ? 'no answer' : String(code);
  return flags.length === 0 ? word : `${word} ${flags.join(',')}`;
}

type Outcome = Pick<Call, 'code' | 'flags' | 'request' | 'explanation'>;

/** One request of a followed log in one line. */
export function followedLine({ call, several }: FollowedCall, options: ReportOptions): string {
  const style = styleFor(options.color);
  const by = several ? `  ${call.toldBy}` : '';
  const took = call.duration === undefined ? '' : `  ${call.duration}ms`;
  const why = call.explanation.severity === 'good' ? '' : `  ${call.explanation.what}`;
  const text = `${outcomeWord(call)}  ${call.request}  to ${call.target}${took}${by}${why}`;
  return `${timeOfDay(call)} ${markSymbol(markOf(call), style)} ${escapeLine(text)}\n`;
}

/** Every request: of one that was asked for by its ID all lines of both ends, else a table. */
export function* callsText(answer: AccessLogs, options: ReportOptions): Iterable<string> {
  yield '\n';
  if (answer.filter.requestId !== undefined) {
    for (const call of answer.calls) yield wrapLines(bothEnds(call), options.width);
    return;
  }
  const style = styleFor(options.color);
  const rows = answer.calls.map((call) => {
    const mark = markOf(call);
    const plain = plainMark(mark);
    const took = call.duration === undefined ? '-' : String(call.duration);
    return {
      cells: [
        {
          text: `${plain} ${timeOfDay(call)}`,
          paint: (shown: string) => markSymbol(mark, style) + shown.slice(plain.length),
        },
        call.from ?? '-',
        call.request,
        call.target,
        outcomeWord(call),
        took,
      ],
      detail: call.explanation.severity === 'good' ? '' : call.explanation.what,
    };
  });
  yield detailTable(['  TIME', 'FROM', 'REQUEST', 'TO', 'OUTCOME', 'MS'], rows, options);
}

function markOf({ explanation }: Call): Mark {
  return explanation.severity;
}

function bothEnds(call: Call): string {
  const lines = [...(call.client ? [call.client] : []), ...call.servers];
  const title = `${timeOfDay(call)} ${call.request}${call.authority === undefined ? '' : ` of ${call.authority}`}`;
  return [escapeLine(title), ...lines.map(endText), ''].join('\n');
}

function endText(line: AccessLine): string {
  const { entry } = line;
  const parts = [
    `  ${line.side ?? 'proxy'} ${podOfLine(line)}: ${endOutcome(line)}`,
    entry.duration === undefined ? undefined : `after ${entry.duration}ms`,
    said('details', entry.details),
    said('ended by', entry.termination),
    said('transport', entry.transportFailure),
    said('cluster', entry.upstreamCluster),
    said('endpoint', entry.upstreamHost),
    said('route', entry.route),
    said('error', entry.error),
  ];
  return escapeLine(parts.filter((part) => part !== undefined).join(' · '));
}

function endOutcome({ entry, explanation }: AccessLine): string {
  const { code, flags, method } = entry;
  return outcomeWord({ code, flags, explanation, request: method ?? 'TCP' });
}

function said(label: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${label} ${value}`;
}
