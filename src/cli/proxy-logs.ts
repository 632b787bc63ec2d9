import type { ReadLog } from '../answers/access-logs/access-logs.ts';
import { type AccessLine, accessLine, concernsPod } from '../answers/access-logs/line.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import type { LogLine } from '../mesh/access-log/entry.ts';
import { parseLog } from '../mesh/access-log/parse.ts';
import { redactLines } from '../security/redaction/redact-file.ts';
import type { LogQuery } from '../sources/source.ts';
import type { SourceError } from '../sources/source-error.ts';
import { decodeText } from '../util/load-json.ts';
import { silenceOf } from './access-log-silence.ts';
import type { CommandContext } from './context.ts';
import type { LogTarget } from './log-targets.ts';

/** Name of the container that writes the access log: of an Envoy's pod and of a ztunnel's. */
export const PROXY_CONTAINER = 'istio-proxy';

/** Logs read at a time. */
const AT_A_TIME = 8;

/** Which part of the logs is read. */
export interface LogRange {
  readonly tail: number | undefined;
  readonly sinceMs: number | undefined;
  readonly previous: boolean;
}

/** What was read of one pod's log: its access lines, and what else it held. */
export interface PodLog {
  readonly read: ReadLog;
  readonly lines: readonly AccessLine[];
  /** Why the log could not be read. */
  readonly error?: SourceError | undefined;
}

/** The question for the log of a pod's proxy. */
export function logQuery(reader: PodRef, { tail, sinceMs, previous }: LogRange): LogQuery {
  return {
    pod: reader,
    container: PROXY_CONTAINER,
    previous,
    ...(tail === undefined ? {} : { tailLines: tail }),
    ...(sinceMs === undefined ? {} : { sinceSeconds: Math.max(1, Math.ceil(sinceMs / 1000)) }),
  };
}

/** Reads the logs of pods, several at a time. One that can't be read is a gap, and says so in its place. */
export async function readLogs(
  context: CommandContext,
  targets: readonly LogTarget[],
  end: ReadLog['end'],
  range: LogRange,
): Promise<PodLog[]> {
  const logs: PodLog[] = [];
  const texts = new Map<string, Promise<LogLine[] | SourceError>>();
  for (let start = 0; start < targets.length; start += AT_A_TIME) {
    const some = targets.slice(start, start + AT_A_TIME);
    context.terminal.progress(`reading logs: ${start} of ${targets.length} pods`);
    logs.push(...(await Promise.all(some.map((target) => readOne(context, target, end, range, texts)))));
  }
  return logs;
}

async function readOne(
  context: CommandContext,
  target: LogTarget,
  end: ReadLog['end'],
  range: LogRange,
  texts: Map<string, Promise<LogLine[] | SourceError>>,
): Promise<PodLog> {
  const { pod, proxy, reader } = target;
  const empty = { pod, end, proxy, accessLines: 0, ownLines: [], otherFormat: 0 };
  if (reader === undefined) {
    const why = 'the pod holds no proxy, and no ztunnel takes its traffic: nobody logs what it calls';
    return { read: { ...empty, silence: { state: 'no-proxy', why } }, lines: [] };
  }
  const key = proxyId(reader);
  // One ztunnel writes for many pods.
  const lines = await (texts.get(key) ?? remember(texts, key, linesOf(context, reader, range)));
  if ('code' in lines) {
    const { reason: why, next } = lines;
    context.gap({ what: `log of ${key}`, why, next });
    return { read: { ...empty, silence: { state: 'unread', why, next } }, lines: [], error: lines };
  }
  const found = lines.flatMap((line) => {
    if (line.kind !== 'access' || (!target.isWhole && !concernsPod(line.entry, target))) return [];
    return [accessLine(target, line.entry)];
  });
  const ownLines = target.isWhole ? lines.flatMap((line) => (line.kind === 'own' ? [line.text] : [])) : [];
  const otherFormat = lines.filter(({ kind }) => kind === 'other-format').length;
  const read = { ...empty, accessLines: found.length, ownLines, otherFormat };
  const silence = found.length > 0 ? undefined : await silenceOf(context, target, read, lines.length);
  return { read: { ...read, silence }, lines: found };
}

function remember<T>(known: Map<string, Promise<T>>, key: string, value: Promise<T>): Promise<T> {
  known.set(key, value);
  return value;
}

/** The lines of a log within the range. A recording gives all of its log: then the range is kept here. */
async function linesOf(
  context: CommandContext,
  reader: PodRef,
  range: LogRange,
): Promise<LogLine[] | SourceError> {
  const source = await context.source();
  const answer = await source.logs(logQuery(reader, range));
  if (!answer.ok) return answer.error;
  const lines = parseLog(redactLines(decodeText(answer.value)));
  const tail = range.tail === undefined ? lines : lines.slice(Math.max(0, lines.length - range.tail));
  if (range.sinceMs === undefined) return tail;
  const oldest = context.now().getTime() - range.sinceMs;
  return tail.filter((line) => line.kind !== 'access' || line.entry.at >= oldest);
}
