import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openPseudonyms, type Pseudonyms } from '../../../../src/commands/bug-report/pseudonyms.ts';
import { parseRedactionKey } from '../../../../src/security/pseudonyms/key-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'pseudonyms-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SETTINGS = { fields: [], patterns: [], words: [], nameFields: [] };

async function open(archive: string, redactKey?: string): Promise<Pseudonyms> {
  const context = { io: { cwd: folder }, terminal: { note: async () => {} } };
  const opened = await openPseudonyms(
    { redact: ['names'], redactKey },
    join(folder, archive),
    SETTINGS,
    context as unknown as Parameters<typeof openPseudonyms>[3],
  );
  if (opened === undefined) throw new Error('no pseudonyms');
  return opened;
}

/** The names that a key file turns back. */
const namesIn = (path: string): readonly string[] =>
  parseRedactionKey(readFileSync(path), path).names.map(([name]) => name);

describe('keys of two runs at the same time', () => {
  it('are two files where both are new: neither archive is left without its key', async () => {
    const [one, other] = [await open('a.tar.gz'), await open('a.tar.gz')];
    one.pseudonymizer.names.whole('checkout');
    other.pseudonymizer.names.whole('ledger');
    await one.save();
    await other.save();
    expect(one.keyFile).not.toBe(other.keyFile);
    expect(namesIn(one.keyFile)).toEqual(['checkout']);
    expect(namesIn(other.keyFile)).toEqual(['ledger']);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('are one file that holds the names of both where they use the same key', async () => {
    await (await open('x.tar.gz', 'key.json')).save();
    const [one, other] = [await open('b.tar.gz', 'key.json'), await open('c.tar.gz', 'key.json')];
    one.pseudonymizer.names.whole('checkout');
    other.pseudonymizer.names.whole('ledger');
    await one.save();
    await other.save();
    expect(namesIn(join(folder, 'key.json'))).toEqual(['checkout', 'ledger']);
  });
});
