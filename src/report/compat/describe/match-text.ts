import { asNumber, asObject, asString, field, type JsonObject } from '../../../util/json.ts';

/** The reference's text of a request match: path and headers alone. */
export function matchText(match: JsonObject): string {
  let text = 'Match: ';
  if (asObject(match['uri']) !== undefined) {
    text += stringMatch(match['uri']);
    if (match['ignoreUriCase'] === true) text += ' uncased';
  }
  const headers = Object.entries(asObject(match['headers']) ?? {});
  if (headers.length > 0) {
    const conditions = headers.map(([name, value]) => `${name}=${stringMatch(value)}`);
    text += ` when headers are ${conditions.join('; ')}`;
  }
  return text.trim();
}

function stringMatch(value: unknown): string {
  const exact = asString(field(value, 'exact'));
  if (exact !== undefined) return exact;
  const prefix = asString(field(value, 'prefix'));
  if (prefix !== undefined) return `${prefix}*`;
  const regex = asString(field(value, 'regex'));
  return regex === undefined ? '' : `regex:${JSON.stringify(regex)}`;
}

/** A fault as protobuf's text, which the reference prints: two blanks between fields. */
export function faultText(fault: JsonObject): string {
  return [message('delay', delayFields(fault['delay'])), message('abort', abortFields(fault['abort']))]
    .filter((part) => part !== '')
    .join('  ');
}

function message(name: string, fields: readonly string[] | undefined): string {
  return fields === undefined ? '' : `${name}:{${fields.filter((part) => part !== '').join('  ')}}`;
}

function delayFields(value: unknown): readonly string[] | undefined {
  const delay = asObject(value);
  if (delay === undefined) return undefined;
  return [message('fixed_delay', durationFields(delay['fixedDelay'])), percentage(delay)];
}

function abortFields(value: unknown): readonly string[] | undefined {
  const abort = asObject(value);
  if (abort === undefined) return undefined;
  const status = asNumber(abort['httpStatus']);
  const grpc = asString(abort['grpcStatus']);
  return [
    status === undefined ? '' : `http_status:${status}`,
    grpc === undefined ? '' : `grpc_status:${JSON.stringify(grpc)}`,
    percentage(abort),
  ];
}

function percentage(value: JsonObject): string {
  const percent = asObject(value['percentage']);
  if (percent === undefined) return '';
  const share = asNumber(percent['value']);
  return message('percentage', [share === undefined || share === 0 ? '' : `value:${share}`]);
}

/** `2s`, `1.5s`, `3m` as seconds and nanoseconds. */
function durationFields(value: unknown): readonly string[] | undefined {
  const text = asString(value);
  if (text === undefined) return undefined;
  const unit: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };
  let seconds = 0;
  for (const [, amount, name = 's'] of text.matchAll(/(\d+(?:\.\d+)?)(ms|us|ns|h|m|s)/g)) {
    seconds += Number(amount) * (unit[name] ?? 1);
  }
  const whole = Math.floor(seconds);
  const nanos = Math.round((seconds - whole) * 1e9);
  return [whole === 0 ? '' : `seconds:${whole}`, nanos === 0 ? '' : `nanos:${nanos}`];
}
