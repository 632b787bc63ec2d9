import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll } from 'vitest';
import { openSource } from '../../src/sources/open-source.ts';
import { RecordingSource } from '../../src/sources/recording.ts';
import { openFolderSink } from '../../src/sources/snapshot/folder-writer.ts';
import type { MeshSource } from '../../src/sources/source.ts';
import { fixtureFiles, streamOf, tarGzOf, tarOf } from '../helpers/archive.ts';
import { ROOT } from '../helpers/run.ts';
import { askEverything } from './ask-everything.ts';
import { type ContractFacts, describeContract } from './contract.ts';
import { shopAsReferenceArchive } from './reference-mesh.ts';

const CART = { name: 'cart-v1-db9689b57-djzwj', namespace: 'shop' };

const SHOP: ContractFacts = {
  now: '2026-11-23T02:11:39.000Z',
  clusters: ['demo'],
  istioNamespace: 'istio-system',
  envoys: 13,
  ztunnels: 0,
  istiods: 1,
  envoy: {
    pod: CART,
    pages: ['config_dump', 'clusters', 'certs', 'listeners', 'server_info', 'stats', 'logging', 'memory'],
  },
  silent: { name: 'wishlist-v1-84c6b7d679-xdvp4', namespace: 'shop' },
  kinds: [
    { group: '', plural: 'pods', count: 15 },
    { group: 'networking.istio.io', plural: 'virtualservices', count: 7 },
    { group: 'apps', plural: 'deployments', count: 14 },
  ],
  namespace: 'shop',
};

const AMBIENT: ContractFacts = {
  now: '2026-11-23T02:51:26.000Z',
  clusters: ['demo'],
  istioNamespace: 'istio-system',
  envoys: 3,
  ztunnels: 3,
  istiods: 1,
  envoy: {
    pod: { name: 'clinic-waypoint-7db5445587-vpjqg', namespace: 'clinic' },
    pages: ['config_dump', 'clusters', 'stats'],
  },
  silent: { name: 'pharmacy-waypoint-dd947dd4c-6t5bk', namespace: 'pharmacy' },
  ztunnel: { name: 'ztunnel-tcbhm', namespace: 'istio-system' },
  kinds: [{ group: 'gateway.networking.k8s.io', plural: 'gateways', count: 2 }],
  namespace: 'clinic',
};

/** The reference tool collects nothing of a proxy that gives no answer, and no log levels. */
const REFERENCE: ContractFacts = {
  ...SHOP,
  now: '2026-11-23T02:11:39.500Z',
  envoys: 12,
  envoy: { pod: CART, pages: SHOP.envoy.pages.filter((page) => page !== 'logging') },
};
delete (REFERENCE as { silent?: unknown }).silent;

const scratch = mkdtempSync(join(tmpdir(), 'meshscope-contract-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const open = (from: string, stdin: Readable = Readable.from([])): Promise<MeshSource> => {
  return openSource({ from, cwd: scratch, stdin, clock: () => new Date('2030-01-01T00:00:00Z') });
};
let packed: Buffer;

beforeAll(async () => {
  const files = fixtureFiles('meshes/shop');
  packed = await tarGzOf(files.map((file) => ({ ...file, path: `snapshot/${file.path}` })));
  writeFileSync(join(scratch, 'shop.tar.gz'), packed);
  writeFileSync(
    join(scratch, 'shop.tar'),
    await tarOf(files.map((file) => ({ ...file, path: `./${file.path}` }))),
  );
  writeFileSync(join(scratch, 'reference.tar.gz'), await tarGzOf(shopAsReferenceArchive()));
  const source = await open(join(ROOT, 'fixtures/meshes/shop'));
  const sink = await openFolderSink(join(scratch, 'recorded'));
  const recording = new RecordingSource(source, sink, { createdBy: 'test', ticks: () => 0 });
  await askEverything(recording);
  await recording.finish();
  await recording.close();
});

describeContract('a snapshot folder', SHOP, () => open(join(ROOT, 'fixtures/meshes/shop')));
describeContract('a snapshot folder of an ambient mesh', AMBIENT, () =>
  open(join(ROOT, 'fixtures/meshes/ambient')),
);
describeContract('a .tar.gz with a folder at its top', SHOP, () => open('shop.tar.gz'));
describeContract('a plain .tar', SHOP, () => open('shop.tar'));
describeContract('an archive on stdin', SHOP, () => open('-', streamOf(packed, 5000)));
describeContract('the demo mesh', SHOP, () => open('demo'));
describeContract('a replayed recording', SHOP, () => open('recorded'));
describeContract('an archive of the reference tool', REFERENCE, () => open('reference.tar.gz'));
