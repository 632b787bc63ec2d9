import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openSource } from '../../src/sources/open-source.ts';
import type { MeshSource } from '../../src/sources/source.ts';
import { type FakeEntry, tarGzOf } from '../helpers/archive.ts';
import { shopAsClusterDump, shopAsFiles, shopAsMustGather } from '../helpers/foreign-meshes.ts';
import { run } from '../helpers/run.ts';
import { type ContractFacts, describeContract } from './contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-foreign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LAYOUTS = { gathered: shopAsMustGather(), dumped: shopAsClusterDump(), files: shopAsFiles() };

async function write(name: string, entries: readonly FakeEntry[]): Promise<void> {
  writeFileSync(join(folder, `${name}.tar.gz`), await tarGzOf(entries));
  for (const { path, content = '' } of entries) {
    const file = join(folder, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

beforeAll(async () => {
  for (const [name, entries] of Object.entries(LAYOUTS)) await write(name, entries);
  await write('part', shopAsMustGather(['shop', 'istio-system']));
});

const open = (from: string): Promise<MeshSource> =>
  openSource({ from, cwd: folder, stdin: Readable.from([]), clock: () => new Date('2030-01-01T00:00:00Z') });

const CART = { name: 'cart-v1-db9689b57-djzwj', namespace: 'shop' };

const GATHERED: ContractFacts = {
  now: '2026-11-23T02:11:39.000Z',
  clusters: ['demo'],
  istioNamespace: 'istio-system',
  envoys: 12,
  ztunnels: 0,
  istiods: 1,
  envoy: { pod: CART, pages: ['config_dump', 'stats_text'] },
  kinds: [
    { group: '', plural: 'pods', count: 15 },
    { group: 'networking.istio.io', plural: 'virtualservices', count: 7 },
    { group: 'apps', plural: 'deployments', count: 14 },
  ],
  namespace: 'shop',
  gathered: true,
};

describeContract('a must-gather in a folder', GATHERED, () => open('gathered/must-gather.local.1'));
describeContract('a must-gather in a .tar.gz', GATHERED, () => open('gathered.tar.gz'));

/** A command on recordings of each layout: what must be in stdout, the exit code, and what stderr must name. */
const ANSWERS: readonly (readonly [
  from: string,
  line: string,
  stdout: RegExp,
  code: number,
  stderr?: RegExp,
])[] = [
  ['gathered', 'proxy-status', /search-v1-\S+\.shop\s+sidecar\s+LDS rejected[\s\S]*10 in sync/, 0],
  ['gathered', `proxy-config cluster ${CART.name}.shop`, /catalog\.shop\.svc\.cluster\.local\s+80\s+v1/, 0],
  ['gathered', `logs ${CART.name}.shop`, /403/, 0],
  ['gathered', 'describe service cart -n shop', /VirtualService shop\/cart: all requests/, 0],
  ['gathered', 'analyze -n shop', /IST0101 VirtualService shop\/cart/, 79],
  ['gathered', `authz check ${CART.name}.shop`, /istio-system\/no-admin/, 0],
  ['gathered', 'version', /data plane version: 1\.32\S+ \(12 proxies\)/, 0],
  [
    'gathered',
    `proxy-config log ${CART.name}.shop`,
    /^$/,
    66,
    /logging of cart-\S+: a must-gather does not hold it/,
  ],
  ['dumped', 'describe service cart -n shop', /ClusterIP 10\.96\.11\.198/, 0],
  ['dumped', `logs ${CART.name}.shop`, /403/, 0],
  ['dumped', 'analyze', /MSH0049 Service shop\/images/, 0],
  ['dumped', 'proxy-status', /cart-v1-\S+\.shop\s+sidecar\s+unknown/, 66],
  [
    'dumped',
    `proxy-config cluster ${CART.name}.shop`,
    /^$/,
    66,
    /a dump of kubectl cluster-info does not hold it/,
  ],
  ['files', 'analyze -n shop', /IST0101 VirtualService shop\/cart/, 79],
  ['files', 'describe service cart -n shop', /VirtualService shop\/cart: all requests/, 0],
  ['files', `logs ${CART.name}.shop`, /^$/, 66, /a folder of Kubernetes objects does not hold it/],
];

describe.each(['', '.tar.gz'])('a recording of another tool (as a folder or an archive: "%s")', (suffix) => {
  for (const [from, line, stdout, code, stderr] of ANSWERS) {
    test(`${from}: ${line}`, async () => {
      const answer = await run(`${line} --from ${from}${suffix}`, { cwd: folder });
      expect(answer.stdout).toMatch(stdout);
      expect(answer.exitCode).toBe(code);
      expect(answer.stderr).toMatch(/is read as a (?:must-gather|dump of|folder of).*: \d+ files of objects/);
      if (stderr !== undefined) expect(answer.stderr).toMatch(stderr);
    });
  }
});

describe('what was not gathered', () => {
  test('is named: other namespaces, and kinds of which there is no file', async () => {
    const source = await open('part.tar.gz');
    const pods = { group: '', plural: 'pods' };
    expect(await source.resources(pods)).toMatchObject({
      ok: true,
      missing: [
        {
          code: 'NotRecorded',
          reason: 'a must-gather holds those of 2 namespaces alone: istio-system, shop',
        },
      ],
    });
    expect((await source.resources({ ...pods, namespace: 'shop' })).ok && 'whole').toBe('whole');
    expect(await source.resources({ ...pods, namespace: 'payments' })).toMatchObject({
      ok: false,
      error: { code: 'NotRecorded' },
    });
    expect(await source.resources({ group: 'batch', plural: 'jobs' })).toMatchObject({
      ok: false,
      error: { code: 'NotRecorded', reason: 'a must-gather holds none of this kind' },
    });
    await source.close();
  });

  test('a kind whose CRD was gathered has no objects where there is no file of it', async () => {
    const crd = 'gathered/cluster-scoped-resources/apiextensions.k8s.io/customresourcedefinitions';
    const text = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';
    await write('empty', [
      {
        path: 'gathered/namespaces/shop/core/services.yaml',
        content: 'apiVersion: v1\nkind: ServiceList\nitems: []\n',
      },
      { path: 'gathered/namespaces/shop/shop.yaml', content: text },
      { path: `${crd}/sidecars.networking.istio.io.yaml`, content: '' },
    ]);
    const source = await open('empty/gathered');
    const sidecars = { group: 'networking.istio.io', plural: 'sidecars' };
    expect(await source.resources({ ...sidecars, namespace: 'shop' })).toEqual({ ok: true, value: [] });
    expect(await source.resources(sidecars)).toMatchObject({ ok: true, value: [], missing: [{}] });
    await source.close();
  });

  test('makes findings that rest on it likely, not certain', async () => {
    const whole = await run('analyze --from demo -o json', { cwd: folder });
    const part = await run('analyze --from part -o json', { cwd: folder });
    const sure = (text: string): unknown => {
      const findings: { code: string; origin?: string; confidence: string }[] = JSON.parse(text);
      return findings.find(({ code, origin }) => code === 'IST0101' && origin === 'VirtualService shop/cart')
        ?.confidence;
    };
    expect([sure(whole.stdout), sure(part.stdout)]).toEqual(['certain', 'likely']);
    expect(part.stderr).toContain('what rests on them is likely, not certain');
  });
});

test('a must-gather can be re-packed, and has no checksums to verify before that', async () => {
  const before = await run('bug-report verify gathered.tar.gz', { cwd: folder });
  expect(before).toMatchObject({
    exitCode: 65,
    stderr: expect.stringContaining('was written by another tool'),
  });
  const packed = await run('bug-report --from gathered.tar.gz --output-file packed.tar.gz', { cwd: folder });
  expect(packed.exitCode).toBe(0);
  expect(await run('bug-report verify packed.tar.gz', { cwd: folder })).toMatchObject({ exitCode: 0 });
  const status = await run('proxy-status --from packed.tar.gz', { cwd: folder });
  expect(status.stdout).toMatch(/LDS rejected[\s\S]*10 in sync/);
});

describe('damaged and hostile files of other tools', () => {
  test('a broken file is named and the others answer', async () => {
    await write('broken', [
      {
        path: 'g/namespaces/shop/core/pods.yaml',
        content: 'apiVersion: v1\nkind: PodList\nitems: [unfinished',
      },
      {
        path: 'g/namespaces/shop/core/services.yaml',
        content: 'apiVersion: v1\nkind: ServiceList\nitems: []\n',
      },
    ]);
    const source = await open('broken/g');
    const pods = await source.resources({ group: '', plural: 'pods', namespace: 'shop' });
    expect(pods).toMatchObject({ ok: false, error: { code: 'Corrupt' } });
    expect(await source.resources({ group: '', plural: 'services', namespace: 'shop' })).toEqual({
      ok: true,
      value: [],
    });
    await source.close();
  });

  test('a broken file is named also where its path does not say what it holds', async () => {
    await write('cut', [
      { path: 'pods.json', content: '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1",' },
      { path: 'svc.yaml', content: 'apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\n' },
      { path: 'notes.yaml', content: 'a: [b' },
    ]);
    const source = await open('cut');
    expect(await source.resources({ group: '', plural: 'pods' })).toMatchObject({
      ok: false,
      error: {
        code: 'NotRecorded',
        reason: expect.stringMatching(
          /holds none of this kind; pods\.json can't be parsed: .*cut off|pods\.json/,
        ),
      },
    });
    const services = await source.resources({ group: '', plural: 'services' });
    expect(services).toMatchObject({ ok: true, value: [{}], missing: [{ code: 'Corrupt' }, {}] });
    expect(JSON.stringify(services)).not.toContain('notes.yaml');
    await source.close();
  });

  test('JSON that can hold no objects is not parsed when objects are looked for', async () => {
    await write('dumps', [
      { path: 'config_dump.json', content: `{"configs": [${'{"a": "b"},'.repeat(9000)} {}]}` },
      { path: 'svc.yaml', content: 'apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\n' },
    ]);
    const source = await open('dumps');
    const parse = vi.spyOn(JSON, 'parse');
    expect(await source.resources({ group: '', plural: 'services' })).toMatchObject({ value: [{}] });
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
    await source.close();
  });

  test('aliases that multiply are refused', async () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 9; level += 1) {
      const [name, before] = ['abcdefghij'[level], 'abcdefghij'[level - 1]];
      lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`);
    }
    const bomb = `apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\n${lines.join('\n')}\n`;
    await write('aliases', [
      { path: 'g/namespaces/shop/core/services/a.yaml', content: bomb },
      {
        path: 'g/namespaces/shop/shop.yaml',
        content: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
      },
    ]);
    const source = await open('aliases/g');
    const services = await source.resources({ group: '', plural: 'services', namespace: 'shop' });
    expect(services).toMatchObject({ ok: false, error: { code: 'Corrupt' } });
    await source.close();
  });

  test('a folder of other files is no recording', async () => {
    await write('other', [
      { path: 'package.json', content: '{"name":"x"}' },
      { path: 'src/a.ts', content: '' },
    ]);
    const answer = await run('proxy-status --from other', { cwd: folder });
    expect(answer.exitCode).toBe(65);
    expect(answer.stderr).toContain('other is no snapshot');
  });
});

describe('a dump of kubectl cluster-info', () => {
  test('gives each container its own log', async () => {
    const source = await open('dumped');
    const log = async (container: string): Promise<string | undefined> => {
      const answer = await source.logs({ pod: CART, container });
      return answer.ok ? Buffer.from(answer.value).toString() : undefined;
    };
    const original = await (await open('gathered/must-gather.local.1')).logs({
      pod: CART,
      container: 'istio-proxy',
    });
    expect(await log('istio-proxy')).toBe(original.ok && Buffer.from(original.value).toString());
    expect(await log('app')).not.toContain('====');
    expect(await log('nobody')).toBeUndefined();
    await source.close();
  });
});
