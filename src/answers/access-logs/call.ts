import type { Explanation, Severity } from '../../mesh/access-log/explanation.ts';
import { type JoinedBy, type JoinedCall, startOf } from './join.ts';
import { type AccessLine, podOfLine } from './line.ts';
import type { MeshNames } from './names.ts';

/** One request (or TCP connection) with its outcome, as far as the logs that were read tell it. */
export interface Call {
  /** When it began (a ztunnel's: when it ended), as the proxy wrote it. */
  readonly time: string;
  readonly at: number;
  /** `GET /items`; `TCP` for a connection. */
  readonly request: string;
  readonly authority: string | undefined;
  readonly requestId: string | undefined;
  readonly code: number;
  readonly flags: readonly string[];
  readonly duration: number | undefined;
  /** Who called: `<pod>.<namespace>`, or an address that belongs to no pod. */
  readonly from: string | undefined;
  /** What was called: Service, port and subset, or the host that was named. */
  readonly target: string;
  /** The pod that answered or should have: `<pod>.<namespace>`, or its address. */
  readonly endpoint: string | undefined;
  /** Lines of the called end that belong to it: more than one after a retry. */
  readonly attempts: number;
  readonly joinedBy: JoinedBy | undefined;
  readonly explanation: Explanation;
  /** The pod whose line the explanation comes from. */
  readonly toldBy: string;
  readonly client: AccessLine | undefined;
  readonly servers: readonly AccessLine[];
}

/** The call that joined lines tell of. */
export function callOf(joined: JoinedCall, names: MeshNames): Call {
  const { client, servers } = joined;
  const main = client ?? servers[0];
  if (main === undefined) throw new Error('a call has at least one line');
  const { explanation, line } = outcome(main, servers);
  const { entry } = main;
  const caller = client === undefined || client.side === 'gateway' ? entry.downstreamRemote : undefined;
  return {
    time: entry.time,
    at: startOf(joined),
    request: entry.method === undefined ? 'TCP' : `${entry.method} ${entry.path ?? ''}`.trim(),
    authority: entry.authority,
    requestId: entry.requestId,
    code: entry.code,
    flags: entry.flags,
    duration: entry.duration,
    from: caller === undefined ? callerName(main, names) : names.podName(caller),
    target: names.targetName(entry),
    endpoint: endpointName(main, servers, names),
    attempts: servers.length,
    joinedBy: joined.joinedBy,
    explanation,
    toldBy: podOfLine(line),
    client,
    servers,
  };
}

function callerName({ entry, pod, side }: AccessLine, names: MeshNames): string | undefined {
  if (entry.source?.workload !== undefined) return `${entry.source.workload}.${entry.source.namespace ?? ''}`;
  return side === 'client' ? `${pod.name}.${pod.namespace}` : names.podName(entry.downstreamRemote);
}

function endpointName(
  main: AccessLine,
  servers: readonly AccessLine[],
  names: MeshNames,
): string | undefined {
  const server = servers.at(-1);
  if (server !== undefined) return podOfLine(server);
  const { destination, upstreamHost } = main.entry;
  if (destination?.workload !== undefined) return `${destination.workload}.${destination.namespace ?? ''}`;
  return main.side === 'server' ? podOfLine(main) : names.podName(upstreamHost);
}

/** Flags of a caller that only say that the other end ended it. */
const ENDED_BY_OTHER: ReadonlySet<string> = new Set(['UC', 'UR']);

/** What decided the outcome: the called end's reason where the caller only saw that the other end refused. */
function outcome(
  main: AccessLine,
  servers: readonly AccessLine[],
): { explanation: Explanation; line: AccessLine } {
  const own = main.explanation;
  const server = [...servers].reverse().find((line) => line.explanation.severity !== 'good');
  if (server === undefined || server === main) return { explanation: own, line: main };
  const isTcp = main.entry.method === undefined;
  const isTold =
    own.isFromUpstream === true ||
    main.entry.flags.some((flag) => ENDED_BY_OTHER.has(flag)) ||
    (own.severity === 'good' && isTcp);
  if (!isTold) return { explanation: own, line: main };
  const severity = worse(own.severity, server.explanation.severity);
  return {
    explanation: { ...server.explanation, severity, key: `${own.key} | ${server.explanation.key}` },
    line: server,
  };
}

const RANK: readonly Severity[] = ['good', 'warn', 'bad'];

function worse(a: Severity, b: Severity): Severity {
  return RANK.indexOf(a) >= RANK.indexOf(b) ? a : b;
}
