import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffValues } from '../../../../src/envoy/diff.ts';
import { isSameResource } from '../../../../src/envoy/schema/same-message.ts';
import { toSnakeCase } from '../../../../src/envoy/schema/snake-case.ts';
import { anyTwins } from '../../../helpers/envoy-messages.ts';
import { mutate, places } from '../../../helpers/mutate.ts';

const CLUSTER = 'type.googleapis.com/envoy.config.cluster.v3.Cluster';
const cluster = (fields: object) => ({ '@type': CLUSTER, ...fields });
const change = fc.record({ at: fc.nat(), how: fc.constantFrom('add' as const, 'remove' as const) });
const inFull = (left: unknown, right: unknown) => diffValues(toSnakeCase(left, 'google.protobuf.Any'), right);

describe('isSameResource', () => {
  test('a message is the same as its twin in Envoy’s spelling, whatever the order of fields', () => {
    fc.assert(
      fc.property(anyTwins(), ({ camel, snake }) => {
        expect(isSameResource(camel, snake)).toBe(true);
        expect(isSameResource(snake, snake)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('any one change, on either side, makes a difference', () => {
    fc.assert(
      fc.property(anyTwins(), change, ({ camel, snake }, { at, how }) => {
        expect(isSameResource(camel, mutate(snake, at % places(snake), how))).toBe(false);
        expect(isSameResource(mutate(camel, at % places(camel), how), snake)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('never calls the same what the field by field comparison tells apart', () => {
    fc.assert(
      fc.property(anyTwins(), anyTwins(2), change, change, (one, other, a, b) => {
        const left = mutate(one.camel, a.at % places(one.camel), a.how);
        const right = mutate(one.snake, b.at % places(one.snake), b.how);
        for (const [x, y] of [
          [left, right],
          [one.camel, other.snake],
          [one.camel, one.snake],
          [one.camel, one.camel],
        ]) {
          if (isSameResource(x, y)) expect(inFull(x, y)).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('keys of maps and Structs are data, which no spelling makes equal', () => {
    const metadata = (key: string) => ({ metadata: { filter_metadata: { istio: { [key]: 'istio' } } } });
    const [camel, snake] = [cluster(metadata('tlsMode')), cluster(metadata('tls_mode'))];
    expect(isSameResource(camel, camel)).toBe(true);
    expect(isSameResource(camel, snake)).toBe(false);
  });

  test('a field in both spellings is left to the field by field comparison', () => {
    const twice = cluster({ connectTimeout: '1s', connect_timeout: '1s' });
    expect(isSameResource(twice, cluster({ connect_timeout: '1s', name: 'a' }))).toBe(false);
  });

  test('an Any inside an Any, an unknown type and wrong types are no reason to crash', () => {
    const inner = {
      '@type': 'type.googleapis.com/google.protobuf.Any',
      value: cluster({ altStatName: 'a' }),
    };
    expect(isSameResource(inner, inner)).toBe(false);
    const unknown = { '@type': 'type.googleapis.com/shop.New', aB: 1 };
    expect(isSameResource(unknown, { aB: 1, '@type': 'type.googleapis.com/shop.New' })).toBe(true);
    expect(isSameResource(unknown, { a_b: 1, '@type': 'type.googleapis.com/shop.New' })).toBe(false);
    for (const wrong of [null, 'x', 1, [], {}, { '@type': 7 }, cluster({ metadata: [] })]) {
      expect(isSameResource(wrong, cluster({ metadata: {} }))).toBe(false);
      expect(isSameResource(cluster({ metadata: {} }), wrong)).toBe(false);
    }
  });
});
