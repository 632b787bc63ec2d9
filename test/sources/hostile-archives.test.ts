import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openSource } from '../../src/sources/open-source.ts';
import { DEFAULT_LIMITS, type SnapshotLimits } from '../../src/sources/snapshot/limits.ts';
import type { MeshSource } from '../../src/sources/source.ts';
import { MeshscopeError } from '../../src/util/errors.ts';
import { type FakeEntry, streamOf, tarGzOf, tarOf } from '../helpers/archive.ts';

const scratch = mkdtempSync(join(tmpdir(), 'meshscope-hostile-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const POD = { name: 'ledger-0', namespace: 'payments' };
const DUMP = 'clusters/east/proxies/payments/ledger-0/config_dump.json';
const CLUSTERS = 'clusters/east/proxies/payments/ledger-0/clusters.json';

/** A small honest snapshot, to which one bad entry is added. */
function snapshot(extra: readonly FakeEntry[] = []): FakeEntry[] {
  const files = [
    { path: DUMP, content: '{"configs":[]}' },
    { path: CLUSTERS, content: '{"cluster_statuses":[]}' },
    {
      path: 'clusters/east/kubernetes/core/v1/pods.json',
      content: '{"kind":"PodList","apiVersion":"v1","items":[]}',
    },
  ];
  const contents = files.map(({ path, content }) => ({
    path,
    status: 'ok',
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  }));
  const index = {
    apiVersion: 'meshscope.io/v1',
    kind: 'MeshSnapshot',
    createdAt: '2026-01-02T03:04:05Z',
    contents,
  };
  return [{ path: 'snapshot.json', content: JSON.stringify(index) }, ...files, ...extra];
}

function open(bytes: Uint8Array, limits: Partial<SnapshotLimits> = {}): Promise<MeshSource> {
  return openSource({
    from: '-',
    cwd: scratch,
    stdin: streamOf(bytes, 1000),
    clock: () => new Date(),
    limits: { ...DEFAULT_LIMITS, ...limits },
  });
}

/** Expects exit 65 and a message that names what is wrong. */
async function expectRefused(
  bytes: Uint8Array,
  reason: RegExp,
  limits: Partial<SnapshotLimits> = {},
): Promise<void> {
  const error: unknown = await open(bytes, limits).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(MeshscopeError);
  expect(error).toMatchObject({ exitCode: 65 });
  expect((error as MeshscopeError).message).toMatch(reason);
}

describe('an archive is refused', () => {
  const outside = [
    '../evil.txt',
    'clusters/../../evil.txt',
    '/etc/cron.d/evil',
    'C:/evil.txt',
    'a\\..\\evil.txt',
    'a\u001b[2J.txt',
  ];
  for (const path of outside) {
    test(`with the path ${JSON.stringify(path)}`, async () => {
      await expectRefused(await tarGzOf(snapshot([{ path, content: 'x' }])), /entry .*: its (?:path|name)/);
    });
  }

  const types = [
    ['symlink', { type: 'symlink', linkname: '/etc/passwd' }, /symbolic link/],
    ['hard link', { type: 'link', linkname: 'snapshot.json' }, /hard link/],
    ['character device', { type: 'character-device', devmajor: 1, devminor: 9 }, /device/],
    ['block device', { type: 'block-device', devmajor: 8, devminor: 0 }, /device/],
    ['named pipe', { type: 'fifo' }, /named pipe/],
  ] as const;
  for (const [name, header, reason] of types) {
    test(`with a ${name}`, async () => {
      await expectRefused(await tarGzOf(snapshot([{ path: 'clusters/east/evil.json', header }])), reason);
    });
  }

  test('with the same name twice, however it is written', async () => {
    await expectRefused(await tarGzOf(snapshot([{ path: `./${DUMP}`, content: '{}' }])), /there twice/);
  });

  test('with a name that goes on for ever, or down for ever', async () => {
    await expectRefused(await tarGzOf(snapshot([{ path: 'x/'.repeat(100) }])), /100 folders deep/);
    await expectRefused(await tarGzOf(snapshot([{ path: 'x'.repeat(5000) }])), /5000 characters/);
  });

  test('with more entries than allowed', async () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ path: `many/${index}` }));
    await expectRefused(await tarGzOf(snapshot(many)), /more than 20 entries/, { entries: 20 });
  });

  test('that unpacks to far more than it is', async () => {
    const zeros = await tarGzOf(snapshot([{ path: 'zeros', content: Buffer.alloc(20_000_000) }]));
    await expectRefused(zeros, /no snapshot is that repetitive/, { ratioFrom: 1_000_000, ratio: 100 });
    await expectRefused(zeros, /unpacks to more than 4\.8 MiB/, { totalBytes: 5_000_000 });
  });

  test('that needs more memory than allowed', async () => {
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251));
    const limits = { keptBytes: 100_000, plainBytes: 1 };
    const entries = snapshot([{ path: 'noise', content: Buffer.concat([noise, Buffer.from(POD.name)]) }]);
    await expect(open(await tarGzOf(entries), { ...limits, keptBytes: 50 })).rejects.toMatchObject({
      exitCode: 65,
    });
  });

  test('that is packed twice', async () => {
    await expectRefused(gzipSync(await tarGzOf(snapshot())), /compressed twice/);
  });

  test('that is cut off anywhere', async () => {
    const packed = await tarGzOf(snapshot());
    for (let length = 1; length < packed.byteLength; length += 7) {
      await expectRefused(packed.subarray(0, length), /cut off|no snapshot|no tar archive/);
    }
  });

  test('that is empty, or another format, or no archive at all', async () => {
    await expectRefused(Buffer.alloc(0), /is empty/);
    await expectRefused(await tarGzOf([]), /empty archive/);
    await expectRefused(Buffer.from('PK\u0003\u0004zip'), /zip archive/);
    await expectRefused(Buffer.from('{"configs":[]}'), /looks like JSON/);
    await expectRefused(Buffer.from('hello'), /neither gzip nor tar/);
    await expectRefused(gzipSync('hello'), /no tar archive/);
    await expectRefused(await tarGzOf([{ path: 'notes.txt', content: 'hello' }]), /is no snapshot/);
  });

  const forms: readonly (readonly [name: string, bytes: Uint8Array, message: RegExp, hint: RegExp])[] = [
    [
      'a zip archive',
      Buffer.from('PK\u0003\u0004zip'),
      /it is a zip archive/,
      /^unpack it first; give a folder/,
    ],
    [
      'a .tar.zst',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0]),
      /it is compressed with zstd/,
      /zstd -d/,
    ],
    [
      'a page that was saved in its place',
      Buffer.from('<!DOCTYPE html>\n<html><title>Sign in</title></html>'),
      /it is HTML/,
      /login page/,
    ],
    [
      'gzip in base64',
      Buffer.from(gzipSync('x'.repeat(999)).toString('base64')),
      /gzip in base64/,
      /base64 -d/,
    ],
    [
      'a pointer of Git LFS',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'),
      /pointer of Git LFS/,
      /git lfs pull/,
    ],
    ['an error message', Buffer.from('Error: no such attachment\n'), /error message: Error: no such/, /./],
  ];
  test.each(forms)('that is %s, with the next step', async (_name, bytes, message, hint) => {
    await expect(open(bytes)).rejects.toMatchObject({
      exitCode: 65,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('that goes on after its end, with the next step', async () => {
    const bytes = Buffer.concat([await tarGzOf(snapshot()), Buffer.from('\r\n--boundary--\r\n')]);
    await expect(open(bytes)).rejects.toMatchObject({
      exitCode: 65,
      message: 'stdin goes on after its end with bytes that are no gzip',
      hint: expect.stringContaining('gzip -dc'),
    });
  });

  test('with two snapshots in it', async () => {
    const two = ['a', 'b'].flatMap((name) =>
      snapshot().map((entry) => ({ ...entry, path: `${name}/${entry.path}` })),
    );
    await expectRefused(await tarGzOf(two), /holds 2 snapshots: a\/, b\//);
  });
});

describe('an archive is read', () => {
  test('with an entry that is too large, which alone answers TooLarge', async () => {
    const log = 'clusters/east/proxies/payments/ledger-0/logs/istio-proxy.log';
    const entries = snapshot([{ path: log, content: 'x'.repeat(5000) }]);
    const source = await open(await tarGzOf(entries), { entryBytes: 4000 });
    expect(await source.logs({ pod: POD, container: 'istio-proxy' })).toMatchObject({
      ok: false,
      error: { code: 'TooLarge', reason: 'it has 5000 bytes, the limit is 4000 bytes' },
    });
    expect((await source.envoy(POD, 'config_dump')).ok).toBe(true);
  });

  test('when its files are kept compressed', async () => {
    const source = await open(await tarGzOf(snapshot()), { plainBytes: 0 });
    const answer = await source.envoy(POD, 'config_dump');
    expect(answer).toMatchObject({ ok: true, value: Buffer.from('{"configs":[]}') });
  });

  test('with the companions that macOS adds', async () => {
    const entries = snapshot([
      { path: '._snapshot.json', content: 'x' },
      { path: '__MACOSX/._clusters', content: 'x' },
    ]);
    const source = await open(await tarGzOf(entries));
    expect((await source.proxies()).ok).toBe(true);
  });

  test('some folders down in the archive of a case, not as mere objects', async () => {
    const entries = snapshot().map((entry) => ({ ...entry, path: `case-7/attachments/mesh/${entry.path}` }));
    const source = await open(await tarGzOf([{ path: 'case-7/notes.yaml', content: 'a: b' }, ...entries]));
    expect(await source.clusters()).toEqual(['east']);
    expect((await source.envoy(POD, 'config_dump')).ok).toBe(true);
    expect(source.now).toEqual(new Date('2026-01-02T03:04:05Z'));
  });

  test('without an archive inside it being unpacked', async () => {
    const inner = await tarGzOf(snapshot());
    const source = await open(
      await tarGzOf(snapshot([{ path: 'clusters/east/inner.tar.gz', content: inner }])),
    );
    expect(await source.clusters()).toEqual(['east']);
  });
});

test('a file that differs from its recorded sha256 is Corrupt, the others answer', async () => {
  const entries = snapshot().map((entry) =>
    entry.path === DUMP ? { ...entry, content: '{"configs":{}}' } : entry,
  );
  const source = await open(await tarGzOf(entries));
  expect(await source.envoy(POD, 'config_dump')).toMatchObject({
    ok: false,
    error: { code: 'Corrupt', reason: expect.stringContaining('sha256 differs') },
  });
  expect((await source.envoy(POD, 'clusters')).ok).toBe(true);
});

test('a listed file that is not there is Corrupt', async () => {
  const source = await open(await tarGzOf(snapshot().filter((entry) => entry.path !== CLUSTERS)));
  expect(await source.envoy(POD, 'clusters')).toMatchObject({ ok: false, error: { code: 'Corrupt' } });
});

test('damage ends in an error or in the recorded bytes, and writes nothing', {
  timeout: 60_000,
}, async () => {
  const plain = await tarOf(snapshot());
  const packed = gzipSync(plain);
  const damage = fc.record({
    zipped: fc.boolean(),
    at: fc.double({ min: 0, max: 0.9999, noNaN: true }),
    bit: fc.nat(7),
    cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ zipped, at, bit, cut }) => {
      const bytes = Buffer.from(zipped ? packed : plain);
      const offset = Math.floor(at * bytes.byteLength);
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
      await expectHonest(cut === null ? bytes : bytes.subarray(0, Math.floor(cut * bytes.byteLength)));
    }),
    { numRuns: 400, seed: 20260102 },
  );
  expect(readdirSync(scratch)).toEqual([]);
});

/** Opens damaged bytes: a clear refusal, or answers that are what was recorded. */
async function expectHonest(bytes: Uint8Array): Promise<void> {
  let source: MeshSource;
  try {
    source = await open(bytes);
  } catch (cause) {
    expect(cause).toBeInstanceOf(MeshscopeError);
    expect(cause).toMatchObject({ exitCode: 65 });
    return;
  }
  const dump = await source.envoy(POD, 'config_dump');
  if (dump.ok) {
    const text = Buffer.from(dump.value).toString();
    // A damaged index may have lost its word on the file; then nothing vouches for it, but it is undamaged itself.
    expect(text).toBe('{"configs":[]}');
  }
  await source.resources({ group: '', plural: 'pods' });
  await source.close();
}

test('stdin that fails while it is read ends in an error that names it', async () => {
  const stdin = Readable.from(
    (async function* () {
      yield gzipSync(await tarOf(snapshot())).subarray(0, 600);
      throw new Error('the pipe broke');
    })(),
  );
  const opened = openSource({ from: '-', cwd: scratch, stdin, clock: () => new Date() });
  await expect(opened).rejects.toMatchObject({ exitCode: 65, message: expect.stringContaining('stdin') });
});

test('a disk that fails is not called a damaged archive', async () => {
  const stdin = Readable.from(
    (async function* () {
      yield gzipSync(await tarOf(snapshot())).subarray(0, 600);
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
    })(),
  );
  const opened = openSource({ from: '-', cwd: scratch, stdin, clock: () => new Date() });
  await expect(opened).rejects.toMatchObject({ exitCode: 65, message: "can't read stdin (EIO)" });
});

test('reading ends at once when it is aborted', async () => {
  const abort = new AbortController();
  const stdin = new Readable({ read() {} });
  stdin.push(gzipSync(await tarOf(snapshot())).subarray(0, 600));
  const opened = openSource({
    from: '-',
    cwd: scratch,
    stdin,
    clock: () => new Date(),
    signal: abort.signal,
  });
  setTimeout(() => abort.abort(), 20);
  await expect(opened).rejects.toMatchObject({ name: 'AbortError' });
  expect(stdin.destroyed).toBe(true);
});
