import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { afterAll, test } from 'vitest';
import { ROOT } from '../helpers/run.ts';
import { damageBytes, damageJson, damages } from './mutate.ts';
import { expectNoCrash, runs, SEED } from './no-crash.ts';

const SHOP = join(ROOT, 'fixtures/meshes/shop');
const folder = mkdtempSync(join(tmpdir(), 'meshscope-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A small part of the mesh: control plane, objects, and three proxies, one of them with a rejected listener. */
const entries = readdirSync(SHOP, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(SHOP.length + 1))
  .filter((path) => !path.includes('/proxies/') || /\/(cart|search|wishlist)-v1/.test(path))
  .filter((path) => !path.includes('/logs/') && !path.endsWith('stats.prom'))
  .sort()
  .map((path) => ({ path, bytes: readFileSync(join(SHOP, path)) }));

const CART = 'cart-v1-db9689b57-djzwj.shop';
const LINES: readonly (readonly string[])[] = [
  ['proxy-status'],
  ['proxy-status', '--all', '-o', 'json'],
  ['proxy-status', '--compat'],
  ['proxy-status', CART],
  ['proxy-status', CART, '--compat'],
  ['proxy-config', 'cluster', CART],
  ['proxy-config', 'endpoint', 'deploy/cart-v1', '-n', 'shop'],
  ['proxy-config', 'secret', CART],
  ['proxy-config', 'log', CART],
  ['proxy-config', 'rootca-compare', CART, 'search-v1-7c78d66565-qzbbl.shop'],
  ['authz', 'check', CART],
  ['version'],
];

async function tar(files: readonly { path: string; bytes: Uint8Array }[]): Promise<Uint8Array> {
  const archive = pack();
  for (const { path, bytes } of files) archive.entry({ name: path }, Buffer.from(bytes));
  archive.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of archive) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces);
}

test(`damaged archives end in an answer or an error (seed ${SEED})`, async () => {
  const property = fc.asyncProperty(
    fc.constantFrom('entry', 'tar', 'gzip'),
    fc.array(fc.nat(entries.length - 1), { minLength: 1, maxLength: 4 }),
    damages,
    fc.array(fc.constantFrom(...LINES), { minLength: 2, maxLength: 2 }),
    async (layer, damaged, damage, lines) => {
      const files = entries.map(({ path, bytes }, index) => {
        const hit = layer === 'entry' && damaged.includes(index);
        if (!hit) return { path, bytes };
        return {
          path,
          bytes: path.endsWith('.json') ? damageJson(bytes, damage) : damageBytes(bytes, damage),
        };
      });
      const plain = await tar(files);
      const packed = gzipSync(layer === 'tar' ? damageBytes(plain, damage) : plain, { level: 1 });
      writeFileSync(join(folder, 'mesh.tar.gz'), layer === 'gzip' ? damageBytes(packed, damage) : packed);
      for (const line of lines) await expectNoCrash([...line, '--from', 'mesh.tar.gz'], folder);
    },
  );
  await fc.assert(property, { seed: SEED, numRuns: runs(500), endOnFailure: true });
});
