import type { AccessLogsAnswer } from '../../answers/access-logs/answer.ts';
import { callOf } from '../../answers/access-logs/call.ts';
import { comesFrom, goesTo } from '../../answers/access-logs/ends.ts';
import { type CallFilter, matchesFilter } from '../../answers/access-logs/filter.ts';
import { type AccessLine, accessLine, concernsPod } from '../../answers/access-logs/line.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { LogTarget } from '../../cli/log-targets.ts';
import { logQuery } from '../../cli/proxy-logs.ts';
import { proxyId } from '../../kube/pod-ref.ts';
import { parseLogLine } from '../../mesh/access-log/parse.ts';
import { redactLine } from '../../security/redaction/redact-file.ts';
import type { LiveMesh } from '../../sources/live-mesh.ts';
import { MeshscopeError } from '../../util/errors.ts';
import type { LogsInput } from '../logs.ts';
import { type Ends, endsOf } from './ends.ts';
import { textLines } from './line-stream.ts';
import { mergeStreams } from './merge-streams.ts';
import { readAnswer } from './read.ts';

/** Requests as they come, of one end or both. A recording does not grow: it is answered once. */
export async function* followLogs(
  input: LogsInput,
  context: CommandContext,
): AsyncGenerator<AccessLogsAnswer> {
  const { live, label } = await context.source();
  if (live === undefined) {
    yield await readAnswer(input, context);
    await context.terminal.note(`${label} is a recording, it does not grow: --follow ends`);
    return;
  }
  const { selector, to, status, flags, path, requestId } = input.options;
  const ends = await endsOf(context, { target: input.args[0], selector, to });
  const filter: CallFilter = { status, flags, path, requestId };
  const targets = [...ends.from, ...(ends.to?.pods ?? [])];
  const followed = targets.filter(({ reader }) => reader !== undefined);
  for (const { pod } of targets.filter(({ reader }) => reader === undefined))
    context.gap({ what: `log of ${proxyId(pod)}`, why: 'the pod holds no proxy' });
  const streams = followed.map((target) => linesOf(context, live, target, input));
  for await (const line of mergeStreams(streams)) {
    if (!isAskedFor(line, ends)) continue;
    const isServer = line.side === 'server';
    const parts = isServer ? { client: undefined, servers: [line] } : { client: line, servers: [] };
    const call = callOf({ ...parts, joinedBy: undefined }, ends.names);
    if (matchesFilter(call, filter)) yield { form: 'followed', call, several: followed.length > 1 };
  }
}

/** With a called end only what goes from one to the other. */
function isAskedFor(line: AccessLine, { from, to }: Ends): boolean {
  if (to === undefined) return true;
  const isCaller = from.some(({ pod }) => proxyId(pod) === proxyId(line.pod));
  return isCaller ? goesTo(line, to) : comesFrom(line, from);
}

/** The access lines of one pod, from now on (or from `--since`/`--tail`). A log that ends early is a gap. */
async function* linesOf(
  context: CommandContext,
  live: LiveMesh,
  target: LogTarget,
  { options }: LogsInput,
): AsyncGenerator<AccessLine> {
  const { reader } = target;
  if (reader === undefined) return;
  const tail = options.tail ?? (options.since === undefined ? 0 : undefined);
  const query = logQuery(reader, { tail, sinceMs: options.since, previous: false });
  try {
    for await (const text of textLines(live.followLog(query, context.signal))) {
      const line = parseLogLine(redactLine(text));
      if (line.kind !== 'access' || (!target.isWhole && !concernsPod(line.entry, target))) continue;
      yield accessLine(target, line.entry);
    }
  } catch (error) {
    if (context.signal.aborted) return;
    if (!(error instanceof MeshscopeError)) throw error;
    context.gap({ what: `log of ${proxyId(reader)}`, why: error.message, next: error.hint });
    return;
  }
  if (!context.signal.aborted) {
    await context.terminal.note(`the log of ${proxyId(reader)} has ended`);
  }
}
