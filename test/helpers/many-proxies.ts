import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type FakeEntry, fixtureFiles, tarOf } from './archive.ts';

const CART = 'cart-v1-db9689b57-djzwj';
const FOLDER = 'clusters/demo/proxies/shop';

/** Name of the pod of that number in `manyProxies`. */
export const loadPod = (index: number): string => `load-${String(index).padStart(4, '0')}`;

/** Bytes of each dump in `manyProxies`, give or take its own text. */
export const DUMP_BYTES = 1_000_000;

/**
 * The shop archive with `count` more proxies, each with a dump of a megabyte. Every dump is packed once: gzip members
 * may follow each other, so that a large archive costs no more than its size.
 */
export async function manyProxies(count: number): Promise<Buffer> {
  const files = fixtureFiles('meshes/shop').filter(({ path }) => path !== 'snapshot.json');
  const dump =
    files.find(({ path }) => path === `${FOLDER}/${CART}/config_dump.json`)?.content.toString() ?? '';
  const padded = `${dump.trimEnd().slice(0, -1)},"padding":"${noise(DUMP_BYTES - dump.length)}"}`;
  const pods = 'clusters/demo/kubernetes/core/v1/pods.json';
  const entries = files.map((file): FakeEntry => (file.path === pods ? withPods(file, count) : file));
  const extra = Array.from({ length: count }, (_, index) => ({
    path: `${FOLDER}/${loadPod(index)}/config_dump.json`,
    content: padded,
  }));
  const index = fixtureFiles('meshes/shop').find(({ path }) => path === 'snapshot.json');
  const manifest = {
    ...JSON.parse(String(index?.content)),
    contents: listed(entries, extra[0]?.content ?? '', extra),
  };
  const content = await members(
    padded,
    extra.map(({ path }) => path),
  );
  return Buffer.concat([
    gzipSync(
      withoutEnd(await tarOf([{ path: 'snapshot.json', content: JSON.stringify(manifest) }, ...entries])),
      { level: 1 },
    ),
    ...content,
    gzipSync(Buffer.alloc(1024)),
  ]);
}

/** Text that packs about as well as a dump, the same each time. */
function noise(length: number): string {
  let text = '';
  for (let block = 0; text.length < length; block += 1)
    text += createHash('sha512').update(String(block)).digest('base64').repeat(12);
  return text.slice(0, length);
}

function withPods({ path, content }: { path: string; content: Buffer }, count: number): FakeEntry {
  const list = JSON.parse(content.toString());
  const cart = list.items.find((item: { metadata: { name: string } }) => item.metadata.name === CART);
  const more = Array.from({ length: count }, (_, index) => ({
    ...cart,
    metadata: { ...cart.metadata, name: loadPod(index) },
  }));
  return { path, content: JSON.stringify({ ...list, items: [...list.items, ...more] }) };
}

function listed(entries: readonly FakeEntry[], dump: string, extra: readonly FakeEntry[]): unknown[] {
  const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
  const line = (path: string, content: string | Uint8Array, hash: string): unknown => {
    return { path, status: 'ok', bytes: Buffer.byteLength(content), sha256: hash };
  };
  const hash = sha256(dump);
  return [
    ...entries.map(({ path, content = '' }) => line(path, content, sha256(content))),
    ...extra.map(({ path }) => line(path, dump, hash)),
  ];
}

/** One packed header a path, each followed by the same packed content. */
async function members(text: string, paths: readonly string[]): Promise<Buffer[]> {
  const size = Buffer.byteLength(text);
  const content = gzipSync(Buffer.concat([Buffer.from(text), Buffer.alloc((512 - (size % 512)) % 512)]), {
    level: 1,
  });
  const found: Buffer[] = [];
  for (const path of paths) {
    const tar = await tarOf([{ path, content: text }]);
    found.push(gzipSync(tar.subarray(0, 512)), content);
  }
  return found;
}

function withoutEnd(tar: Buffer): Buffer {
  return tar.subarray(0, tar.byteLength - 1024);
}
