import type { AccessLogs, ReadLog } from '../answers/access-logs/access-logs.ts';
import { logName } from '../answers/access-logs/access-logs.ts';
import type { AccessLogsAnswer } from '../answers/access-logs/answer.ts';
import type { Call } from '../answers/access-logs/call.ts';
import type { Cause } from '../answers/access-logs/causes.ts';
import { escapeLine } from '../util/text.ts';
import { callsText, followedLine, outcomeWord, timeOfDay } from './access-logs-lines.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, type Style, styleFor } from './style.ts';
import { wrapLines, wrapWords } from './wrap.ts';

/** Targets of a cause that are named; the others are counted. */
const TARGETS = 4;
const LABEL = 8;

/** The verdict, the causes (worst first), what was answered, and which logs told nothing; of a followed log one line. */
export const accessLogsReport: Reporter<AccessLogsAnswer> = (answer, options) => {
  if (answer.form === 'followed') return followedLine(answer, options);
  return wholeText(answer, options);
};

function* wholeText(answer: AccessLogs, options: ReportOptions): Iterable<string> {
  const style = styleFor(options.color);
  const line = (mark: Mark, text: string): string =>
    `${wrapLines(`${markSymbol(mark, style)} ${escapeLine(text)}`, options.width)}\n`;
  yield line(...verdict(answer));
  const scope = scopeText(answer);
  if (scope !== '') yield `${wrapLines(`  ${style.faint(escapeLine(scope))}`, options.width)}\n`;
  for (const cause of answer.causes) yield `\n${causeText(cause, options, style)}`;
  const { answered, retried } = answer.counts;
  if (answer.causes.length > 0) {
    const after = retried === 0 ? '' : `, ${retried} of them after a retry`;
    yield `\n${answered === 0 ? line('plain', 'none was answered') : line('good', `${answered} answered${after}`)}`;
  }
  for (const log of silent(answer)) yield silenceText(log, options, style);
  yield* ownLines(answer, style);
  if (answer.view.lines && answer.calls.length > 0) yield* callsText(answer, options);
}

/** That nothing failed is only said of requests that were seen. */
function verdict({ counts, causes, logs, read, to }: AccessLogs): [Mark, string] {
  const { requests, failed, refused } = counts;
  if (requests === 0) return nothingSeen(logs, read, to);
  const what = requests === 1 ? 'request' : 'requests';
  const why =
    causes.length === 0 ? '' : ` (${causes.length === 1 ? 'one cause' : `${causes.length} causes`})`;
  if (failed > 0) {
    const others = refused === 0 ? '' : `, ${refused} refused or given up`;
    return ['bad', `${failed} of ${requests} ${what} failed${others}${why}`];
  }
  if (refused > 0) return ['warn', `${refused} of ${requests} ${what} refused or given up${why}`];
  return ['good', `${requests} ${what}, none failed`];
}

function nothingSeen(logs: readonly ReadLog[], read: number, to: string | undefined): [Mark, string] {
  if (read > 0) return ['plain', `none of ${read} requests matches`];
  const lines = logs.reduce((sum, log) => sum + log.accessLines, 0);
  if (lines > 0 && to !== undefined) return ['plain', `no request to ${to} in ${lines} access log lines`];
  const isQuiet = logs.length > 0 && logs.every(({ silence }) => silence?.state === 'no-requests');
  return isQuiet ? ['plain', 'no requests'] : ['unknown', 'no access log to judge from'];
}

function scopeText({ from, to, calls, logs, counts }: AccessLogs): string {
  const pods = logs.filter(({ accessLines }) => accessLines > 0);
  const parts = [to === undefined ? from : `${from} to ${to}`];
  const [first, last] = [calls[0], calls.at(-1)];
  if (first && last) parts.push(`${first.time.slice(0, 10)} ${timeOfDay(first)} to ${timeOfDay(last)}`);
  if (pods.length > 1) parts.push(`${pods.length} logs`);
  if (to !== undefined && calls.length > 0) parts.push(joinedText(counts));
  return parts.join(' · ');
}

