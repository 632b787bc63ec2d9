import { describe, expect, it } from 'vitest';
import { messageType } from '../../../../src/envoy/schema/api-table.ts';
import {
  durationToJson,
  fieldMaskToJson,
  scalarToJson,
  timestampToJson,
} from '../../../../src/envoy/schema/scalar-json.ts';

function scalar(message: string, value: unknown): unknown {
  const field = messageType(`google.protobuf.${message}`)?.byName.get('value');
  return field === undefined ? 'no such field' : scalarToJson(value, field);
}

describe('durations', () => {
  it.each([
    ['60s', '60s'],
    ['0.25s', '0.250s'],
    ['1.000s', '1s'],
    ['0.000001s', '0.000001s'],
    ['1.0000001s', '1.000000100s'],
    ['-0s', '0s'],
    ['-1.5s', '-1.500s'],
  ])('%s becomes %s', (given, printed) => expect(durationToJson(given)).toBe(printed));

  it('accepts seconds and nanos', () => {
    expect(durationToJson({ seconds: '5', nanos: 250_000_000 })).toBe('5.250s');
    expect(durationToJson({})).toBe('0s');
  });

  it.each(['5m', '', 's', '999999999999999s', 5, null])('leaves %j alone', (given) =>
    expect(durationToJson(given)).toBe(given),
  );
});

describe('timestamps', () => {
  it.each([
    ['2026-11-23T02:03:03.664Z', '2026-11-23T02:03:03.664Z'],
    ['2026-11-23T02:03:03.000Z', '2026-11-23T02:03:03Z'],
    ['2026-11-23T02:03:03.1234Z', '2026-11-23T02:03:03.123400Z'],
    ['2026-11-23T04:03:03.5+02:00', '2026-11-23T02:03:03.500Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
  ])('%s becomes %s', (given, printed) => expect(timestampToJson(given)).toBe(printed));

  it('accepts seconds and nanos', () => {
    expect(timestampToJson({ seconds: 1, nanos: 1000 })).toBe('1970-01-01T00:00:01.000001Z');
  });

  it.each(['yesterday', '2026-13-45T99:99:99+01:00', 0])('leaves %j alone', (given) =>
    expect(timestampToJson(given)).toBe(given),
  );
});

describe('scalars', () => {
  it('writes single-precision numbers by their shortest decimal', () => {
    expect(scalar('FloatValue', 0.10000000149011612)).toBe(0.1);
    expect(scalar('FloatValue', 16777216)).toBe(16777216);
    expect(scalar('DoubleValue', 0.10000000149011612)).toBe(0.10000000149011612);
  });

  it('reads numbers from text and names what JSON has no number for', () => {
    expect(scalar('Int32Value', '-5')).toBe(-5);
    expect(scalar('DoubleValue', '1.5')).toBe(1.5);
    expect(scalar('DoubleValue', Number.POSITIVE_INFINITY)).toBe('Infinity');
    expect(scalar('UInt64Value', 12)).toBe('12');
    expect(scalar('UInt32Value', 'many')).toBe('many');
  });

  it('writes bytes as padded standard base64', () => {
    expect(scalar('BytesValue', '_-8')).toBe('/+8=');
    expect(scalar('BytesValue', 'not base64!')).toBe('not base64!');
  });

  it('joins the paths of a field mask', () => {
    expect(fieldMaskToJson({ paths: ['user_name', 'a.b_c'] })).toBe('userName,a.bC');
    expect(fieldMaskToJson('userName')).toBe('userName');
  });
});
