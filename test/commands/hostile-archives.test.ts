import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FakeEntry, tarGzOf, tarOf } from '../helpers/archive.ts';
import { paxRecord, rawEntry, rawTarGz } from '../helpers/raw-tar.ts';
import { type RunResult, run } from '../helpers/run.ts';

/** `outside/work` is where commands run: nothing may appear in either folder. */
const outside = mkdtempSync(join(tmpdir(), 'meshscope-hostile-'));
const work = join(outside, 'work');
const NAME = 'evil.tar.gz';
beforeAll(() => mkdirSync(work));
beforeEach(() => rmSync(join(work, 'out.tar.gz'), { force: true }));
afterAll(() => rmSync(outside, { recursive: true, force: true }));

/** All ways in which an archive of somebody else is read. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
  'proxy-status --from': ['proxy-status', '--from', NAME],
  'proxy-config --from': ['proxy-config', 'cluster', 'ledger-0.payments', '--from', NAME],
  'analyze --from': ['analyze', '--from', NAME],
  'bug-report verify': ['bug-report', 'verify', NAME],
  'bug-report scan': ['bug-report', 'scan', NAME],
  'bug-report --from': ['bug-report', '--from', NAME, '--output-file', 'out.tar.gz'],
  'bug-report --resume': ['bug-report', '--from', 'demo', '--resume', NAME, '--output-file', 'out.tar.gz'],
};

const POD = 'clusters/east/proxies/payments/ledger-0';
const DUMP = `${POD}/config_dump.json`;

/** A small honest recording, with `changed` contents and entries that are added. */
function recording(
  extra: readonly FakeEntry[] = [],
  changed: Readonly<Record<string, string | Uint8Array>> = {},
): FakeEntry[] {
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    [DUMP, '{"configs":[]}'],
    ['clusters/east/kubernetes/core/v1/pods.json', '{"kind":"PodList","apiVersion":"v1","items":[]}'],
    ['clusters/east/istiod/istio-system/istiod-1/debug/syncz.json', '[]'],
  ];
  const whole = files.map(([path, content]) => ({ path, content: changed[path] ?? content }));
  return [{ path: 'snapshot.json', content: changed['snapshot.json'] ?? indexOf(whole) }, ...whole, ...extra];
}

function indexOf(
  files: readonly { path: string; content: string | Uint8Array }[],
  more: unknown[] = [],
): string {
  const contents = files.map(({ path, content }) => ({
    path,
    status: 'ok',
    bytes: Buffer.byteLength(content),
    sha256: createHash('sha256').update(content).digest('hex'),
  }));
  const head = { apiVersion: 'meshscope.io/v1', kind: 'MeshSnapshot', createdAt: '2026-01-02T03:04:05Z' };
  return JSON.stringify({ ...head, contents: [...contents, ...more] });
}

/** A tar of the honest recording without its end, to which raw entries are put. */
async function honest(): Promise<Buffer> {
  return (await tarOf(recording())).subarray(0, -1024);
}
const withRaw = async (...entries: readonly Buffer[]): Promise<Buffer> =>
  rawTarGz(await honest(), ...entries);
const withEntry = (entry: FakeEntry): Promise<Buffer> => tarGzOf(recording([entry]));
const withPath = (path: string): Promise<Buffer> => withEntry({ path, content: 'x' });

