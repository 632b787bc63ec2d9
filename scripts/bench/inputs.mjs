// The inputs of the benchmarks, made from the bundled mesh in a temporary folder.
import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../lib/run.mjs';
import { repetitionsFor, scaleDump } from './scale-dump.mjs';

const MESH = join(ROOT, 'fixtures/meshes/shop');
const CLUSTER = 'clusters/demo';
const ISTIOD = `${CLUSTER}/istiod/istio-system/istiod-57444bb956-pp8n9`;
const POD = 'cart-v1-db9689b57-djzwj';

/** Name of the proxy whose dumps are large in the snapshot that `makeInputs` writes. */
export const PROXY = `${POD}.shop`;

/** Writes a snapshot with one proxy, whose dump (and istiod's of it) is scaled up to about `bytes` bytes. */
export async function makeInputs(folder, bytes) {
  const ofEnvoy = `${CLUSTER}/proxies/shop/${POD}/config_dump.json`;
  const ofIstiod = `${ISTIOD}/debug/config_dump/${PROXY}.json`;
  const snapshot = join(folder, 'snapshot');
  await cp(join(MESH, CLUSTER, 'kubernetes'), join(snapshot, CLUSTER, 'kubernetes'), { recursive: true });
  await cp(join(MESH, ISTIOD), join(snapshot, ISTIOD), { recursive: true });
  await cp(join(MESH, CLUSTER, 'proxies/shop', POD), join(snapshot, CLUSTER, 'proxies/shop', POD), {
    recursive: true,
  });
  await mkdir(snapshot, { recursive: true });
  await writeFile(join(snapshot, 'snapshot.json'), await manifest());
  const envoyText = await readFile(join(MESH, ofEnvoy), 'utf8');
  const times = repetitionsFor(envoyText, bytes);
  await writeFile(join(snapshot, ofEnvoy), scaleDump(envoyText, times));
  await writeFile(join(snapshot, ofIstiod), scaleDump(await readFile(join(MESH, ofIstiod), 'utf8'), times));
  const dump = join(snapshot, ofEnvoy);
  return { snapshot, dump, intent: join(snapshot, ofIstiod), dumpBytes: (await stat(dump)).size };
}

/** The mesh's own manifest, without the list of files: most of them were left out or changed. */
async function manifest() {
  const all = JSON.parse(await readFile(join(MESH, 'snapshot.json'), 'utf8'));
  return JSON.stringify({ ...all, contents: [] });
}
