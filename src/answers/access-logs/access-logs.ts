import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { Call } from './call.ts';
import { type Cause, causesOf } from './causes.ts';
import { type CallFilter, matchesFilter } from './filter.ts';

/** What the log of one pod's proxy held. */
export interface ReadLog {
  readonly pod: PodRef;
  /** `from` the end that was asked for, `to` the other end. */
  readonly end: 'from' | 'to';
  /** Whose log tells of it: its own Envoy, the ztunnel of its node, or none. */
  readonly proxy: 'envoy' | 'ztunnel' | 'none';
  readonly accessLines: number;
  /** Lines of the proxy about itself. */
  readonly ownLines: readonly string[];
  /** Lines that look like an access log in a form that can't be read. */
  readonly otherFormat: number;
  /** Why there are no access lines, and what to do about it; only where there are none. */
  readonly silence?: Silence | undefined;
}

/** Why a log holds no access lines. `off`: access logging is off; `unread`: the log could not be read. */
export interface Silence {
  readonly state: 'off' | 'no-requests' | 'unknown' | 'no-proxy' | 'unread' | 'other-format' | 'elsewhere';
  readonly why: string;
  readonly next?: string | undefined;
}

/** How the reader wants to see it. */
export interface LogsView {
  /** The proxies' own lines too. */
  readonly all: boolean;
  /** Every request, one line each. */
  readonly lines: boolean;
}

/** The answer of `logs`: what failed and why, and every request that was asked for. */
export interface AccessLogs {
  readonly form: 'logs';
  readonly from: string;
  readonly to: string | undefined;
  readonly logs: readonly ReadLog[];
  /** Requests in the logs before the filters. */
  readonly read: number;
  readonly counts: Counts;
  readonly causes: readonly Cause[];
  readonly calls: readonly Call[];
  readonly filter: CallFilter;
  readonly view: LogsView;
}

/** How the requests ended, and how the lines of both ends were put together. */
export interface Counts {
  readonly requests: number;
  readonly failed: number;
  readonly refused: number;
  readonly answered: number;
  /** Answered after more than one try. */
  readonly retried: number;
  readonly joinedBy: { readonly requestId: number; readonly connection: number; readonly time: number };
  /** Requests of which only one end wrote a line. */
  readonly oneEnd: number;
}

/** Puts the answer together from the calls that the logs tell of. `suffix` ends commands of next steps. */
export function accessLogs(
  parts: Pick<AccessLogs, 'from' | 'to' | 'logs' | 'filter' | 'view'>,
  calls: readonly Call[],
  suffix = '',
): AccessLogs {
  const wanted = calls.filter((call) => matchesFilter(call, parts.filter));
  return {
    form: 'logs',
    ...parts,
    read: calls.length,
    counts: countsOf(wanted),
    causes: causesOf(wanted, suffix),
    calls: wanted,
  };
}

function countsOf(calls: readonly Call[]): Counts {
  const count = (test: (call: Call) => boolean): number => calls.filter(test).length;
  return {
    requests: calls.length,
    failed: count(({ explanation }) => explanation.severity === 'bad'),
    refused: count(({ explanation }) => explanation.severity === 'warn'),
    answered: count(({ explanation }) => explanation.severity === 'good'),
    retried: count(({ explanation, attempts }) => explanation.severity === 'good' && attempts > 1),
    joinedBy: {
      requestId: count(({ joinedBy }) => joinedBy === 'request-id'),
      connection: count(({ joinedBy }) => joinedBy === 'connection'),
      time: count(({ joinedBy }) => joinedBy === 'time'),
    },
    oneEnd: count(({ joinedBy }) => joinedBy === undefined),
  };
}

/** Name of the pod whose log it is. */
export function logName({ pod }: Pick<ReadLog, 'pod'>): string {
  return proxyId(pod);
}
