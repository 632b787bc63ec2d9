import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { openSource } from '../../src/sources/open-source.ts';
import type { MeshSource } from '../../src/sources/source.ts';
import { type FakeEntry, tarGzOf } from '../helpers/archive.ts';

const scratch = mkdtempSync(join(tmpdir(), 'meshscope-open-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const NOW = new Date('2030-01-01T00:00:00Z');
const POD = { name: 'ledger-0', namespace: 'payments' };
const ROOM = 'clusters/east/proxies/payments/ledger-0';
const INDEX = {
  apiVersion: 'meshscope.io/v1',
  kind: 'MeshSnapshot',
  createdAt: '2026-01-02T03:04:05Z',
  contents: [],
};

function open(from: string, stdin: Readable = Readable.from([])): Promise<MeshSource> {
  return openSource({ from, cwd: scratch, stdin, clock: () => NOW });
}

let made = 0;
/** A folder with these files, and the name to give to `--from`. */
function folder(files: Readonly<Record<string, unknown>>): string {
  made += 1;
  const name = `folder-${made}`;
  for (const [path, content] of Object.entries(files)) {
    const target = join(scratch, name, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return name;
}

function podList(...names: string[]): unknown {
  return {
    kind: 'PodList',
    apiVersion: 'v1',
    items: names.map((name) => ({ metadata: { name, namespace: 'shop' } })),
  };
}

describe('--from', () => {
  test('says that a path does not exist and names one like it (exit 66)', async () => {
    folder({ 'x/snapshot.json': INDEX });
    writeFileSync(join(scratch, 'storefront.tar.gz'), '');
    await expect(open('storefrnt.tar.gz')).rejects.toMatchObject({
      exitCode: 66,
      message: 'there is no file or folder storefrnt.tar.gz',
      lines: [['near', 'storefront.tar.gz']],
    });
    await expect(open('storefront.tar.gz/inside')).rejects.toMatchObject({ exitCode: 66 });
  });

  test('refuses a terminal as stdin (exit 64)', async () => {
    const terminal = Object.assign(Readable.from([]), { isTTY: true });
    await expect(open('-', terminal)).rejects.toMatchObject({ exitCode: 64 });
  });

  test('says what a folder holds instead of a snapshot (exit 65)', async () => {
    const name = folder({ 'notes.txt': 'x', 'src/a.ts': 'x', 'src/deep/er/b.ts': 'x' });
    await expect(open(name)).rejects.toMatchObject({
      exitCode: 65,
      message: `${name} is no snapshot`,
      lines: [['found', 'notes.txt, src'], expect.anything()],
    });
    await expect(open(folder({ 'proxies/readme.md': 'x' }))).rejects.toMatchObject({ exitCode: 65 });
  });

  test('finds a snapshot one folder down, and refuses to choose between two', async () => {
    const inner = folder({
      'mesh/snapshot.json': INDEX,
      [`mesh/${ROOM}/memory.json`]: {},
      'readme.txt': 'x',
    });
    expect(await (await open(inner)).clusters()).toEqual(['east']);
    const two = folder({ 'a/snapshot.json': INDEX, 'b/snapshot.json': INDEX });
    await expect(open(two)).rejects.toMatchObject({
      exitCode: 65,
      message: `${two} holds 2 snapshots: a, b`,
    });
  });

  test('reads a folder without snapshot.json, by the time of its newest file, and says so', async () => {
    const name = folder({ [`${ROOM}/memory.json`]: {}, [`${ROOM}/certs.json`]: {} });
    utimesSync(join(scratch, name, ROOM, 'memory.json'), 1_700_000_000, 1_700_000_000);
    utimesSync(join(scratch, name, ROOM, 'certs.json'), 1_600_000_000, 1_600_000_000);
    const source = await open(name);
    expect(source.now).toEqual(new Date(1_700_000_000_000));
    expect(source.notes?.join()).toContain('has no snapshot.json');
    expect((await source.envoy(POD, 'memory')).ok).toBe(true);
  });

  test('refuses a broken index, one of another kind, and one of a later format (exit 65)', async () => {
    const broken = folder({ 'snapshot.json': '{"kind": "MeshSnapshot",\n "contents": [' });
    await expect(open(broken)).rejects.toMatchObject({
      exitCode: 65,
      message: expect.stringMatching(/snapshot\.json:2:15: not valid JSON/),
    });
    await expect(open(folder({ 'snapshot.json': { kind: 'Pod' } }))).rejects.toMatchObject({ exitCode: 65 });
    await expect(
      open(folder({ 'snapshot.json': { ...INDEX, apiVersion: 'meshscope.io/v9' } })),
    ).rejects.toMatchObject({
      hint: 'a later meshscope may have written it',
    });
    await expect(
      open(folder({ 'snapshot.json': { ...INDEX, createdAt: 'yesterday' } })),
    ).rejects.toMatchObject({
      message: expect.stringContaining('createdAt is "yesterday"'),
    });
  });

  test('survives an index with anything in it', async () => {
    const contents = [
      null,
      7,
      'x',
      [],
      { path: 5 },
      { path: 'a', status: 'what' },
      { path: '', status: 'ok' },
    ];
    const odd = { ...INDEX, contents, istioNamespace: 3, revision: {}, context: [], redaction: 'none' };
    const source = await open(folder({ 'snapshot.json': odd, [`${ROOM}/memory.json`]: {} }));
    expect(source.istioNamespace).toBeUndefined();
    expect((await source.envoy(POD, 'memory')).ok).toBe(true);
  });
});

describe('a folder', () => {
  test('is never left through a link, and no pipe in it is opened', async () => {
    const name = folder({ 'snapshot.json': INDEX, 'clusters/east/kubernetes/core/v1/pods.json': podList() });
    const room = join(scratch, name, ROOM);
    mkdirSync(room, { recursive: true });
    symlinkSync('/etc/passwd', join(room, 'config_dump.json'));
    symlinkSync('/etc', join(scratch, name, 'clusters', 'linked'));
    execFileSync('mkfifo', [join(room, 'memory.json')]);
    const source = await open(name);
    expect(await source.clusters()).toEqual(['east']);
    expect((await source.envoy(POD, 'config_dump')).ok).toBe(false);
    expect((await source.envoy(POD, 'memory')).ok).toBe(false);
  });

  test('may itself be given through a link', async () => {
    const name = folder({ 'snapshot.json': INDEX, [`${ROOM}/memory.json`]: {} });
    symlinkSync(join(scratch, name), join(scratch, 'latest'));
    expect((await (await open('latest')).envoy(POD, 'memory')).ok).toBe(true);
  });

  test('says of a listed file that is a link what it is', async () => {
    const contents = [{ path: `${ROOM}/memory.json`, status: 'ok', bytes: 2, sha256: '' }];
    const name = folder({ 'snapshot.json': { ...INDEX, contents }, [`${ROOM}/certs.json`]: {} });
    symlinkSync('/etc/passwd', join(scratch, name, ROOM, 'memory.json'));
    expect(await (await open(name)).envoy(POD, 'memory')).toMatchObject({
      error: { code: 'Corrupt', reason: 'it is a symbolic link, only plain files are read' },
    });
  });

  test('decodes the names of its folders', async () => {
    const name = folder({
      'snapshot.json': INDEX,
      'clusters/arn%3Aaws%2Feast/proxies/payments/ledger-0/memory.json': {},
      'clusters/100%/proxies/payments/ledger-0/memory.json': {},
    });
    expect(await (await open(name)).clusters()).toEqual(['100%', 'arn:aws/east']);
  });
});

describe('objects of a snapshot', () => {
  test('come from the best version that can be read', async () => {
    const base = 'clusters/east/kubernetes/networking.istio.io';
    const item = (apiVersion: string) => ({
      items: [{ apiVersion, kind: 'Gateway', metadata: { name: 'g' } }],
    });
    const query = { group: 'networking.istio.io', plural: 'gateways' };
    const files = {
      'snapshot.json': INDEX,
      [`${base}/v1alpha3/gateways.json`]: item('networking.istio.io/v1alpha3'),
      [`${base}/v1beta1/gateways.json`]: item('networking.istio.io/v1beta1'),
    };
    const found = await (await open(folder(files))).resources(query);
    expect(found).toMatchObject({ ok: true, value: [{ apiVersion: 'networking.istio.io/v1beta1' }] });
    const broken = await (
      await open(folder({ ...files, [`${base}/v1/gateways.json`]: '{"items":' }))
    ).resources(query);
    expect(broken).toMatchObject({ ok: true, value: [{ apiVersion: 'networking.istio.io/v1beta1' }] });
  });

  test('of several clusters are put together, and a cluster without the list is named as missing', async () => {
    const name = folder({
      'snapshot.json': INDEX,
      'clusters/east/kubernetes/core/v1/pods.json': podList('b', 'a'),
      'clusters/west/kubernetes/core/v1/pods.json': podList('c'),
      'clusters/north/kubernetes/core/v1/services.json': podList('d'),
    });
    const source = await open(name);
    const all = await source.resources({ group: '', plural: 'pods' });
    expect(all.ok && all.value.map((pod) => pod.metadata.name)).toEqual(['a', 'b', 'c']);
    expect(all.ok && all.missing).toHaveLength(1);
    const west = await source.resources({ group: '', plural: 'pods', cluster: 'west' });
    expect(west).toMatchObject({
      ok: true,
      value: [{ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'c' } }],
    });
  });

  test('that are no objects are counted as missing, not passed on', async () => {
    const items = [{ metadata: { name: 'a' } }, null, 3, { metadata: { name: '' } }, { metadata: 'x' }];
    const list = { kind: 'PodList', apiVersion: 'v1', items };
    const source = await open(
      folder({ 'snapshot.json': INDEX, 'clusters/east/kubernetes/core/v1/pods.json': list }),
    );
    expect(await source.resources({ group: '', plural: 'pods' })).toMatchObject({
      ok: true,
      value: [{ metadata: { name: 'a' } }],
      missing: [{ code: 'Corrupt', reason: expect.stringContaining('4 items') }],
    });
  });
});

describe('recorded failures', () => {
  test('answer with their reason; a kind that is not served is NotFound', async () => {
    const contents = [
      { path: `${ROOM}/config_dump.json`, status: 'failed', reason: 'connection refused' },
      { path: `${ROOM}/certs.json`, status: 'skipped' },
      {
        path: 'clusters/east/kubernetes/extensions.istio.io/v1/wasmplugins.json',
        status: 'failed',
        code: 'NotFound',
      },
      {
        path: 'clusters/east/istiod/mesh/istiod-0/debug/edsz.txt',
        status: 'failed',
        reason: '400: missing proxyID',
      },
    ];
    const source = await open(folder({ 'snapshot.json': { ...INDEX, contents } }));
    expect(await source.envoy(POD, 'config_dump')).toMatchObject({
      error: { code: 'NotRecorded', reason: 'connection refused' },
    });
    expect(await source.envoy(POD, 'certs')).toMatchObject({
      error: { reason: expect.stringContaining('left out') },
    });
    expect(await source.resources({ group: 'extensions.istio.io', plural: 'wasmplugins' })).toMatchObject({
      error: { code: 'NotFound' },
    });
    expect(await source.istiod({ channel: 'debug', name: 'edsz' })).toMatchObject([
      { istiod: { name: 'istiod-0' }, answer: { error: { reason: '400: missing proxyID' } } },
    ]);
    expect(await source.proxies()).toMatchObject({ value: [{ pod: POD, kind: 'envoy' }] });
  });

  test('of the list of proxies leave the proxies whose pages are there', async () => {
    const refused = { path: 'clusters/east/proxies', status: 'failed', reason: 'forbidden: list pods' };
    const index = { ...INDEX, contents: [refused] };
    const source = await open(folder({ 'snapshot.json': index, [`${ROOM}/memory.json`]: {} }));
    expect(await source.proxies()).toMatchObject({
      ok: true,
      value: [{ pod: POD, kind: 'envoy' }],
      missing: [{ reason: 'forbidden: list pods' }],
    });
    expect(await (await open(folder({ 'snapshot.json': index }))).proxies()).toMatchObject({ ok: false });
  });

  test('are not those of an istiod of which only the log was taken', async () => {
    const istiods = 'clusters/east/istiod';
    const log = { [`${istiods}/other-system/istiod-9/logs/discovery.log`]: 'started' };
    const page = { [`${istiods}/mesh/istiod-0/debug/syncz.json`]: [] };
    const asked = { channel: 'debug', name: 'syncz' } as const;
    const both = await open(folder({ 'snapshot.json': INDEX, ...log, ...page }));
    expect(await both.istiod(asked)).toMatchObject([{ istiod: { name: 'istiod-0' }, answer: { ok: true } }]);
    const onlyLog = await open(folder({ 'snapshot.json': INDEX, ...log }));
    expect(await onlyLog.istiod(asked)).toMatchObject([
      { istiod: { name: 'istiod-9' }, answer: { ok: false } },
    ]);
  });

  test('of an unknown proxy name those like it', async () => {
    const source = await open(folder({ 'snapshot.json': INDEX, [`${ROOM}/memory.json`]: {} }));
    expect(await source.envoy({ ...POD, name: 'ledger' }, 'memory')).toMatchObject({
      error: { code: 'NotRecorded', next: 'it has ledger-0.payments' },
    });
  });
});

describe('an archive of the reference tool', () => {
  const yaml = (text: string): FakeEntry[] => [
    { path: 'bug-report.log', content: 'no times here\n' },
    { path: 'proxies/payments/ledger-0/config_dump?include_eds', content: '{"CLUSTER_ID": "west-1"}' },
    { path: 'proxies/istio-system/ztunnel-x/config_dump', content: '{}' },
    { path: 'proxies/payments/late/istio-proxy.log', content: '' },
    { path: 'cluster/pods', content: text },
    { path: 'cluster/k8s-resources', content: 'apiVersion: v1\nitems: []\nkind: List\n' },
  ];
  const openYaml = async (text: string): Promise<MeshSource> => {
    return open('-', Readable.from([await tarGzOf(yaml(text))]));
  };
  const PODS = `apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: istiod-1
    namespace: mesh-system
- apiVersion: v1
  kind: Pod
  metadata:
    name: "cut
`;

  test('takes its time from its newest file when the log has none, and its cluster from a proxy', async () => {
    const source = await openYaml(PODS);
    expect(source.now).toEqual(new Date(1_000_000_000_000));
    expect(source.notes?.join()).toContain('newest file');
    expect(source.istioNamespace).toBe('mesh-system');
    expect(await source.clusters()).toEqual(['west-1']);
  });

  test('tells ztunnels from Envoys', async () => {
    const proxies = await (await openYaml(PODS)).proxies();
    expect(proxies.ok && proxies.value.map(({ pod, kind }) => `${pod.name} ${kind}`)).toEqual([
      'ztunnel-x ztunnel',
      'late envoy',
      'ledger-0 envoy',
    ]);
  });

  test('never passes an empty dump of workloads for a cluster without any', async () => {
    const source = await openYaml(PODS);
    expect(await source.resources({ group: '', plural: 'services' })).toMatchObject({
      error: { code: 'NotRecorded' },
    });
    const pods = await source.resources({ group: '', plural: 'pods' });
    expect(pods).toMatchObject({ value: [{ metadata: { name: 'istiod-1' } }] });
    expect(pods.ok && pods.missing?.map((error) => error.code)).toEqual(['Corrupt', 'NotRecorded']);
  });

  test('does not expand YAML aliases', async () => {
    const alias =
      '- apiVersion: v1\n  kind: Pod\n  metadata: &m\n    name: x\n    namespace: mesh-system\n  spec: *m\n';
    const source = await openYaml(`apiVersion: v1\nitems:\n${alias}kind: List\n`);
    expect(await source.resources({ group: '', plural: 'pods', namespace: 'mesh-system' })).toMatchObject({
      value: [],
      missing: [{ code: 'Corrupt', reason: expect.stringContaining('cluster/pods:3: 1 objects') }],
    });
  });
});
