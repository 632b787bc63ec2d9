import { describe, expect, test } from 'vitest';
import { DIFF_KINDS, diffExitCode, diffProxyConfigs } from '../../../src/answers/proxy-config-diff.ts';
import { type ConfigDump, openConfigDump } from '../../../src/envoy/dump.ts';
import { diffText } from '../../../src/report/proxy-config/diff.ts';

const TYPE = 'type.googleapis.com/envoy.admin.v3.';

/** The dump of a replica of catalog, with the listeners that `own` builds from its name, address and revision. */
function replica(
  name: string,
  address: string,
  revision: string,
  own: (name: string, address: string, revision: string) => Record<string, unknown>[],
): Promise<ConfigDump> {
  const node = {
    id: `sidecar~${address}~${name}.shop~shop.svc.cluster.local`,
    metadata: {
      NAME: name,
      NAMESPACE: 'shop',
      INSTANCE_IPS: `${address},fd00::${address.slice(-1)}`,
      LABELS: { 'service.istio.io/canonical-revision': revision },
    },
  };
  const listeners = own(name, address, revision).map((listener) => ({
    name: listener['name'],
    active_state: {
      listener: { '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener', ...listener },
    },
  }));
  const configs = [
    { '@type': `${TYPE}BootstrapConfigDump`, bootstrap: { node } },
    { '@type': `${TYPE}ListenersConfigDump`, dynamic_listeners: listeners },
  ];
  return openConfigDump({ configs }, `${name}.shop`);
}

async function diffOf(own: Parameters<typeof replica>[3]) {
  const left = await replica('catalog-v1-abc', '10.0.0.1', 'v1', own);
  const right = await replica('catalog-v2-xyz', '10.0.0.2', 'v2', own);
  return diffProxyConfigs(left, right, DIFF_KINDS);
}

const tag = (name: string, value: string) => ({ tag: name, literal: { value } });

describe('what only says who the proxy is', () => {
  test.each([
    ['its node ID', (name: string, ip: string) => ({ stat_prefix: `sidecar~${ip}~${name}.shop~x` })],
    ['its addresses', (_: string, ip: string) => ({ address: ip, other: `[fd00::${ip.slice(-1)}]:80` })],
    [
      'its tracing tags',
      (_: string, __: string, v: string) => ({ custom_tags: [tag('istio.canonical_revision', v)] }),
    ],
  ])('is no difference that counts: %s', async (_, fields) => {
    const diff = await diffOf((...who) => [{ name: 'virtualInbound', ...fields(...who) }]);
    expect(diff.groups).toEqual([]);
    expect(diff.ownIdentity).toMatchObject([{ kind: 'listener', name: 'virtualInbound', what: 'changed' }]);
    expect(diffExitCode(diff)).toBe(0);
  });

  test('covers a listener that is named after the address of the pod', async () => {
    const diff = await diffOf((_, ip) => [{ name: `${ip}_9080`, address: ip }]);
    expect(diff.groups).toEqual([]);
    expect(diff.ownIdentity.map(({ name, what }) => [name, what])).toEqual([
      ['10.0.0.1_9080', 'only left'],
      ['10.0.0.2_9080', 'only right'],
    ]);
  });
});

