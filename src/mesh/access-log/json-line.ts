import { asNumber, asObject, asString, type JsonObject } from '../../util/json.ts';
import { type AccessEntry, flagList, written, writtenNumber } from './entry.ts';

/**
 * A line of a JSON access log with the names of Istio's default (`meshConfig.accessLogEncoding: JSON`); fields may be
 * left out, but a time and either a code or flags must be there. `undefined` for any other line.
 */
export function parseJsonLine(line: string): AccessEntry | undefined {
  const fields = parse(line);
  if (fields === undefined) return undefined;
  const text = (name: string): string | undefined => written(textOf(fields[name]));
  const number = (name: string): number | undefined => writtenNumber(textOf(fields[name]));
  const time = text('start_time') ?? '';
  const at = Date.parse(time);
  if (Number.isNaN(at) || !('response_code' in fields || 'response_flags' in fields)) return undefined;
  return {
    proxy: 'envoy',
    time,
    at,
    method: text('method'),
    path: text('path'),
    protocol: text('protocol'),
    code: number('response_code') ?? 0,
    flags: flagList(text('response_flags')),
    details: text('response_code_details'),
    termination: text('connection_termination_details'),
    transportFailure: text('upstream_transport_failure_reason'),
    bytesReceived: number('bytes_received'),
    bytesSent: number('bytes_sent'),
    duration: number('duration'),
    forwardedFor: text('x_forwarded_for'),
    userAgent: text('user_agent'),
    requestId: text('request_id'),
    authority: text('authority'),
    upstreamHost: text('upstream_host'),
    upstreamCluster: text('upstream_cluster'),
    upstreamLocal: text('upstream_local_address'),
    downstreamLocal: text('downstream_local_address'),
    downstreamRemote: text('downstream_remote_address'),
    serverName: text('requested_server_name'),
    route: text('route_name'),
  };
}

function parse(line: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return asString(value) ?? asNumber(value)?.toString();
}
