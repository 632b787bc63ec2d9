import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { tarGzOf } from '../helpers/archive.ts';
import { run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-scan-'));
afterAll(() => rmSync(folder, { recursive: true }));

const packed = gzipSync('Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789');
const files = [
  { path: 'case/node/journal.log.gz', content: packed },
  { path: 'case/notes.txt', content: 'nothing here' },
];

describe('bug-report scan', () => {
  it.each(['packed.tar.gz', 'unpacked'])(
    'does not call clean what it could not look into (%s)',
    async (name) => {
      writeFileSync(join(folder, 'packed.tar.gz'), await tarGzOf(files));
      for (const { path, content } of files) {
        mkdirSync(join(folder, 'unpacked', path, '..'), { recursive: true });
        writeFileSync(join(folder, 'unpacked', path), content);
      }
      const { exitCode, stdout } = await run(`bug-report scan ${name} -o json`, { cwd: folder });
      expect(JSON.parse(stdout)).toMatchObject({
        files: 2,
        secrets: 0,
        unread: [{ path: 'case/node/journal.log.gz', reason: 'it is compressed with gzip' }],
      });
      expect(exitCode).toBe(79);
    },
  );
});
