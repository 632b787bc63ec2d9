import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { MeshDiff } from '../../src/answers/mesh-diff/mesh-diff.ts';
import { changedMesh, type Edits } from '../helpers/changed-mesh.ts';
import { plantRecording } from '../helpers/planted-recording.ts';
import { tracesOf } from '../helpers/planted-secrets.ts';
import { type RunResult, run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'diff-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const golden = (name: string): string => `../../fixtures/golden/diff/${name}.txt`;
let count = 0;
/** The shop mesh as it is some time later, after `edits`. */
const later = (edits: Edits, createdAt?: string): string =>
  changedMesh('shop', join(folder, `${++count}`), edits, createdAt);

// biome-ignore lint/suspicious/noExplicitAny: recorded objects are changed at any place
type Items = any[];
// biome-ignore lint/suspicious/noExplicitAny: as above
const named = (items: Items, name: string): any => items.find(({ metadata }) => metadata.name === name);

async function answer(line: string | readonly string[]): Promise<{ diff: MeshDiff; result: RunResult }> {
  const words = typeof line === 'string' ? line.split(' ') : line;
  const result = await run(['diff', ...words, '-o', 'json']);
  return { diff: JSON.parse(result.stdout), result };
}

/** What of the objects differs: `changed VirtualService shop/cart spec.http[0].timeout`. */
function changesIn({ objects }: MeshDiff): readonly string[] {
  return (objects?.changes ?? []).map(({ what, resource: { kind, namespace, name }, changes }) =>
    [what, kind, `${namespace ? `${namespace}/` : ''}${name}`, ...changes.map(({ path }) => path)].join(' '),
  );
}

describe('two recordings of the same moment', () => {
  test('do not differ', async () => {
    const { stdout, stderr, exitCode } = await run('diff demo demo');
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot(golden('same'));
    expect(stderr).toContain('networkpolicies of both sides');
  });
});

const MUTATIONS: readonly (readonly [string, Edits, readonly string[]])[] = [
  [
    'a route of another timeout',
    {
      'networking.istio.io/v1/virtualservices': (items: Items) => {
        named(items, 'cart').spec.http[0].timeout = '7s';
      },
    },
    ['changed VirtualService shop/cart spec.http[0].timeout'],
  ],
  [
    'a rule that is gone',
    {
      'networking.istio.io/v1/destinationrules': (items: Items) =>
        items.filter(({ metadata }) => metadata.name !== 'cardpay'),
    },
    ['removed DestinationRule payments/cardpay'],
  ],
  [
    'a policy that came',
    {
      'security.istio.io/v1/authorizationpolicies': (items: Items) => [
        ...items,
        { ...items[0], metadata: { ...items[0].metadata, namespace: 'shop', name: 'new-one' } },
      ],
    },
    ['added AuthorizationPolicy shop/new-one'],
  ],
  [
    'another image',
    {
      'apps/v1/deployments': (items: Items) => {
        named(items, 'catalog-v1').spec.template.spec.containers[0].image = 'registry.example/catalog:v9';
        named(items, 'catalog-v1').metadata.generation = 7;
      },
    },
    ['changed Deployment shop/catalog-v1 spec.template.spec.containers[app].image'],
  ],
  [
    'a label of a namespace',
    {
      'core/v1/namespaces': (items: Items) => {
        named(items, 'shop').metadata.labels.team = 'storefront';
      },
    },
    ['changed Namespace shop metadata.labels.team'],
  ],
  [
    'a container that was restarted',
    {
      'core/v1/pods': (items: Items) => {
        named(items, 'ledger-v1-766c4b45bc-cj586').status.containerStatuses[0].restartCount = 5;
      },
    },
    ['changed Pod payments/ledger-v1-766c4b45bc-cj586 status.containerStatuses[app].restartCount'],
  ],
  [
    'a Service that was made anew',
    {
      'core/v1/services': (items: Items) => {
        named(items, 'cart').metadata.uid = 'another';
      },
    },
    ['recreated Service shop/cart'],
  ],
  [
    'nothing but what the API server notes',
    {
      'core/v1/services': (items: Items) =>
        items.map((one) => ({ ...one, metadata: { ...one.metadata, resourceVersion: '1', generation: 9 } })),
    },
    [],
  ],
];

describe('a change of the mesh is found, and nothing else:', () => {
  test.each(MUTATIONS)('%s', async (_, edits, expected) => {
    const { diff, result } = await answer(`demo ${later(edits)} --only objects`);
    expect(changesIn(diff)).toEqual(expected);
    expect(result.exitCode).toBe(expected.length > 0 ? 1 : 0);
  });
});

const ISTIOD = 'clusters/demo/istiod/istio-system/istiod-57444bb956-pp8n9';
const CART = 'clusters/demo/proxies/shop/cart-v1-db9689b57-djzwj/config_dump.json';

/** A bad afternoon: a rule removed, a route pointed at nothing, a proxy that lost its istiod, a new version. */
const BAD_AFTERNOON: Edits = {
  'networking.istio.io/v1/virtualservices': (items: Items) => {
    const [http] = named(items, 'cart').spec.http;
    http.route[0].destination.host = 'basket';
    http.timeout = '7s';
  },
  'networking.istio.io/v1/destinationrules': (items: Items) =>
    items.filter(({ metadata }) => metadata.name !== 'cardpay'),
  'core/v1/configmaps': (items: Items) => {
    const { data } = items.find(
      ({ metadata }) => metadata.name === 'istio' && metadata.namespace === 'istio-system',
    );
    data.mesh += 'outboundTrafficPolicy:\n  mode: REGISTRY_ONLY\n';
  },
  'core/v1/nodes': (items: Items) => {
    items[0].status.nodeInfo.kubeletVersion = 'v1.36.0';
  },
  'core/v1/pods': (items: Items) => {
    const pod = named(items, 'catalog-v1-c7b46b69c-vg8mx');
    pod.metadata = { ...pod.metadata, name: 'catalog-v1-c7b46b69c-zzzzz', uid: 'another' };
  },
  [`${ISTIOD}/debug/syncz.json`]: (proxies: Items) =>
    proxies
      .filter(({ proxy }) => !proxy.startsWith('ledger-v1'))
      .map((one) => ({ ...one, proxy: one.proxy.replace('vg8mx', 'zzzzz') })),
  [`${ISTIOD}/xds/syncz.json`]: ({ resources, ...rest }: { resources: Items }) => ({
    ...rest,
    resources: resources
      .filter(({ node }) => !node.id.startsWith('ledger-v1'))
      .map((one) => JSON.parse(JSON.stringify(one).replaceAll('vg8mx', 'zzzzz'))),
  }),
  [CART]: (dump: { configs: Items }) => {
    const clusters = dump.configs.find((section) => section['@type'].endsWith('ClustersConfigDump'));
    clusters.dynamic_active_clusters = clusters.dynamic_active_clusters.slice(1);
  },
};

describe('a bad afternoon', () => {
  const after = later(BAD_AFTERNOON, '2026-11-23T06:00:00Z');

  test('is told worst first, with what is equal counted', async () => {
    const { stdout, exitCode } = await run(['diff', 'demo', after]);
    expect(exitCode).toBe(1);
    await expect(stdout.replaceAll(after, 'AFTER')).toMatchFileSnapshot(golden('bad-afternoon'));
  });

  test('is told for a ticket', async () => {
    const { stdout } = await run(['diff', 'demo', after, '-o', 'markdown']);
    await expect(stdout.replaceAll(after, 'AFTER')).toMatchFileSnapshot(golden('bad-afternoon-markdown'));
  });

  test('has all names with --all', async () => {
    const { stdout } = await run(['diff', 'demo', after, '--only', 'proxies', '--all']);
    expect(stdout).toMatch(/- cluster \S+/);
  });

  test('of one proxy is its state and configuration', async () => {
    const { diff } = await answer(['demo', after, '--proxy', 'deploy/cart-v1.shop']);
    expect(Object.keys(diff)).not.toContain('objects');
    expect(diff.proxyConfigs).toMatchObject({ compared: 1, changes: [{ kinds: [{ kind: 'cluster' }] }] });
    expect(diff.proxies).toMatchObject({ same: 1, changes: [] });
  });

  test('of one namespace leaves out the others', async () => {
    const { diff } = await answer(['demo', after, '-n', 'payments']);
    expect(changesIn(diff)).toEqual(['removed DestinationRule payments/cardpay']);
    expect(diff.proxies?.changes).toMatchObject([
      { what: 'worse', after: { proxy: 'ledger-v1-766c4b45bc-cj586.payments', state: 'never-connected' } },
    ]);
    const subjects = [...(diff.findings?.added ?? []), ...(diff.findings?.fixed ?? [])].map(
      ({ resource }) => resource?.namespace,
    );
    expect(new Set(subjects)).toEqual(new Set(['payments']));
  });

  test('from the other side is its mirror image', async () => {
    const [{ diff: seen }, { diff: back }] = [await answer(['demo', after]), await answer([after, 'demo'])];
    expect(back.findings?.added).toEqual(seen.findings?.fixed);
    expect(back.findings?.fixed).toEqual(seen.findings?.added);
    expect(back.objects?.counts).toEqual({
      ...seen.objects?.counts,
      added: seen.objects?.counts.removed,
      removed: seen.objects?.counts.added,
    });
    expect(back.proxies?.counts).toMatchObject({ better: seen.proxies?.counts.worse, worse: 0 });
  });
});

describe('what a side does not hold', () => {
  test('is named, and not taken for removed', async () => {
    const without = later({ 'networking.istio.io/v1/virtualservices': undefined });
    const { diff, result } = await answer(['demo', without, '--strict']);
    expect(changesIn(diff)).toEqual([]);
    expect(diff.objects?.notCompared).toMatchObject([
      { kind: 'virtualservices.networking.istio.io', side: 'right' },
    ]);
    expect(diff.findings?.fixed).toEqual([]);
    expect(diff.findings?.unknown.length).toBeGreaterThan(0);
    expect(result.stderr).toContain('virtualservices.networking.istio.io of B: ');
    expect(result.exitCode).toBe(75);
  });

  test('in a list of some namespaces alone is not taken for removed, either', async () => {
    const some = later({
      'networking.istio.io/v1/virtualservices': (items: Items) =>
        items.filter(({ metadata }) => metadata.namespace === 'edge'),
      'snapshot.json': ({ contents, ...rest }: { contents: Items }) => ({
        ...rest,
        contents: contents.map((entry) =>
          entry.path.endsWith('/virtualservices.json')
            ? { ...entry, status: 'partial', namespaces: ['edge'], reason: 'only edge was allowed' }
            : entry,
        ),
      }),
    });
    const { diff } = await answer(['demo', some, '--only', 'objects']);
    expect(changesIn(diff)).toEqual([]);
    expect(diff.objects?.notCompared).toMatchObject([{ side: 'right', partly: true }]);
  });
});

test('two meshes of different clusters are compared by the names that both have', async () => {
  const { diff, result } = await answer('demo demo-ambient');
  expect(result.exitCode).toBe(1);
  expect(diff.sameCluster).toBe(false);
  expect(diff.objects?.counts.recreated).toBe(0);
  expect(diff.objects?.changes.some(({ resource }) => resource.name === 'istio-ca-root-cert')).toBe(true);
  expect(diff.proxies?.counts).toMatchObject({ new: 6, gone: 13 });
});

describe('redacted archives', () => {
  const [first, second] = ['first.tar.gz', 'second.tar.gz'].map((name) => join(folder, name));

  test('differ in nothing from what they were made of, nor from one another after --resume', async () => {
    const made = await run([
      'bug-report',
      '--from',
      'demo',
      '--max-size',
      '3MB',
      '--output-file',
      String(first),
    ]);
    expect(made.exitCode, made.stderr).toBe(0);
    const resumed = [
      'bug-report',
      '--from',
      'demo',
      '--resume',
      String(first),
      '--output-file',
      String(second),
    ];
    expect((await run(resumed)).exitCode).toBe(0);
    for (const [a, b] of [
      ['demo', second],
      [first, 'demo'],
      [first, second],
    ]) {
      const { diff, result } = await answer([String(a), String(b)]);
      expect(changesIn(diff), result.stderr).toEqual([]);
      expect(diff.differs, `${a} ${b}`).toBe(false);
      expect(result.exitCode).toBe(0);
    }
  });
});

test('archives with pseudonyms differ in nothing where one key made them; otherwise it is said that they seem to', async () => {
  const at = (name: string): string => join(folder, name);
  const make = [
    'bug-report',
    '--from',
    'demo',
    '--redact',
    'names,ips',
    '--skip-proxy-debug',
    '--output-file',
  ];
  expect((await run([...make, at('hidden.tar.gz')])).exitCode).toBe(0);
  const key = readdirSync(folder).find((name) => name.endsWith('.names.json')) ?? '';
  expect((await run([...make, at('again.tar.gz'), '--redact-key', at(key)])).exitCode).toBe(0);
  const same = await run(['diff', at('hidden.tar.gz'), at('again.tar.gz')]);
  expect([same.exitCode, same.stdout]).toEqual([0, expect.stringContaining('names are pseudonyms')]);
  const one = await run(['diff', 'demo', at('hidden.tar.gz'), '--only', 'objects']);
  expect(one.stdout).toContain('names of B alone are pseudonyms');
});

describe('secrets of every form, planted in both recordings', () => {
  const [one, other] = [join(folder, 'planted'), join(folder, 'planted-other')];
  const secrets = [...plantRecording(one, 1), ...plantRecording(other, 1, 1)];
  /** A secret as it is, in base64, and in base64 of base64. */
  const traces = (secret: string): readonly string[] => {
    const once = tracesOf(secret);
    return [...once, ...once.slice(1).flatMap((trace) => tracesOf(trace).slice(1))];
  };

  test.each(['json', 'table', 'markdown'])('are never printed as %s', async (format) => {
    for (const [a, b] of [
      [one, other],
      ['demo', one],
      [one, 'demo'],
    ]) {
      const { stdout, stderr } = await run(['diff', String(a), String(b), '--all', '-o', format]);
      expect(stdout).toContain('planted-0');
      const shown = secrets.filter(({ secret }) =>
        traces(secret).some((trace) => (stdout + stderr).includes(trace)),
      );
      expect(shown.map(({ what }) => what)).toEqual([]);
    }
  });

  test('that differ are said to differ', async () => {
    const { diff } = await answer([one, other, '--only', 'objects']);
    const hidden = diff.objects?.changes.filter(({ changes }) => changes.some(({ secret }) => secret));
    expect(hidden?.length).toBeGreaterThan(15);
  });
});

describe('names from a mesh', () => {
  const hostile = later({
    'core/v1/services': (items: Items) => [
      ...items,
      { ...items[0], metadata: { namespace: 'shop', name: 'x\u001b[2J\u202e<img src=x>|`a`' } },
    ],
  });

  test('steer neither the terminal nor Markdown', async () => {
    const { stdout } = await run(['diff', 'demo', hostile, '--only', 'objects']);
    expect(stdout).toContain('x\\x1b[2J\\u{202e}<img');
    const markdown = (await run(['diff', 'demo', hostile, '--only', 'objects', '-o', 'markdown'])).stdout;
    expect(markdown).toContain('&lt;img src=x&gt;\\|\\`a\\`');
  });
});

describe('a side that can not be opened', () => {
  test.each([
    ['there is no such file', 'nosuch demo', 66, 'A takes a folder, a .tar.gz, - (stdin) or demo'],
    ['nor the second one', 'demo nosuch', 66, 'B takes a folder'],
    ['no cluster for the second side', 'demo', 69, 'no cluster to read'],
    ['twice the live mesh', 'live', 64, 'both sides are the live mesh'],
    ['B and --from', 'demo demo --from demo', 64, 'B and --from name the same side'],
    ['twice stdin', '- -', 64, 'both sides are stdin'],
    ['a context without a live side', 'demo demo --context a', 64, 'both sides are recordings'],
    ['an unknown section', 'demo demo --only object', 64, 'near  objects'],
    ['an unknown namespace', 'demo demo -n shopp', 66, 'near  shop'],
    ['an unknown proxy', 'demo demo --proxy cart', 66, 'near  cart-v1-db9689b57-djzwj.shop'],
  ])('is an error: %s', async (_, words, exitCode, text) => {
    const result = await run(`diff ${words}`);
    expect(result.stderr).toContain(text);
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
  });
});

test('the mesh of --from is the second side', async () => {
  const { diff } = await answer('demo-ambient --from demo --only versions');
  expect([diff.left.source, diff.right.source]).toEqual(['demo-ambient', 'demo']);
});

test('the roles of a run with a live side are those of reading the mesh, and none without', async () => {
  expect((await run('diff demo --print-rbac')).stdout).toContain('virtualservices');
  expect((await run('diff demo demo --print-rbac')).stdout).toContain('no role is needed');
});
