import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from './part.ts';

/** Files of one certificate. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority in a folder, made with openssl. */
export interface Authority extends CertificateFiles {
  /** Issues a certificate for a subject (`/O=group/CN=name`) and its names (`IP:127.0.0.1`, `DNS:…`, `URI:spiffe://…`). */
  issue(name: string, subject: string, names?: readonly string[]): CertificateFiles;
}

/** Makes a certificate authority in `folder`. Throws when openssl is missing. */
export function createAuthority(folder: string): Authority {
  const own = { certificate: join(folder, 'ca.crt'), key: writeKey(join(folder, 'ca.key')) };
  openssl(
    'req',
    '-x509',
    '-new',
    '-key',
    own.key,
    '-subj',
    '/CN=test-ca',
    '-days',
    '2',
    '-out',
    own.certificate,
  );
  return {
    ...own,
    issue: (name, subject, names = []) => {
      const key = writeKey(join(folder, `${name}.key`));
      const request = join(folder, `${name}.csr`);
      const certificate = join(folder, `${name}.crt`);
      const extensions = join(folder, `${name}.ext`);
      const usage = 'extendedKeyUsage=serverAuth,clientAuth\n';
      writeFileSync(extensions, names.length === 0 ? usage : `${usage}subjectAltName=${names.join(',')}\n`);
      openssl('req', '-new', '-key', key, '-subj', subject, '-out', request);
      const signing = ['-CA', own.certificate, '-CAkey', own.key, '-CAcreateserial', '-days', '2'];
      openssl('x509', '-req', '-in', request, ...signing, '-extfile', extensions, '-out', certificate);
      return { certificate, key };
    },
  };
}

/** Writes a new private key (EC P-256, PEM) and answers its path. */
export function writeKey(path: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(path, privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
  return path;
}

function openssl(...args: readonly string[]): void {
  const failure = runToEnd('openssl', args);
  if (failure !== undefined) throw new Error(failure);
}
