import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bothWays } from '../helpers/pseudonymized.ts';
import { ROOT, run } from '../helpers/run.ts';
import { extract } from '../helpers/unpack.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-pseudonyms-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const SHOP = join(ROOT, 'fixtures/meshes/shop');
const MESHES = { plain: SHOP, pseudonymized: at('shop.tar.gz'), keyFile: at('shop.names.json') };

beforeAll(async () => {
  // A key of every run its own would now and then give an address that another pod really has.
  const key = Buffer.from('the same pseudonyms in every run').toString('base64');
  const document = { apiVersion: 'meshscope.io/v1', kind: 'RedactionKey', key };
  writeFileSync(MESHES.keyFile, JSON.stringify(document), { mode: 0o600 });
  const { exitCode, stderr } = await run(
    `bug-report --from ${SHOP} --redact names,ips --redact-key ${MESHES.keyFile} --output-file ${MESHES.pseudonymized}`,
  );
  expect(exitCode, stderr).toBe(0);
}, 60_000);

describe('an archive with pseudonyms', () => {
  it.each([
    'proxy-status',
    'analyze',
    'analyze --profile all',
    'rootca-compare',
    'version',
    'proxy-config cluster cart-v1-db9689b57-djzwj.shop',
    'proxy-config listener cart-v1-db9689b57-djzwj.shop',
    'proxy-config route cart-v1-db9689b57-djzwj.shop',
    'proxy-config endpoint cart-v1-db9689b57-djzwj.shop',
    'proxy-config secret cart-v1-db9689b57-djzwj.shop',
    'proxy-config secret edge-gateway-7c68db88d4-mxkzj.edge',
    'proxy-config bootstrap cart-v1-db9689b57-djzwj.shop',
    'proxy-config log cart-v1-db9689b57-djzwj.shop',
    'proxy-config ecds cart-v1-db9689b57-djzwj.shop',
    'proxy-config all edge-gateway-7c68db88d4-mxkzj.edge',
    'authz check ledger-v1-766c4b45bc-cj586.payments',
    'authz check fraud-v1-6fc8445995-dw565.payments',
    'authz check checkout-v1-76bc87fb69-vx5bv.payments',
    'describe pod cart-v1-db9689b57-djzwj.shop',
    'describe service cart.shop',
    'describe pod ledger-v1-766c4b45bc-cj586.payments',
    'check-inject cart-v1-db9689b57-djzwj.shop',
    'check-inject mailer-v1-5d576c6fbf-ctdv4.legacy',
    'graph',
    'graph --from-object virtualservice/cart.shop',
    'graph --impact secret/shop-cert.edge',
    'waypoint list -A',
    'remote-clusters',
    'tag list',
    'proxy-status --all',
    'describe service ledger.payments',
    'envoy-stats cart-v1-db9689b57-djzwj.shop',
    'proxy-status cart-v1-db9689b57-djzwj.shop',
    'proxy-status search-v1-7c78d66565-qzbbl.shop',
    'injector list',
    'internal-debug syncz',
    'admin log',
  ])('gives the same answer, with other names: %s', { timeout: 60_000 }, async (line) => {
    const { plain, pseudonymized, expected, revealed } = await bothWays(line, MESHES);
    expect([0, 1, 79], plain.stderr).toContain(plain.exitCode);
    expect([pseudonymized.exitCode, pseudonymized.stderr], plain.stderr).toEqual([
      plain.exitCode,
      expect.anything(),
    ]);
    expect(revealed).toEqual(expected);
  });

  it('gives the same report', { timeout: 60_000 }, async () => {
    const { plain, expected, revealed } = await bothWays('report', MESHES);
    expect(plain.exitCode).toBe(0);
    const parts = ({ findings, proxies, certificates, verdict }: Record<string, unknown>) => ({
      findings,
      proxies,
      certificates,
      verdict,
    });
    expect(parts(revealed as Record<string, unknown>)).toEqual(parts(expected as Record<string, unknown>));
  });

  it('holds no name and no address of the mesh, and not the key', () => {
    extract(readFileSync(MESHES.pseudonymized), at('shop'));
    const files = readdirSync(at('shop'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const names =
      /(?<![a-z])(?:cart|shop|catalog|ledger|checkout|payments|fraud|storefront|wishlist|recommender|sessions|mailer|legacy|cardpay|lab-node|demo)(?![a-z])/g;
    const address = /(?<![\d.])10\.(?:244|96)\.\d+\.\d+/g;
    const left = new Map<string, string>();
    const { key } = JSON.parse(readFileSync(MESHES.keyFile, 'utf8'));
    for (const entry of files) {
      const path = join(entry.parentPath, entry.name).slice(at('shop').length);
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      const decoded = [...text.matchAll(/[A-Za-z0-9+/]{40,}={0,2}/g)].map(([base64]) =>
        Buffer.from(base64, 'base64').toString('latin1'),
      );
      const isPage = path === '/report/index.html';
      for (const part of [
        path,
        ...(isPage ? [] : [text]),
        ...decoded.filter((one) => /^[\t\n\r -~]+$/.test(one)),
      ])
        for (const [name] of [...part.matchAll(names), ...part.matchAll(address)]) left.set(name, path);
      expect(text.includes(key), path).toBe(false);
    }
    expect([...left]).toEqual([]);
    expect(files.length).toBeGreaterThan(200);
  });

  it('says in its index what has pseudonyms, and is whole', async () => {
    const index = JSON.parse(readFileSync(at('shop/snapshot.json'), 'utf8'));
    expect(index.redaction).toMatchObject({ mode: 'pseudonyms', pseudonyms: ['names', 'ips'] });
    expect((await run(`bug-report verify ${MESHES.pseudonymized}`)).exitCode).toBe(0);
    expect((await run(`bug-report scan ${MESHES.pseudonymized}`)).exitCode).toBe(0);
  });
});

describe('an archive with pseudonyms that is collected from', () => {
  it('is no archive to resume', async () => {
    const line = `bug-report --from demo --resume ${MESHES.pseudonymized} --output-file ${at('resumed.tar.gz')}`;
    const { exitCode, stderr } = await run(line);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('has pseudonyms')]);
  });

  it('still says what it has', { timeout: 60_000 }, async () => {
    const line = `bug-report --from ${MESHES.pseudonymized} --skip-analyze --output-file ${at('packed.tar.gz')}`;
    expect((await run(line)).exitCode).toBe(0);
    extract(readFileSync(at('packed.tar.gz')), at('packed'));
    const index = JSON.parse(readFileSync(at('packed/snapshot.json'), 'utf8'));
    expect(index.redaction).toMatchObject({ mode: 'default', pseudonyms: ['names', 'ips'] });
  });
});