describe('what says more', () => {
  test.each([
    [
      'a subset that is called as the revision',
      (_: string, __: string, v: string) => ({ cluster: `outbound|80|${v}|cart` }),
    ],
    [
      'a tag of another meaning',
      (_: string, __: string, v: string) => ({ custom_tags: [tag('release', v)] }),
    ],
    ['an address that only begins with its own', (_: string, ip: string) => ({ address: `${ip}1` })],
    ['another port', (_: string, ip: string) => ({ port: Number(ip.slice(-1)) })],
  ])('counts: %s', async (_, fields) => {
    const diff = await diffOf((...who) => [{ name: 'virtualInbound', ...fields(...who) }]);
    expect(diff.ownIdentity).toEqual([]);
    expect(diff.groups).toHaveLength(1);
    expect(diffExitCode(diff)).toBe(1);
  });

  test('is shown without what does not', async () => {
    const diff = await diffOf((name, ip) => [
      { name: 'virtualInbound', pod: name, port: Number(ip.slice(-1)) },
    ]);
    expect(diff.groups[0]?.differences[0]?.changes).toEqual([
      { path: 'port', change: 'changed', left: 1, right: 2 },
    ]);
  });

  test('is shown as it is where both name the left proxy', async () => {
    const diff = await diffOf((_, ip) => [{ name: 'a', peers: '10.0.0.1', port: Number(ip.slice(-1)) }]);
    expect(diff.groups[0]?.differences[0]?.changes).toEqual([
      { path: 'port', change: 'changed', left: 1, right: 2 },
    ]);
  });

  test('counts where a dump does not tell whose it is', async () => {
    const bare = (address: string) =>
      openConfigDump(
        {
          configs: [
            {
              '@type': `${TYPE}ListenersConfigDump`,
              dynamic_listeners: [{ name: 'a', active_state: { listener: { name: 'a', address } } }],
            },
          ],
        },
        address,
      );
    const diff = diffProxyConfigs(await bare('10.0.0.1'), await bare('10.0.0.2'), DIFF_KINDS);
    expect(diff.groups).toHaveLength(1);
  });
});

describe('changes of an RBAC filter', () => {
  const rbac = (policies: Record<string, unknown>) => ({
    filters: [
      {
        name: 'envoy.filters.network.http_connection_manager',
        typed_config: {
          http_filters: [{ name: 'envoy.filters.http.rbac', typed_config: { rules: { policies } } }],
        },
      },
    ],
  });
  const named = (policy: string) => `ns[shop]-policy[${policy}]-rule[0]`;
  const callers = (name: string) => ({
    principals: [{ authenticated: { principal_name: { exact: name } } }],
  });

  test('stand under the AuthorizationPolicy that the dump names, other changes of the listener apart', async () => {
    const diff = await diffOf((name) => [
      {
        name: 'virtualInbound',
        drain: name.includes('v1') ? 1 : 2,
        filter_chains: [
          {
            name: 'http',
            ...rbac({ [named('a')]: callers(name.includes('v1') ? 'x' : 'y'), [named('b')]: {} }),
          },
        ],
      },
    ]);
    expect(diff.groups.map(({ cause, differences }) => [cause, differences.length])).toEqual([
      ['AuthorizationPolicy shop/a', 1],
      [undefined, 1],
    ]);
    const text = diffText({ ...diff, all: false }, { color: false, width: Infinity, now: new Date(0) });
    expect(text).toMatch(/: 1 resource differs, /);
    expect(text).toContain('\nAuthorizationPolicy shop/a\n  listener virtualInbound\n');
  });

  test('a filter that one side lacks stands under all of its policies', async () => {
    const diff = await diffOf((name) => [
      {
        name: 'virtualInbound',
        filter_chains: [
          {
            name: 'http',
            filters: name.includes('v1')
              ? []
              : [
                  {
                    name: 'envoy.filters.network.rbac',
                    typed_config: { rules: { policies: { [named('b')]: {}, [named('a')]: {} } } },
                  },
                ],
          },
        ],
      },
    ]);
    expect(diff.groups.map(({ cause }) => cause)).toEqual(['AuthorizationPolicies shop/a, shop/b']);
  });
});

test('more than 50 resources are counted by cause; --all lists them', async () => {
  const diff = await diffOf((name) =>
    Array.from({ length: 51 }, (_, index) => ({
      name: `0.0.0.0_${index}`,
      drain: name.includes('v1') ? 1 : 2,
    })),
  );
  const options = { color: false, width: Infinity, now: new Date(0) };
  const short = diffText({ ...diff, all: false }, options);
  expect(short).toContain('\n  51 listeners changed\n\n--all lists the 51 resources');
  expect(short).not.toContain('0.0.0.0_7');
  expect(diffText({ ...diff, all: true }, options)).toContain('  listener 0.0.0.0_7\n');
});