/** Archives that must be refused, and what the message says of them. */
const REFUSED: Readonly<Record<string, readonly [() => Promise<Buffer> | Buffer, RegExp]>> = {
  'a path above its folder': [() => withPath('../evil.txt'), /entry \.\.\/evil\.txt: its path holds '\.\.'/],
  'a path that goes down and up': [() => withPath('clusters/../../evil.txt'), /its path holds '\.\.'/],
  'an absolute path': [
    () => withPath('/etc/cron.d/evil'),
    /entry \/etc\/cron\.d\/evil: its path is absolute/,
  ],
  'a drive letter': [() => withPath('C:\\evil.txt'), /its path is absolute/],
  backslashes: [() => withPath('clusters\\..\\evil.txt'), /its path holds a backslash/],
  'an encoded parent folder': [() => withPath('clusters/%2e%2e/%2E%2E/evil.json'), /encoded '\.\.'/],
  'a half encoded parent folder': [() => withPath('clusters/.%2e/evil.json'), /encoded '\.\.'/],
  'an encoded NUL': [() => withPath('clusters/east%00/evil.json'), /encoded control characters/],
  'a NUL in a PAX name': [
    () =>
      withRaw(
        rawEntry({ name: 'pax', type: 'x' }, paxRecord('path', 'clusters/a\0b')),
        rawEntry({ name: 'a' }),
      ),
    /control characters/,
  ],
  'an escape sequence in a name': [() => withPath('clusters/\u001b]0;owned\u0007'), /control characters/],
  'a name without an end': [() => withPath('x'.repeat(5000)), /its name has 5000 characters/],
  'folders without an end': [() => withPath(`${'x/'.repeat(200)}y`), /it is 201 folders deep/],
  'a PAX name that leads outside': [
    () =>
      withRaw(
        rawEntry({ name: 'p', type: 'x' }, paxRecord('path', '../evil')),
        rawEntry({ name: 'good' }, 'x'),
      ),
    /entry \.\.\/evil: its path holds '\.\.'/,
  ],
  'a GNU long name that leads outside': [
    () => withRaw(rawEntry({ name: 'l', type: 'L' }, '../evil\0'), rawEntry({ name: 'good' }, 'x')),
    /entry \.\.\/evil: its path holds '\.\.'/,
  ],
  'a symbolic link': [
    () => withEntry({ path: 'clusters/link', header: { type: 'symlink', linkname: '/etc/passwd' } }),
    /entry clusters\/link: it is a symbolic link/,
  ],
  'a hard link': [
    () => withEntry({ path: 'clusters/link', header: { type: 'link', linkname: 'snapshot.json' } }),
    /entry clusters\/link: it is a hard link/,
  ],
  'a character device': [
    () => withEntry({ path: 'clusters/dev', header: { type: 'character-device', devmajor: 1, devminor: 9 } }),
    /entry clusters\/dev: it is a device/,
  ],
  'a block device': [
    () => withEntry({ path: 'clusters/dev', header: { type: 'block-device', devmajor: 8, devminor: 0 } }),
    /entry clusters\/dev: it is a device/,
  ],
  'a named pipe': [
    () => withEntry({ path: 'clusters/pipe', header: { type: 'fifo' } }),
    /entry clusters\/pipe: it is a named pipe/,
  ],
  'a sparse file': [
    () => withRaw(rawEntry({ name: 'clusters/sparse', type: 'S', size: '77777777777\0' })),
    /entry clusters\/sparse: it is a special entry/,
  ],
  'the same name twice': [
    () => withEntry({ path: `./${DUMP}`, content: '{}' }),
    /ledger-0.*: it is there twice/,
  ],
  'the same place in two ways': [
    () => withEntry({ path: DUMP.replace('ledger', '%6cedger'), content: '{}' }),
    /%6cedger.*: it is there twice/,
  ],
  'a size below zero': [
    () => withRaw(rawEntry({ name: 'clusters/below', size: Buffer.alloc(12, 0xff) }, 'x')),
    /is (?:damaged|cut off)/,
  ],
  'a size of many terabytes': [
    () =>
      withRaw(rawEntry({ name: 'clusters/huge', size: Buffer.from('800000007fffffffffffffff', 'hex') }, 'x')),
    /is cut off in or after clusters\/huge/,
  ],
  'a size that is no number': [
    () => withRaw(rawEntry({ name: 'clusters/none', size: 'zzzzzzzzzzz\0' }, 'x')),
    /is (?:damaged|cut off)/,
  ],
  'a PAX size without an end': [
    () =>
      withRaw(
        rawEntry({ name: 'p', type: 'x' }, paxRecord('size', '9'.repeat(400))),
        rawEntry({ name: 'clusters/pax' }, 'x'),
      ),
    /is (?:damaged|cut off)/,
  ],
  'a PAX header of many megabytes': [
    () => withRaw(rawEntry({ name: 'p', type: 'x' }, paxRecord('path', 'x'.repeat(5_000_000)))),
    /is damaged/,
  ],
  'a wrong checksum of a header': [
    () => withRaw(rawEntry({ name: 'clusters/off', off: 1 }, 'x')),
    /is damaged/,
  ],
  'a wrong checksum of gzip': [
    async () => {
      const bytes = await tarGzOf(recording());
      bytes.writeUInt32LE((bytes.readUInt32LE(bytes.byteLength - 8) ^ 1) >>> 0, bytes.byteLength - 8);
      return bytes;
    },
    /is damaged .*\(incorrect data check\)/,
  ],
  'a wrong length of gzip': [
    async () => {
      const bytes = await tarGzOf(recording());
      bytes.writeUInt32LE(7, bytes.byteLength - 4);
      return bytes;
    },
    /is damaged .*\(incorrect length check\)/,
  ],
  'an archive packed twice': [async () => gzipSync(await tarGzOf(recording())), /is compressed twice/],
  'nothing at all': [() => Buffer.alloc(0), /is empty/],
  'zeros alone': [() => gzipSync(Buffer.alloc(10_000)), /holds no tar archive/],
  'no archive': [() => Buffer.from('hello'), /is neither gzip nor tar|is no snapshot/],
  'an index of another kind': [
    () => tarGzOf(recording([], { 'snapshot.json': '{"kind":"Pod"}' })),
    /snapshot\.json is no snapshot index: kind is "Pod"/,
  ],
  'an index that is no JSON': [
    () => tarGzOf(recording([], { 'snapshot.json': '{"kind":' })),
    /snapshot\.json:1:9: not valid JSON/,
  ],
  'an index without a time': [
    () => tarGzOf(recording([], { 'snapshot.json': indexOf([]).replace('2026-01-02', '2026-99-99') })),
    /createdAt is "2026-99-99T03:04:05Z"/,
  ],
  'an index nested without an end': [
    () => tarGzOf(recording([], { 'snapshot.json': '['.repeat(200_000) + ']'.repeat(200_000) })),
    /snapshot\.json is no snapshot index/,
  ],
};

