import { createHash, generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCertificates } from '../../src/security/certificate.ts';
import { isKeyOf } from '../../src/security/private-key.ts';
import { redactFile } from '../../src/security/redaction/redact-file.ts';
import { ROOT, run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-certificates-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const SHOP = join(ROOT, 'fixtures/meshes/shop');
const SECRETS = 'clusters/demo/kubernetes/core/v1/secrets.json';
const pem = (): string => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
};

/** The shop mesh in which the key of the gateway is that of another certificate. */
beforeAll(async () => {
  cpSync(SHOP, at('mesh'), { recursive: true });
  rmSync(at('mesh/snapshot.json'));
  const secrets = JSON.parse(readFileSync(at(`mesh/${SECRETS}`), 'utf8'));
  secrets.items[0].data['tls.key'] = Buffer.from(pem()).toString('base64');
  writeFileSync(at(`mesh/${SECRETS}`), JSON.stringify(secrets));
  for (const [name, flags] of [
    ['clean', ''],
    ['hidden', '--redact names,ips'],
  ])
    await run(
      `bug-report --from ${at('mesh')} --skip-analyze ${flags} --output-file ${at(`${name}.tar.gz`)}`,
    );
  await run(`bug-report --from ${SHOP} --skip-analyze --output-file ${at('shop.tar.gz')}`);
}, 60_000);

describe('checks of certificates on an archive without secrets', () => {
  it.each(['mesh', 'clean.tar.gz', 'hidden.tar.gz'])(
    'find the key that is not that of its certificate: %s',
    async (name) => {
      const { stdout } = await run(`analyze --from ${at(name)} -o json`);
      const codes = JSON.parse(stdout).map(({ code }: { code: string }) => code);
      expect(codes).toContain('MSH0038');
      expect(codes.filter((code: string) => code === 'MSH0014')).toHaveLength(1);
    },
  );

  it.each([
    'rootca-compare cart-v1-db9689b57-djzwj.shop ledger-v1-766c4b45bc-cj586.payments',
    'rootca-compare',
    'proxy-config secret cart-v1-db9689b57-djzwj.shop',
    'proxy-config secret edge-gateway-7c68db88d4-mxkzj.edge',
  ])('say what they say of the mesh itself: %s', async (line) => {
    const before = await run(`${line} --from ${SHOP}`);
    const after = await run(`${line} --from ${at('shop.tar.gz')}`);
    expect([after.exitCode, after.stdout]).toEqual([before.exitCode, before.stdout]);
  });

  it('know a key by the fingerprint that is left of it, and no key by anything else', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keyFingerprint = createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex');
    const secret = {
      kind: 'Secret',
      metadata: {},
      data: {
        'tls.key': Buffer.from(String(privateKey.export({ type: 'pkcs8', format: 'pem' }))).toString(
          'base64',
        ),
      },
    };
    const left = JSON.parse(Buffer.from(redactFile('a.json', Buffer.from(JSON.stringify(secret)))).toString())
      .data['tls.key'];
    const [shop] = parseCertificates(
      JSON.parse(readFileSync(join(SHOP, SECRETS), 'utf8')).items[0].data['tls.crt'],
    );
    if (!shop?.ok) throw new Error('no certificate');
    expect(isKeyOf({ ...shop.certificate, keyFingerprint }, left)).toBe(true);
    expect(isKeyOf(shop.certificate, left)).toBe(false);
    expect(isKeyOf(shop.certificate, Buffer.from('[redacted]').toString('base64'))).toBeUndefined();
    expect(isKeyOf(shop.certificate, '')).toBeUndefined();
  });
});
