import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tarGzOf } from '../helpers/archive.ts';
import { run } from '../helpers/run.ts';
import { shopAsReferenceArchive } from '../sources/reference-mesh.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-repack-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

beforeAll(async () => {
  const entries = shopAsReferenceArchive().map((entry) =>
    /discovery\.log$/.test(entry.path)
      ? { ...entry, content: `2026-11-23T02:00:00Z\tinfo\tpulled with ${TOKEN}\n` }
      : entry,
  );
  writeFileSync(at('reference.tar.gz'), await tarGzOf(entries));
  const line = `bug-report --from ${at('reference.tar.gz')} --output-file ${at('packed.tar.gz')}`;
  const { exitCode, stderr } = await run(line);
  expect(exitCode, stderr).toBe(0);
}, 60_000);

describe('an archive of the reference tool that is packed again', () => {
  it('is one that can be verified, without the secrets that were in it', async () => {
    expect((await run(`bug-report scan ${at('reference.tar.gz')}`)).exitCode).toBe(79);
    const verified = await run(`bug-report verify ${at('packed.tar.gz')}`);
    expect(verified.exitCode, verified.stdout).toBe(0);
    const scanned = await run(`bug-report scan ${at('packed.tar.gz')}`);
    expect(scanned.exitCode, scanned.stdout).toBe(0);
  });

  it.each([
    'proxy-status',
    'proxy-status -o json',
    'proxy-config cluster deploy/cart-v1.shop',
    'proxy-config all deploy/cart-v1.shop -o json',
    'proxy-config secret deploy/cart-v1.shop',
    'internal-debug syncz',
    'version',
    'describe service catalog.shop',
    'envoy-stats deploy/cart-v1.shop -o prom',
  ])('says the same: %s', async (line) => {
    const before = await run(`${line} --from ${at('reference.tar.gz')}`);
    const after = await run(`${line} --from ${at('packed.tar.gz')}`);
    expect(before.stdout.length).toBeGreaterThan(0);
    expect(after.stdout.replaceAll(at('packed.tar.gz'), at('reference.tar.gz'))).toBe(before.stdout);
    expect(after.exitCode).toBe(before.exitCode);
  });

  it('keeps the time that ages count from, and says what its first writer does not collect', async () => {
    const { contents, createdAt } = await index('packed.tar.gz');
    expect(createdAt).toBe('2026-11-23T02:11:39.500Z');
    const reasons = contents.map(({ reason }: { reason?: string }) => reason);
    expect(reasons).toContain('the reference tool does not collect this kind');
  });

  it('is packed once more into the same bytes', async () => {
    const line = `bug-report --from ${at('packed.tar.gz')} --output-file ${at('twice.tar.gz')}`;
    expect((await run(line)).exitCode).toBe(0);
    const [once, twice] = [await index('packed.tar.gz'), await index('twice.tar.gz')];
    const files = ({ contents }: typeof once) =>
      contents
        .filter(({ status, path }) => status === 'ok' && !path.startsWith('report/'))
        .map(({ path, sha256 }) => `${path} ${sha256}`);
    expect(files(twice)).toEqual(files(once));
  });
});

async function index(name: string) {
  const { extract } = await import('../helpers/unpack.ts');
  const into = mkdtempSync(join(folder, 'unpacked-'));
  await extract(readFileSync(at(name)), into);
  return JSON.parse(readFileSync(join(into, 'snapshot.json'), 'utf8')) as {
    readonly createdAt: string;
    readonly contents: readonly {
      readonly path: string;
      readonly status: string;
      readonly sha256: string;
      readonly reason?: string;
    }[];
  };
}