/** Reads the archive in one way; states what holds for every hostile one. */
async function readBy(way: string, archive: Buffer): Promise<RunResult> {
  writeFileSync(join(work, NAME), archive);
  const before = listing();
  const result = await run(WAYS[way] ?? [], { cwd: work });
  expect(result.stderr).not.toMatch(/\n\s+at .*:\d+/);
  expect(result.exitCode).not.toBe(70);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be printed
  expect(result.stdout + result.stderr).not.toMatch(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]|\u001b\]/);
  expect(listing()).toEqual(before);
  return result;
}

/** All files in both folders, but for the archive that a command was told to write. */
function listing(): string[] {
  const names = readdirSync(outside, { recursive: true }).map(String);
  return names.filter((name) => name !== 'work/out.tar.gz').sort();
}

/** What a scan says of an index is not its business: it looks at every file alike. */
const NOT_SCANNED = /^an index/;

describe.each(Object.keys(WAYS))('%s refuses an archive with', (way) => {
  const forms = Object.entries(REFUSED).filter(
    ([name]) => way !== 'bug-report scan' || !NOT_SCANNED.test(name),
  );
  test.each(forms)('%s', async (_name, [make, message]) => {
    const { exitCode, stderr, stdout } = await readBy(way, await make());
    expect(stderr).toMatch(message);
    expect(stderr).toContain(NAME);
    expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: '' });
    expect(readdirSync(work)).toEqual([NAME]);
  });
});

describe.each(Object.keys(WAYS))('%s refuses an archive that is', (way) => {
  test('cut off anywhere', async () => {
    const whole = await tarGzOf(recording());
    for (let part = 1; part < 20; part += 1) {
      const { exitCode, stderr } = await readBy(
        way,
        whole.subarray(0, Math.floor((whole.byteLength * part) / 20)),
      );
      expect({ part, exitCode }).toEqual({ part, exitCode: 65 });
      expect(stderr).toMatch(/evil\.tar\.gz (?:is cut off|is no snapshot|holds no tar archive)/);
    }
  });

  test('damaged at any place of its packed bytes', async () => {
    const whole = await tarGzOf(recording());
    // From behind the ten bytes of the header of gzip, some of which mean nothing.
    for (let at = 10; at < whole.byteLength; at += 37) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      const { exitCode } = await readBy(way, bytes);
      expect({ at, exitCode }).toEqual({ at, exitCode: 65 });
    }
  });
});

const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);

