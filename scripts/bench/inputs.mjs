// The inputs of the benchmarks, made from the bundled mesh in a temporary folder.
import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
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

/** The program that writes trees of configuration with known faults. */
export const GENERATOR = join(ROOT, '../shared/bench/gen_bench.py');

/** Writes `count` resources below a folder; answers whether it could. */
export async function generateResources(count, folder) {
  return new Promise((resolve) => {
    const child = spawn('python3', [GENERATOR, String(count), '7', folder], { stdio: 'ignore' });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

/** A program that reads and parses all YAML files below a folder, and does nothing else. */
export const PARSE_FOLDER = `
  const { readdirSync, readFileSync } = await import('node:fs');
  const { loadAll } = await import(${JSON.stringify(pathToFileURL(join(ROOT, 'node_modules/js-yaml/dist/js-yaml.mjs')).href)});
  const folder = process.argv[1];
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.yaml')) loadAll(readFileSync(folder + '/' + file, 'utf8'));`;
