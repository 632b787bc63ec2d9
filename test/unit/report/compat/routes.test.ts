import { describe, expect, it } from 'vitest';
import { routesOf } from '../../../../src/answers/routes.ts';
import { ConfigDump } from '../../../../src/envoy/dump.ts';
import { compatDomains, compatRoutes } from '../../../../src/report/compat/routes.ts';

const open = (...configs: object[]) =>
  ConfigDump.open(
    {
      configs: [
        {
          '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
          dynamic_route_configs: configs.map((route_config) => ({ route_config })),
        },
      ],
    },
    'test',
  );

describe('compatDomains', () => {
  it('leaves out ports and longer forms of a name that is there, and counts from the third', () => {
    const domains = [
      'a',
      'a.ns',
      'a.ns.svc',
      'a.ns.svc.cluster.local',
      'a:80',
      '10.1.1.1',
      '[fd00::1:2:3]',
      '[fd00::1:2:3]:80',
    ];
    expect(compatDomains(domains)).toBe('a, a.ns + 2 more...');
    expect(compatDomains(['a:80'])).toBe('a:80');
    expect(compatDomains([])).toBe('');
  });
});

describe('compatRoutes', () => {
  it('skips routes to PassthroughCluster and prints 404 for a host without routes', () => {
    const dump = open({
      name: '80',
      virtual_hosts: [
        { name: 'empty', domains: ['*'] },
        {
          name: 'any',
          domains: ['x'],
          routes: [{ match: { prefix: '/' }, route: { cluster: 'PassthroughCluster' } }],
        },
        {
          name: 'web',
          domains: ['y'],
          routes: [
            { match: { safe_regex: { regex: '/a.*' } }, redirect: {} },
            { match: { connect_matcher: {} } },
          ],
        },
      ],
    });
    expect(compatRoutes(routesOf(dump, {}), { verbose: true })).toBe(
      [
        'NAME     VHOST NAME     DOMAINS     MATCH          VIRTUAL SERVICE',
        '80       empty          *           /*             404',
        '80       web            y           regex /a.*     ',
        '80       web            y                          ',
        '',
      ].join('\n'),
    );
  });
});