/** Which way the lines of the two ends were put together: an ID is certain, time is not. */
function joinedText({ joinedBy, oneEnd }: AccessLogs['counts']): string {
  const ways = [
    [joinedBy.requestId, 'by request ID'],
    [joinedBy.connection, 'by connection'],
    [joinedBy.time, 'by time and path'],
  ] as const;
  const used = ways.filter(([count]) => count > 0).map(([count, way]) => `${count} ${way}`);
  const both =
    used.length === 0 ? 'no line of both ends fits together' : `both ends joined: ${used.join(', ')}`;
  return oneEnd === 0 ? both : `${both}; ${oneEnd} seen at one end only`;
}

function causeText(cause: Cause, options: ReportOptions, style: Style): string {
  const mark = markSymbol(cause.severity === 'bad' ? 'bad' : 'warn', style);
  const times = cause.count === 1 ? '' : ` ×${cause.count}`;
  const head = `${mark} ${style.strong(escapeLine(outcomeWord(cause.last)))}${times}  ${escapeLine(targetsText(cause))}`;
  const { first, last, count } = cause;
  const when = count === 1 ? timeOfDay(last) : `${timeOfDay(first)} to ${timeOfDay(last)}`;
  const lines: [string, string | undefined][] = [
    ['', cause.what],
    ['why', cause.why],
    ['next', cause.next],
    ['at', cause.severity === 'bad' ? namesText(cause.endpoints) : undefined],
    ['told by', namesText(cause.toldBy)],
    ['when', `${when}, last: ${exampleText(last)}`],
  ];
  const body = lines.flatMap(([label, text]) =>
    text === undefined ? [] : labelled(label, escapeLine(text), options.width, style),
  );
  return `${[wrapLines(head, options.width), ...body].join('\n')}\n`;
}

function labelled(label: string, text: string, width: number, style: Style): string[] {
  if (label === '') return wrapWords(text, width, 2);
  const [first = '', ...more] = wrapWords(text, width, LABEL + 2);
  return [`  ${style.faint(label.padEnd(LABEL))}${first.trimStart()}`, ...more];
}

function targetsText({ targets, count }: Cause): string {
  const named = targets.slice(0, TARGETS).map((target) => {
    return targets.length === 1 || target.count === count ? target.name : `${target.name} (${target.count})`;
  });
  const more = targets.length - named.length;
  return `to ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function namesText(names: readonly string[]): string | undefined {
  const shown = names.slice(0, 2).join(', ');
  return names.length === 0 ? undefined : names.length > 2 ? `${shown} and ${names.length - 2} more` : shown;
}

function exampleText(call: Call): string {
  const id = call.requestId === undefined ? '' : `, request ${call.requestId}`;
  const host = call.authority === undefined ? '' : ` of ${call.authority}`;
  const request =
    call.request === 'TCP' ? `a connection from ${call.from ?? 'an unknown caller'}` : call.request;
  return `${request}${host}${id}`;
}

function silent({ logs }: AccessLogs): readonly ReadLog[] {
  return logs.filter(({ silence }) => silence !== undefined);
}

function silenceText(log: ReadLog, options: ReportOptions, style: Style): string {
  const { silence } = log;
  if (silence === undefined) return '';
  const mark: Mark = silence.state === 'no-requests' ? 'plain' : silence.state === 'off' ? 'warn' : 'unknown';
  const head = `${markSymbol(mark, style)} ${escapeLine(`${logName(log)}: ${silence.state === 'unread' ? 'its log could not be read: ' : ''}${silence.why}`)}`;
  const next =
    silence.next === undefined ? [] : labelled('next', escapeLine(silence.next), options.width, style);
  return `${[wrapLines(head, options.width), ...next].join('\n')}\n`;
}

function* ownLines({ logs, view }: AccessLogs, style: Style): Iterable<string> {
  const total = logs.reduce((sum, { ownLines: own }) => sum + own.length, 0);
  if (total === 0) return;
  if (!view.all) {
    yield `${style.faint(`· ${total} lines of the proxies' own log (--all shows them)`)}\n`;
    return;
  }
  for (const log of logs) {
    if (log.ownLines.length === 0) continue;
    yield `\n${style.strong(escapeLine(logName(log)))}\n`;
    for (const text of log.ownLines) yield `  ${escapeLine(text)}\n`;
  }
}
