import { nearest } from '../../util/text.ts';
import type { Path } from '../validation/spot.ts';
import type { FieldType, MessageType } from './api-table.ts';

/** What can be wrong with a field by the schema alone. */
export type FieldFault =
  | 'unknown-field'
  | 'wrong-type'
  | 'unknown-value'
  | 'one-of'
  | 'missing-field'
  | 'out-of-range'
  | 'deprecated';

/** One field that the schema does not allow, or advises against. */
export interface FieldProblem {
  readonly fault: FieldFault;
  /** Lower case, without a full stop. */
  readonly text: string;
  /** The field; for one that is missing, where it is missing. */
  readonly path: Path;
  /** Name of the field that is missing at `path`. */
  readonly missing?: string;
}

/** What a message stands in: looked through for the place that a field was meant for. */
export interface Surroundings {
  readonly message: MessageType;
  readonly path: Path;
  readonly parent: Surroundings | undefined;
}

/** Says of an unknown field what was probably meant: another name, or another place. */
export function unknownFieldText(key: string, at: Surroundings): string {
  const what = `there is no field "${key}" here`;
  const [near] = nearest(key, at.message.fields.keys(), 1);
  const camel = [...at.message.fields.values()].find(({ protoName }) => protoName === key);
  if (camel !== undefined) return `${what}: it is written "${camel.jsonName}"`;
  for (let above = at.parent; above !== undefined; above = above.parent)
    if (above.message.fields.has(key)) return `${what}: it belongs to ${placeText(above.path)}, further out`;
  const below = [...at.message.fields.values()].find((field) => field.message?.fields.has(key));
  if (below !== undefined) return `${what}: it belongs into "${below.jsonName}"`;
  if (near !== undefined) return `${what}: did you mean "${near}"?`;
  const names = [...at.message.fields.keys()];
  return names.length <= 6 && names.length > 0
    ? `${what}: there can be ${names.map((name) => `"${name}"`).join(', ')}`
    : what;
}

function placeText(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}

/** Says of a text that is no value of an enum which one was probably meant. */
export function unknownValueText(value: string, names: readonly string[]): string {
  const shown = `"${value.slice(0, 60)}" is not one of the values here`;
  const [near] = nearest(value, names, 1);
  if (near !== undefined) return `${shown}: did you mean ${near}?`;
  return `${shown}: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
}

/** What to write in place of a deprecated field, by its name in the API; the others have nothing in their place. */
const INSTEAD: Readonly<Record<string, string>> = {
  minimum_ring_size: 'write ringHash.minimumRingSize',
  consecutive_errors: 'write consecutive5xxErrors or consecutiveGatewayErrors',
  mirror_percent: 'write mirrorPercentage',
  allow_origin: 'write allowOrigins',
  percent: 'write percentage',
  zipkin_address: 'write tracing.zipkin.address, or use a Telemetry resource',
  envoy_metrics_service_address: 'write envoyMetricsService',
  target_port: 'it has no effect',
  include_headers_in_check: 'write includeRequestHeadersInCheck',
  lightstep: 'use the OpenTelemetry provider',
  opencensus: 'use the OpenTelemetry provider',
};

/** Says what to use in place of a deprecated field. */
export function deprecatedText(field: FieldType): string {
  return `the field is deprecated: ${INSTEAD[field.protoName] ?? 'remove it'}`;
}
