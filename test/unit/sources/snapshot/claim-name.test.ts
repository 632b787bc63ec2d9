import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { claimName } from '../../../../src/sources/snapshot/claim-name.ts';

vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof files>()),
  link: async () => {
    throw Object.assign(new Error('no links here'), { code: 'EPERM' });
  },
}));

const folder = mkdtempSync(join(tmpdir(), 'claim-name-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

describe('on a file system where a file has one name only', () => {
  it('another file of the name that is wanted stays as it is', async () => {
    writeFileSync(at('report.tar.gz'), 'of somebody else');
    writeFileSync(at('new.partial'), 'new');
    expect(await claimName(at('new.partial'), at('report.tar.gz'))).toBe(at('report-2.tar.gz'));
    expect(readdirSync(folder).sort()).toEqual(['report-2.tar.gz', 'report.tar.gz']);
    expect(readFileSync(at('report.tar.gz'), 'utf8')).toBe('of somebody else');
    expect(readFileSync(at('report-2.tar.gz'), 'utf8')).toBe('new');
  });

  it('nothing is left of a name when the file is gone', async () => {
    await expect(claimName(at('gone.partial'), at('other.tar.gz'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readdirSync(folder)).not.toContain('other.tar.gz');
  });
});
