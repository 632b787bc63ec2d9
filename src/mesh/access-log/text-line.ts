import { type AccessEntry, flagList, written, writtenNumber } from './entry.ts';

const TIME = /^\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)\] "/;
/** What follows the request line: code, flags, details, termination, the reason of a failed transport, and numbers. */
const MIDDLE = /" (\d{1,3}|-) ([A-Za-z][\w,]*|-) (\S+) ([^"]*) "([^"]*)" (\d+|-) (\d+|-) (\d+|-) (\S+) "/g;
/** The last fields: none but the name of the route can hold a blank. */
const END = /^ (\S+) (\S+) (\S+) (\S+) (\S+) (.*)$/;

/**
 * A line in Istio's default text format; `undefined` for any other. What a caller chose (path, user agent) may hold
 * quotes: the fields around it are found from both ends. Source: spec of users §3.0.
 */
export function parseTextLine(line: string): AccessEntry | undefined {
  const head = TIME.exec(line);
  if (head === null) return undefined;
  const time = head[1] ?? '';
  MIDDLE.lastIndex = head[0].length - 1;
  const middle = MIDDLE.exec(line);
  if (middle === null) return undefined;
  const request = requestLine(line.slice(head[0].length, middle.index));
  const tail = callerFields(line.slice(middle.index + middle[0].length));
  if (tail === undefined) return undefined;
  const [, code, flags, details, termination, transport, received, sent, duration] = middle;
  return {
    proxy: 'envoy',
    time,
    at: Date.parse(time),
    ...request,
    code: writtenNumber(code) ?? 0,
    flags: flagList(flags),
    details: written(details),
    termination: written(termination),
    transportFailure: written(transport),
    bytesReceived: writtenNumber(received),
    bytesSent: writtenNumber(sent),
    duration: writtenNumber(duration),
    ...tail,
  };
}

/** `GET /path HTTP/1.1`; `- - -` of a TCP connection. */
function requestLine(text: string): Pick<AccessEntry, 'method' | 'path' | 'protocol'> {
  const first = text.indexOf(' ');
  const last = text.lastIndexOf(' ');
  if (first < 0 || last <= first) return { method: written(text) };
  return {
    method: written(text.slice(0, first)),
    path: written(text.slice(first + 1, last)),
    protocol: written(text.slice(last + 1)),
  };
}

/** `x-forwarded-for" "user agent" "request id" "authority" "upstream host" cluster …`: the agent may hold quotes. */
function callerFields(text: string): Partial<AccessEntry> | undefined {
  const quoted = text.split('" "');
  if (quoted.length < 5) return undefined;
  const last = quoted.at(-1) ?? '';
  const close = last.indexOf('"');
  const end = close < 0 ? null : END.exec(last.slice(close + 1));
  if (end === null) return undefined;
  const [, cluster, upstreamLocal, downstreamLocal, downstreamRemote, serverName, route] = end;
  return {
    forwardedFor: written(quoted[0]),
    userAgent: written(quoted.slice(1, -3).join('" "')),
    requestId: written(quoted.at(-3)),
    authority: written(quoted.at(-2)),
    upstreamHost: written(last.slice(0, close)),
    upstreamCluster: written(cluster),
    upstreamLocal: written(upstreamLocal),
    downstreamLocal: written(downstreamLocal),
    downstreamRemote: written(downstreamRemote),
    serverName: written(serverName),
    route: written(route),
  };
}
