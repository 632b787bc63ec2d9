import { type AccessLogs, accessLogs } from '../../answers/access-logs/access-logs.ts';
import { callOf } from '../../answers/access-logs/call.ts';
import { comesFrom, goesTo } from '../../answers/access-logs/ends.ts';
import { joinCalls } from '../../answers/access-logs/join.ts';
import type { AccessLine } from '../../answers/access-logs/line.ts';
import type { CommandContext } from '../../cli/context.ts';
import { type PodLog, readLogs } from '../../cli/proxy-logs.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';
import type { LogsInput } from '../logs.ts';
import { type Ends, endsOf } from './ends.ts';

/** A live log is read from its end, so many lines at most, unless the range is given. */
const LIVE_TAIL = 10_000;

/** Reads the logs of one end or both and tells what failed and why. */
export async function readAnswer({ args, options }: LogsInput, context: CommandContext): Promise<AccessLogs> {
  const { selector, to, previous, since, status, flags, path, requestId } = options;
  const ends = await endsOf(context, { target: args[0], selector, to });
  const isLive = (await context.source()).kind === 'cluster';
  const tail = options.tail ?? (isLive && since === undefined ? LIVE_TAIL : undefined);
  const range = { tail, sinceMs: since, previous };
  const from = await readLogs(context, ends.from, 'from', range);
  refuseUnread(from);
  if (tail !== undefined && options.tail === undefined) await noteCut(context, from, tail);
  const called = ends.to === undefined ? [] : await readLogs(context, ends.to.pods, 'to', range);
  const calls = joined(ends, from, called).map((call) => callOf(call, ends.names));
  const view = { all: options.all, lines: options.lines || options.all || requestId !== undefined };
  return accessLogs(
    {
      from: selector ?? args[0] ?? '',
      to,
      logs: [...from, ...called].map(({ read }) => read),
      filter: { status, flags, path, requestId },
      view,
    },
    calls,
    fromSuffix(context),
  );
}

/** Without a single log there is no answer: why the first one could not be read is the error. */
function refuseUnread(logs: readonly PodLog[]): void {
  const [first] = logs;
  if (first?.error !== undefined && logs.every(({ error }) => error !== undefined)) {
    throw toMeshscopeError(first.error);
  }
}

/** That older lines were not looked at is said where there are as many as were asked for. */
async function noteCut(context: CommandContext, logs: readonly PodLog[], tail: number): Promise<void> {
  const cut = logs.filter(({ read }) => read.accessLines + read.ownLines.length + read.otherFormat >= tail);
  if (cut.length === 0) return;
  const whose = cut.length === 1 ? 'the log' : `${cut.length} logs`;
  await context.terminal.note(
    `only the last ${tail} lines of ${whose} were read; --since or --tail reads more`,
  );
}

/** What a command of a next step needs to read the same data. */
function fromSuffix({ globals }: CommandContext): string {
  return globals.from === undefined ? '' : ` --from ${globals.from}`;
}

/** The calls that the lines tell of; with a called end only those between the two. */
function joined(
  ends: Ends,
  from: readonly PodLog[],
  called: readonly PodLog[],
): ReturnType<typeof joinCalls> {
  const lines = from.flatMap((log) => log.lines);
  const { to } = ends;
  if (to === undefined) return joinCalls(lines, []);
  const clients = lines.filter((line) => goesTo(line, to));
  const servers = called.flatMap((log) => log.lines).filter((line) => isOf(line, ends, clients));
  return joinCalls(clients, servers);
}

/**
 * A line of the called end counts when it comes from a caller, or is of a connection that a caller made: the address
 * that it saw may be that of a node or of a gateway between networks.
 */
function isOf(line: AccessLine, ends: Ends, clients: readonly AccessLine[]): boolean {
  if (comesFrom(line, ends.from)) return true;
  if (line.side === 'client') return false;
  const { requestId, downstreamLocal, downstreamRemote } = line.entry;
  return clients.some(({ entry }) => {
    const isSameRequest = requestId !== undefined && entry.requestId === requestId;
    if (isSameRequest && entry.upstreamHost === downstreamLocal) return true;
    return entry.upstreamLocal !== undefined && entry.upstreamLocal === downstreamRemote;
  });
}