describe('the key file', () => {
  it('is readable by its owner alone', () => {
    expect(statSync(MESHES.keyFile).mode & 0o777).toBe(0o600);
  });

  it('gives the same pseudonyms once more', { timeout: 60_000 }, async () => {
    const again = `bug-report --from ${SHOP} --redact names,ips --redact-key ${MESHES.keyFile} --output-file ${at('again.tar.gz')}`;
    const before = readFileSync(MESHES.keyFile, 'utf8');
    expect((await run(again)).exitCode).toBe(0);
    const status = (archive: string) => run(`proxy-status --all --from ${archive} -o json`);
    expect((await status(at('again.tar.gz'))).stdout).toBe((await status(MESHES.pseudonymized)).stdout);
    expect(readFileSync(MESHES.keyFile, 'utf8')).toBe(before);
  });

  it('turns pseudonyms in an answer back', async () => {
    const status = await run(`proxy-status --from ${MESHES.pseudonymized}`);
    expect(status.stdout).not.toContain('wishlist');
    const revealed = await run(['bug-report', 'reveal', MESHES.keyFile], { stdin: status.stdout });
    expect(revealed.stderr).toBe('');
    expect(revealed.stdout).toContain('wishlist-v1-84c6b7d679-xdvp4.shop');
    expect(revealed.stdout).toContain('EnvoyFilter shop/search-compressor');
  });

  it('is never written over by a new one', async () => {
    rmSync(at('again.tar.gz'), { force: true });
    writeFileSync(at('again.names.json'), readFileSync(MESHES.keyFile));
    const { exitCode, stderr } = await run(
      `bug-report --from demo --redact names --output-file ${at('again.tar.gz')}`,
    );
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('--redact-key')]);
    expect(existsSync(at('again.tar.gz'))).toBe(false);
  });

  it.each([
    ['--redact hosts', 'there are no pseudonyms for "hosts"'],
    ['--redact-key a.json', 'none are asked for'],
    ['--redact names --full-secrets', 'give one of them'],
  ])('is refused: %s', async (flags, why) => {
    const { exitCode, stderr } = await run(`bug-report --from demo ${flags}`);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining(why)]);
  });

  it('that is none is an error', async () => {
    writeFileSync(at('none.json'), '{"kind":"List"}', { mode: 0o600 });
    const line = `bug-report --from demo --redact names --redact-key ${at('none.json')} --output-file ${at('n.tar.gz')}`;
    const { exitCode, stderr } = await run(line);
    expect([exitCode, stderr]).toEqual([65, expect.stringContaining('no key of pseudonyms')]);
    expect((await run(`bug-report reveal ${at('none.json')} ${at('none.json')}`)).exitCode).toBe(65);
  });
});
