import { describe, expect, test } from 'vitest';
import { parseNack } from '../../../src/istiod/nack.ts';

describe('parseNack', () => {
  test('an unknown filter: names the listener, the missing implementation and what to look for', () => {
    const details =
      "Error adding/updating listener(s) virtualInbound: Didn't find a registered implementation for 'shop.compressor' with type URL: 'shop.example.Compressor'\n";
    expect(parseNack(details)).toEqual([
      {
        name: 'virtualInbound',
        reason: "no implementation for 'shop.compressor'",
        mentions: ['shop.compressor', 'shop.example.Compressor'],
      },
    ]);
  });

  test('a failed validation: the printed protobuf goes, field and rule stay', () => {
    const details =
      'Error adding/updating listener(s) virtualInbound: goo.gle/debugonly   \ntoken_bucket {\n  fill_interval {\n    seconds: 1\n  }\n}\n: Proto constraint validation failed (LocalRateLimitValidationError.StatPrefix: value length must be at least 1 characters)\n';
    expect(parseNack(details)).toEqual([
      {
        name: 'virtualInbound',
        reason: 'LocalRateLimit.stat_prefix: value length must be at least 1 characters',
        mentions: ['LocalRateLimit'],
      },
    ]);
  });

  test('several listeners, a line each', () => {
    const details =
      "Error adding/updating listener(s) connect_terminate: Didn't find a registered implementation for 'a.b' with type URL: 'x.Y'\nmain_internal: no route\ninner: 'some.key' does not have an object factory\n";
    expect(parseNack(details).map(({ name, reason }) => [name, reason])).toEqual([
      ['connect_terminate', "no implementation for 'a.b'"],
      ['main_internal', 'no route'],
      ['inner', "no object factory for 'some.key'"],
    ]);
  });

  test('several clusters, parted by commas', () => {
    const details =
      'Error adding/updating cluster(s) outbound|80||cart.shop.svc.cluster.local: Proto constraint validation failed (ClusterValidationError.ConnectTimeout: value must be greater than 0s), outbound|80||search.shop.svc.cluster.local: bad, really';
    expect(parseNack(details).map(({ name, reason }) => [name, reason])).toEqual([
      ['outbound|80||cart.shop.svc.cluster.local', 'Cluster.connect_timeout: value must be greater than 0s'],
      ['outbound|80||search.shop.svc.cluster.local', 'bad, really'],
    ]);
  });

  test('the innermost of nested validation errors is the reason', () => {
    const details =
      'Proto constraint validation failed (RouteConfigurationValidationError.VirtualHosts[0]: embedded message failed validation | caused by VirtualHostValidationError.Domains: value must contain at least 1 item(s)): name: "x"\n';
    expect(parseNack(details)[0]?.reason).toBe('VirtualHost.domains: value must contain at least 1 item(s)');
  });

  test("an address in the reason is not taken for another listener's name", () => {
    const details =
      "Error adding/updating listener(s) 0.0.0.0_80: cannot bind '0.0.0.0:80': Permission denied\n";
    expect(parseNack(details)).toMatchObject([
      { name: '0.0.0.0_80', reason: "cannot bind '0.0.0.0:80': Permission denied" },
    ]);
  });

  test("the prefix of Envoy's log is dropped, and doubled prefixes are told once", () => {
    const details =
      'gRPC config for type.googleapis.com/envoy.config.route.v3.RouteConfiguration rejected: Error: Error: route: no such cluster';
    expect(parseNack(details).map(({ reason }) => reason)).toEqual(['route: no such cluster']);
  });

  test('no text is no rejection; a resource without words says so', () => {
    expect(parseNack('  \n')).toEqual([]);
    expect(parseNack('Error adding/updating listener(s) 10.1.1.1_80: \n')).toMatchObject([
      { name: '10.1.1.1_80', reason: 'no reason given' },
    ]);
  });
});