/** Archives that are odd but can be read: what is sound in them answers. */
const ODD: Readonly<Record<string, () => Promise<Buffer> | Buffer>> = {
  'names that differ in case alone': () =>
    withEntry({ path: DUMP.replace('ledger', 'LEDGER'), content: '{}' }),
  'an archive as one of its files': async () =>
    withEntry({ path: 'clusters/east/x.tar.gz', content: await withPath('../x') }),
  'several gzip members': async () => {
    const tar = gunzipSync(await tarGzOf(recording()));
    return Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))]);
  },
  'an index that lists what is not there': () =>
    tarGzOf(
      recording([], {
        'snapshot.json': indexOf([], [{ path: `${POD}/certs.json`, status: 'ok', bytes: 1, sha256: 'a' }]),
      }),
    ),
  'an index of a hundred thousand lines': () => {
    const line = (_: unknown, index: number): unknown => ({
      path: `clusters/e/x/${index}`,
      status: 'failed',
      bytes: -1,
      sha256: '',
    });
    return tarGzOf(recording([], { 'snapshot.json': indexOf([], Array.from({ length: 100_000 }, line)) }));
  },
  'an index of paths that lead outside': () => {
    const lines = ['../../evil', '/etc/passwd', '..\\evil', 'a\0b', '__proto__/x'].map((path) => ({
      path,
      status: 'ok',
      bytes: 1,
      sha256: '',
    }));
    return tarGzOf(recording([], { 'snapshot.json': indexOf([], lines) }));
  },
  'JSON nested without an end': () => tarGzOf(recording([], { [DUMP]: `{"configs":${DEEP}}` })),
  'objects nested without an end': () =>
    tarGzOf(
      recording([], {
        'clusters/east/kubernetes/core/v1/pods.json': `{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a","namespace":"b"},"spec":${DEEP}}]}`,
      }),
    ),
  'numbers and texts without an end': () =>
    tarGzOf(recording([], { [DUMP]: `{"configs":[${'9'.repeat(400)}, 1e999, "${'A'.repeat(2_000_000)}"]}` })),
  'bytes that are no UTF-8': () =>
    tarGzOf(
      recording([], {
        [DUMP]: Buffer.concat([
          Buffer.from('{"configs":["'),
          Buffer.from([0xff, 0xfe, 0xc0]),
          Buffer.from('"]}'),
        ]),
      }),
    ),
};

describe.each(Object.keys(WAYS))('%s reads what is sound in an archive with', (way) => {
  test.each(Object.entries(ODD))('%s', async (_name, make) => {
    const { exitCode } = await readBy(way, await make());
    expect([0, 1, 65, 66, 79]).toContain(exitCode);
  });
});

test('a re-packed archive has no entry that leads outside, whatever its index claimed', async () => {
  await readBy(
    'bug-report --from',
    (await ODD['an index of paths that lead outside']?.()) ?? Buffer.alloc(0),
  );
  const names = namesIn(readFileSync(join(work, 'out.tar.gz')));
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => /(?:^|\/)\.\.?(?:\/|$)|^\/|\\|\0/.test(name))).toEqual([]);
});

function namesIn(archive: Buffer): string[] {
  const tar = gunzipSync(archive);
  const names: string[] = [];
  for (let at = 0; at + 512 <= tar.byteLength; ) {
    const field = (from: number, length: number): string =>
      tar
        .subarray(at + from, at + from + length)
        .toString('utf8')
        .replace(/\0.*$/s, '');
    if (field(0, 100) === '') break;
    names.push(`${field(345, 155)}/${field(0, 100)}`.replace(/^\//, ''));
    at += 512 + Math.ceil(Number.parseInt(field(124, 12), 8) / 512) * 512;
  }
  return names;
}

describe('a file that differs from its recorded checksum', () => {
  const changed = async (): Promise<Buffer> => {
    const index = recording()[0]?.content ?? '';
    return tarGzOf(recording([], { [DUMP]: '{"configs":[{}]}', 'snapshot.json': String(index) }));
  };

  test('is no answer: the command that asks for it ends with 65 and names it', async () => {
    const { exitCode, stderr } = await readBy('proxy-config --from', await changed());
    expect(exitCode).toBe(65);
    expect(stderr).toContain(`${DUMP} was changed after the snapshot was taken: its sha256 differs`);
  });

  test('does not keep a command from answering that needs it not', async () => {
    expect((await readBy('analyze --from', await changed())).exitCode).toBe(0);
  });

  test('is found by verify, which ends with 1', async () => {
    const { exitCode, stdout } = await readBy('bug-report verify', await changed());
    expect(exitCode).toBe(1);
    expect(stdout).toContain(DUMP);
  });

  test('is not taken into another archive as if it were sound', async () => {
    await readBy('bug-report --from', await changed());
    const names = namesIn(readFileSync(join(work, 'out.tar.gz')));
    expect(names).toContain('snapshot.json');
    expect(names).not.toContain(DUMP);
  });
});
