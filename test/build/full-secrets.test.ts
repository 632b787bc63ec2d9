import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../helpers/run.ts';
import { hasTerminals, inTerminal } from '../helpers/terminal.ts';
import { extract } from '../helpers/unpack.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-terminal-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

function bugReport(file: string): readonly string[] {
  const mesh = join(ROOT, 'fixtures/meshes/shop');
  const bin = join(ROOT, 'bin/meshscope.js');
  return [
    process.execPath,
    bin,
    'bug-report',
    '--full-secrets',
    '--from',
    mesh,
    '--skip-analyze',
    '--output-file',
    file,
  ];
}

// Python makes the terminal: where there is none, this says so instead of passing.
describe.skipIf(!hasTerminals())('--full-secrets at a real terminal (needs python3)', () => {
  it.each(['yes', '', 'with secret', 'WITH SECRETS'])(
    'writes nothing for the wrong words: %j',
    { timeout: 120_000 },
    async (words) => {
      const { shown, exitCode } = await inTerminal(words, bugReport(at('never.tar.gz')));
      expect(shown).toContain('Type "with secrets" to go on');
      expect(shown).toContain('was not confirmed');
      expect(exitCode).toBe(64);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('writes an archive that says that secrets are in it for the right ones', {
    timeout: 120_000,
  }, async () => {
    const { shown, exitCode } = await inTerminal('with secrets', bugReport(at('full.tar.gz')));
    expect([exitCode, shown]).toEqual([0, expect.stringContaining('secrets are in it (--full-secrets)')]);
    expect(existsSync(at('full.tar.gz'))).toBe(true);
    extract(readFileSync(at('full.tar.gz')), at('full'));
    const index = JSON.parse(readFileSync(at('full/snapshot.json'), 'utf8'));
    expect(index.redaction).toEqual({ mode: 'none' });
    const secrets = readFileSync(at('full/clusters/demo/kubernetes/core/v1/secrets.json'), 'utf8');
    const before = readFileSync(
      join(ROOT, 'fixtures/meshes/shop/clusters/demo/kubernetes/core/v1/secrets.json'),
      'utf8',
    );
    expect(JSON.parse(secrets).items.map((item: { data: unknown }) => item.data)).toEqual(
      JSON.parse(before).items.map((item: { data: unknown }) => item.data),
    );
  });
});
