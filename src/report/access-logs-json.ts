import type { AccessLogs, ReadLog } from '../answers/access-logs/access-logs.ts';
import type { AccessLogsAnswer } from '../answers/access-logs/answer.ts';
import type { Call } from '../answers/access-logs/call.ts';
import type { Cause } from '../answers/access-logs/causes.ts';
import type { AccessLine } from '../answers/access-logs/line.ts';
import { proxyId } from '../kube/pod-ref.ts';
import { flagInfo } from '../mesh/access-log/flags.ts';
import { jsonText } from './json.ts';
import type { Reporter } from './reporter.ts';
import { yamlText } from './yaml.ts';

const API_VERSION = 'meshscope.io/v1';

/** One document; of a followed log one document a line. */
export const accessLogsJson: Reporter<AccessLogsAnswer> = (answer) =>
  answer.form === 'followed' ? jsonText(followedDocument(answer.call), 0) : jsonText(documentOf(answer));

/** As `accessLogsJson` in YAML; of a followed log one document after another. */
export const accessLogsYaml: Reporter<AccessLogsAnswer> = (answer) =>
  answer.form === 'followed'
    ? `---\n${yamlText(followedDocument(answer.call))}`
    : yamlText(documentOf(answer));

function followedDocument(call: Call): object {
  return { apiVersion: API_VERSION, kind: 'AccessLogRequest', ...callDocument(call) };
}

function documentOf({ from, to, filter, logs, read, counts, causes, calls, view }: AccessLogs): object {
  return {
    apiVersion: API_VERSION,
    kind: 'AccessLogs',
    from,
    to,
    filter,
    logs: logs.map((log) => logDocument(log, view.all)),
    read,
    counts,
    causes: causes.map(causeDocument),
    requests: calls.map(callDocument),
  };
}

function logDocument(
  { pod, end, proxy, accessLines, ownLines, otherFormat, silence }: ReadLog,
  all: boolean,
) {
  return {
    pod: proxyId(pod),
    cluster: pod.cluster,
    end,
    proxy,
    accessLines,
    ownLines: ownLines.length,
    otherFormat,
    silence,
    ...(all ? { own: ownLines } : {}),
  };
}

function causeDocument(cause: Cause): object {
  const { severity, code, flags, what, why, next, object, count, targets, endpoints, toldBy, first, last } =
    cause;
  const meanings = Object.fromEntries(
    flags.flatMap((flag) => {
      const info = flagInfo(flag);
      return info === undefined ? [] : [[flag, info.meaning]];
    }),
  );
  return {
    severity,
    code,
    flags,
    flagMeanings: meanings,
    what,
    why,
    next,
    object,
    count,
    targets,
    endpoints,
    toldBy,
    first: first.time,
    last: last.time,
    lastRequestId: last.requestId,
  };
}

function callDocument(call: Call): object {
  const { client, servers, explanation, at: _, ...facts } = call;
  const { severity, what, object } = explanation;
  return {
    ...facts,
    severity,
    ...(severity === 'good' ? {} : { what, object }),
    client: client && lineDocument(client),
    servers: servers.map(lineDocument),
  };
}

function lineDocument({ pod, side, entry }: AccessLine): object {
  const { at: _, ...fields } = entry;
  return { pod: proxyId(pod), side, ...fields };
}
