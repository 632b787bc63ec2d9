// A recording of many proxies, made from one of the bundled mesh: what bug-report collects again.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../lib/run.mjs';

const MESH = join(ROOT, 'fixtures/meshes/shop');
const CLUSTER = 'clusters/demo';
const PODS = `${CLUSTER}/kubernetes/core/v1/pods.json`;
const PROXIES = `${CLUSTER}/proxies/shop`;
const POD = 'cart-v1-db9689b57-djzwj';

/** Writes a recording of the mesh with `count` more proxies below a folder; answers the folder. */
export async function manyProxies(count, folder) {
  await cp(join(MESH, CLUSTER), join(folder, CLUSTER), { recursive: true });
  const index = JSON.parse(await readFile(join(MESH, 'snapshot.json'), 'utf8'));
  await writeFile(join(folder, 'snapshot.json'), JSON.stringify({ ...index, contents: [] }));
  const pods = JSON.parse(await readFile(join(MESH, PODS), 'utf8'));
  const pod = pods.items.find(({ metadata }) => metadata.name === POD);
  await mkdir(join(folder, PROXIES), { recursive: true });
  for (let number = 0; number < count; number++) {
    const name = `fleet-${number}`;
    await cp(join(MESH, PROXIES, POD), join(folder, PROXIES, name), { recursive: true });
    pods.items.push({ ...pod, metadata: { ...pod.metadata, name, uid: `${pod.metadata.uid}-${number}` } });
  }
  await writeFile(join(folder, PODS), JSON.stringify(pods));
  return folder;
}
