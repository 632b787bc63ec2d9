import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FORM_COUNT, PLACES, plantAlone, plantRecording } from '../helpers/planted-recording.ts';
import { tracesOf } from '../helpers/planted-secrets.ts';
import { ROOT, run } from '../helpers/run.ts';
import { extract } from '../helpers/unpack.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-planted-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

function textOf(root: string): string {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

/** The long words of a text, each once: what a secret or its base64 would be a part of. */
function longWords(text: string): string {
  return [...new Set(text.match(/[A-Za-z0-9+/=_-]{16,}/g))].join('\n');
}

/** A secret as it is, in base64, and in base64 of base64. */
function deepTraces(secret: string): string[] {
  const once = tracesOf(secret);
  return [...once, ...once.slice(1).flatMap((trace) => tracesOf(trace).slice(1))];
}

const planted = plantRecording(at('planted'), 3);

describe(`${planted.length} secrets of ${FORM_COUNT} forms`, () => {
  it('are as many as they should be, and lie in the recording', () => {
    expect(FORM_COUNT).toBeGreaterThanOrEqual(30);
    expect(planted.length).toBeGreaterThanOrEqual(300);
    expect([...PLACES].sort()).toEqual(
      expect.arrayContaining([
        'configmaps',
        'dump',
        'istiod-log',
        'istiod-page',
        'pods',
        'proxy-log',
        'secrets',
      ]),
    );
    const forms = planted.map(({ what }) => what).join('\n');
    for (const word of ['variable', 'URL', 'base64', 'YAML block', 'several lines'])
      expect(forms).toContain(word);
    const text = textOf(at('planted'));
    const words = longWords(text);
    for (const { what, secret, traces } of planted.filter(
      (one, index) => index % 7 === 0 && !/YAML block|several lines/.test(one.what),
    ))
      expect(
        [...deepTraces(secret), ...traces].some((trace) => words.includes(trace)),
        what,
      ).toBe(true);
  });

  it('are all found, and none is printed', { timeout: 60_000 }, async () => {
    const { stdout, stderr, exitCode } = await run(`bug-report scan ${at('planted')} -o json`);
    expect(exitCode).toBe(79);
    expect(JSON.parse(stdout).secrets).toBeGreaterThanOrEqual(planted.length);
    for (const { what, secret } of planted) expect((stdout + stderr).includes(secret), what).toBe(false);
  });

  it('are found one by one: each alone in a file is found in that file', { timeout: 60_000 }, async () => {
    const alone = plantAlone(at('alone'));
    expect(alone.length).toBe(FORM_COUNT);
    const { stdout } = await run(`bug-report scan ${at('alone')} -o json`);
    const found = new Set(JSON.parse(stdout).places.map(({ path }: { path: string }) => path));
    expect(alone.filter(({ path }) => !found.has(path)).map(({ what }) => what)).toEqual([]);
  });

  it('may lie in a file with a word of many megabytes, which is named and not passed over', async () => {
    mkdirSync(at('long'));
    writeFileSync(join(at('long'), 'a.log'), `got eyJ${'a'.repeat(24 * 1024 * 1024)}\n`);
    const { stdout, exitCode } = await run(`bug-report scan ${at('long')} -o json`);
    expect(exitCode).toBe(79);
    expect(JSON.parse(stdout).unread).toMatchObject([{ path: 'a.log' }]);
  });

  it('are not in the archive', { timeout: 60_000 }, async () => {
    const line = `bug-report --from ${at('planted')} --output-file ${at('clean.tar.gz')} -o json`;
    const { stdout, exitCode, stderr } = await run(line);
    expect(exitCode, stderr).toBe(0);
    extract(readFileSync(at('clean.tar.gz')), at('clean'));
    const text = textOf(at('clean'));
    const words = longWords(text);
    const left = planted.filter(({ secret, traces }) =>
      [...deepTraces(secret), ...traces].some((trace) => words.includes(trace)),
    );
    expect(left.map(({ what }) => what)).toEqual([]);
    expect(JSON.parse(stdout).redaction.hidden).toBeGreaterThanOrEqual(planted.length);
    expect(text).toContain('planted-1');
    expect((await run(`bug-report scan ${at('clean.tar.gz')}`)).exitCode).toBe(0);
    expect((await run(`bug-report verify ${at('clean.tar.gz')}`)).exitCode).toBe(0);
  });
});

describe('what is no secret', () => {
  it('stays: at most one in a hundred words of the shop mesh is touched', async () => {
    const mesh = join(ROOT, 'fixtures/meshes/shop');
    await run(`bug-report --from ${mesh} --skip-analyze --output-file ${at('shop.tar.gz')}`);
    extract(readFileSync(at('shop.tar.gz')), at('shop'));
    let words = 0;
    let touched = 0;
    for (const entry of readdirSync(at('shop'), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || entry.name === 'snapshot.json' || /kubernetes|\/report\//.test(path)) continue;
      const before = readFileSync(join(mesh, path.slice(at('shop').length + 1)), 'utf8').split(/[\s",]+/);
      const after = new Set(readFileSync(path, 'utf8').split(/[\s",]+/));
      words += before.length;
      touched += before.filter((word) => !after.has(word)).length;
    }
    expect(words).toBeGreaterThan(100_000);
    expect(touched / words).toBeLessThan(0.01);
  });

  it('stays: certificates beside a private key, of which the fingerprint stays', async () => {
    const { redactFile } = await import('../../src/security/redaction/redact-file.ts');
    const { generateKeyPairSync, createHash } = await import('node:crypto');
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    const data = {
      'tls.crt': Buffer.from(certificate).toString('base64'),
      'tls.key': Buffer.from(key).toString('base64'),
    };
    const secret = { kind: 'Secret', metadata: { name: 'edge' }, data };
    const clean = JSON.parse(
      Buffer.from(redactFile('a.json', Buffer.from(JSON.stringify(secret)))).toString(),
    );
    expect(clean.data['tls.crt']).toBe(data['tls.crt']);
    const der = publicKey.export({ type: 'spki', format: 'der' });
    const fingerprint = createHash('sha256').update(der).digest('hex');
    expect(Buffer.from(clean.data['tls.key'], 'base64').toString()).toBe(
      `[redacted private key of public key sha256:${fingerprint}]`,
    );
  });
});
