import { asNumber, asObject, asString, type JsonObject } from '../../util/json.ts';
import type { AccessEntry, WorkloadEnd } from './entry.ts';

const HEAD = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)\s+(\w+)\s+access\s+([^\t]*)\t(.*)$/s;
const PAIR = /([\w.]+)=("(?:[^"\\]|\\.)*"|\S*)/g;

/**
 * A line of a ztunnel's access log (`connection complete`, `connection failed`), in its text or JSON form;
 * `undefined` for any other line, and for the opening of a connection, which has no outcome yet.
 */
export function parseZtunnelLine(line: string): AccessEntry | undefined {
  const head = HEAD.exec(line);
  if (head === null) return line.startsWith('{') ? jsonEntry(line) : undefined;
  const [, time = '', , message = '', rest = ''] = head;
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of rest.matchAll(PAIR)) fields.set(name, unquoted(value));
  return entryOf(time, message, (name) => fields.get(name));
}

function jsonEntry(line: string): AccessEntry | undefined {
  let fields: JsonObject | undefined;
  try {
    fields = asObject(JSON.parse(line));
  } catch {
    return undefined;
  }
  if (fields === undefined || fields['scope'] !== 'access') return undefined;
  const text = (name: string): string | undefined => {
    const value = fields[name];
    return asString(value) ?? asNumber(value)?.toString();
  };
  return entryOf(text('time') ?? '', text('message') ?? '', text);
}

type Fields = (name: string) => string | undefined;

function entryOf(time: string, message: string, get: Fields): AccessEntry | undefined {
  const at = Date.parse(time);
  const address = get('dst.addr');
  if (Number.isNaN(at) || address === undefined || !/complete|failed/.test(message)) return undefined;
  const direction = get('direction');
  return {
    proxy: 'ztunnel',
    time,
    at,
    code: 0,
    flags: get('response_flags')?.split(',') ?? [],
    error: get('error'),
    bytesSent: numberOf(get('bytes_sent')),
    bytesReceived: numberOf(get('bytes_recv')),
    duration: numberOf(get('duration')?.replace(/ms$/, '')),
    direction: direction === 'inbound' || direction === 'outbound' ? direction : undefined,
    source: end(get, 'src', get('src.addr') ?? ''),
    destination: end(get, 'dst', get('dst.hbone_addr') ?? address),
    upstreamHost: address,
    downstreamRemote: get('src.addr'),
  };
}

function end(get: Fields, side: 'src' | 'dst', address: string): WorkloadEnd {
  return {
    address,
    workload: get(`${side}.workload`),
    namespace: get(`${side}.namespace`),
    identity: get(`${side}.identity`),
    service: get(`${side}.service`),
  };
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}
