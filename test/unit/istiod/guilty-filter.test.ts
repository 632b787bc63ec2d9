import { describe, expect, test } from 'vitest';
import { suspectFilters } from '../../../src/istiod/guilty-filter.ts';
import type { Rejection } from '../../../src/istiod/nack.ts';
import type { KubeObject } from '../../../src/kube/object.ts';

const search = { namespace: 'shop', labels: { app: 'search' }, type: 'sidecar' as const };
const rejected: Rejection[] = [
  {
    name: 'virtualInbound',
    reason: 'no implementation',
    mentions: ['shop.compressor', 'shop.example.Compressor'],
  },
];

function envoyFilter(name: string, spec: Record<string, unknown>, namespace = 'shop'): KubeObject {
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name, namespace },
    spec,
  };
}

function inserting(value: unknown, context = 'SIDECAR_INBOUND') {
  return {
    configPatches: [
      { applyTo: 'HTTP_FILTER', match: { context }, patch: { operation: 'INSERT_BEFORE', value } },
    ],
  };
}

const compressor = {
  name: 'shop.compressor',
  typed_config: { '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct' },
};
const find = (filters: KubeObject[], root = 'istio-system') =>
  suspectFilters(rejected, search, filters, root).map(({ namespace, name }) => `${namespace}/${name}`);

describe('suspectFilters', () => {
  test('names the one EnvoyFilter that puts in the refused filter', () => {
    const filters = [
      envoyFilter('search-compressor', {
        workloadSelector: { labels: { app: 'search' } },
        ...inserting(compressor),
      }),
      envoyFilter('search-lua', inserting({ name: 'envoy.filters.http.lua' })),
    ];
    expect(find(filters)).toEqual(['shop/search-compressor']);
  });

  test('recognises it by the type URL inside a TypedStruct', () => {
    const value = {
      name: 'other',
      typed_config: { type_url: 'type.googleapis.com/shop.example.Compressor' },
    };
    expect(find([envoyFilter('by-type', inserting(value))])).toEqual(['shop/by-type']);
  });

  test('recognises it by the message of a failed validation', () => {
    const limit = envoyFilter(
      'limit',
      inserting({
        name: 'x',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
        },
      }),
    );
    const why: Rejection[] = [{ reason: 'too short', mentions: ['LocalRateLimit'] }];
    expect(suspectFilters(why, search, [limit], 'istio-system')).toMatchObject([
      { name: 'limit', mention: 'LocalRateLimit' },
    ]);
  });

  test('lists all candidates and prefers none', () => {
    const filters = [
      envoyFilter('b', inserting(compressor)),
      envoyFilter('a', inserting(compressor), 'istio-system'),
    ];
    expect(find(filters)).toEqual(['istio-system/a', 'shop/b']);
  });

  test.each([
    ['in another namespace', envoyFilter('x', inserting(compressor), 'payments')],
    [
      'selecting other workloads',
      envoyFilter('x', { workloadSelector: { labels: { app: 'cart' } }, ...inserting(compressor) }),
    ],
    ['for gateways only', envoyFilter('x', inserting(compressor, 'GATEWAY'))],
    [
      'that matches on the name without putting it in',
      envoyFilter('x', { configPatches: [{ match: { listener: { name: 'shop.compressor' } } }] }),
    ],
  ])('leaves out an EnvoyFilter %s', (_, filter) => {
    expect(find([filter])).toEqual([]);
  });

  test('survives patches of any shape', () => {
    expect(
      find([envoyFilter('x', { configPatches: 'none' }), envoyFilter('y', { configPatches: [null, 7] })]),
    ).toEqual([]);
  });
});
