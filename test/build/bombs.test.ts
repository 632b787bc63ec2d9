import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { rawEntry } from '../helpers/raw-tar.ts';
import { ROOT } from '../helpers/run.ts';

const BIN = join(ROOT, 'bin/meshscope.js');
const MiB = 1024 * 1024;
/** What a run may use at its most: an idle one uses about 50 MiB, and newer engines let garbage lie longer. */
const MOST_RSS = 320;

const folder = mkdtempSync(join(tmpdir(), 'meshscope-bombs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Tells the most memory that a process used, on a line of stderr of its own. */
const TELL = join(folder, 'tell.cjs');
writeFileSync(
  TELL,
  `process.on('exit', () => require('node:fs').writeSync(2, '\\npeak ' + process.resourceUsage().maxRSS + '\\n'));`,
);

const ZEROS = gzipSync(Buffer.alloc(64 * MiB), { level: 9 });
const END = gzipSync(Buffer.alloc(1024));

/** A header that claims `mebibytes` (a multiple of 64), and as many zeros. */
function zeros(name: string, mebibytes: number): Buffer {
  const size = `${(mebibytes * MiB).toString(8).padStart(11, '0')}\0`;
  return Buffer.concat([gzipSync(rawEntry({ name, size })), ...Array<Buffer>(mebibytes / 64).fill(ZEROS)]);
}

function million(): Buffer {
  const headers: Buffer[] = [];
  for (let index = 0; index < 20_000; index += 1) headers.push(rawEntry({ name: `many/#####/${index}` }));
  const block = Buffer.concat(headers);
  const packed: Buffer[] = [];
  for (let round = 0; round < 50; round += 1) {
    // Another name needs another checksum: the digits of the round always have the same sum.
    const [tens, ones] = [Math.floor(round / 10), round % 10];
    const digits = Buffer.from([48 + tens, 57 - tens, 48 + ones, 57 - ones, 48]);
    const text = Buffer.from(block);
    for (let at = 5; at < text.byteLength; at += 512) {
      const sum = digits.reduce((total, byte) => total + byte, 0) - 5 * 35;
      digits.copy(text, at);
      const checked = Number.parseInt(text.toString('latin1', at + 143, at + 149), 8) + sum;
      text.write(checked.toString(8).padStart(6, '0'), at + 143);
    }
    packed.push(gzipSync(text, { level: 1 }));
  }
  return Buffer.concat([...packed, END]);
}

const BOMBS: Readonly<Record<string, readonly [() => Buffer, RegExp]>> = {
  'one file of a gigabyte of zeros': [
    () => Buffer.concat([zeros('clusters/a/proxies/b/c/config_dump.json', 1024), END]),
    /is refused: .* unpack to more than .*, no snapshot is that repetitive/,
  ],
  'an index of a gigabyte of zeros': [
    () => Buffer.concat([zeros('snapshot.json', 1024), END]),
    /no snapshot is that repetitive|is too large for an index/,
  ],
  'a large index beside what does not pack': [
    () => {
      const noise = rawEntry({ name: 'noise' }, randomBytes(4 * MiB));
      return Buffer.concat([gzipSync(noise), zeros('snapshot.json', 448), zeros('clusters/a', 448), END]);
    },
    /snapshot\.json: it has 448 MiB, the limit is 64 MiB|is too large for an index|too large to be looked through/,
  ],
  'a million empty files': [million, /is refused: it holds more than 250000 entries/],
};

const WAYS = [
  ['proxy-status', '--from', 'bomb.tar.gz'],
  ['proxy-config', 'cluster', 'c.b', '--from', 'bomb.tar.gz'],
  ['bug-report', 'verify', 'bomb.tar.gz'],
  ['bug-report', 'scan', 'bomb.tar.gz'],
  ['bug-report', '--from', 'bomb.tar.gz', '--output-file', 'out.tar.gz'],
];

describe.each(Object.entries(BOMBS))('%s', (_name, [make, message]) => {
  test(`is refused in less than ${MOST_RSS} MiB, however it is read`, { timeout: 180_000 }, () => {
    writeFileSync(join(folder, 'bomb.tar.gz'), make());
    const before = readdirSync(folder);
    // Counting to the limit takes its time.
    for (const way of make === million ? WAYS.filter((_, index) => index % 2 === 0).slice(0, 2) : WAYS) {
      const { status, stderr } = spawnSync(process.execPath, ['--require', TELL, BIN, ...way], {
        cwd: folder,
        encoding: 'utf8',
      });
      const refused = way[1] === 'scan' && /too large to be looked through/.test(stderr) ? 79 : 65;
      expect({ way, status }).toEqual({ way, status: refused });
      expect(stderr).toMatch(message);
      const peak = Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024;
      expect(peak, way.join(' ')).toBeLessThan(MOST_RSS);
      expect(readdirSync(folder)).toEqual(before);
    }
  });
});
