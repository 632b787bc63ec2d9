import type { Spot } from '../spot.ts';
import { isNameLabel } from './names.ts';

/** TLS to a destination (analyzers, section 4.1, rules 27 to 30). */
export function checkClientTls(tls: Spot, namespace: string): void {
  if (!tls.isSet) return;
  const mode = tls.get('mode').text || 'DISABLE';
  const has = (name: string): boolean => tls.get(name).text !== '' || tls.get(name).texts.length > 0;
  checkCredentialName(tls.get('credentialName'), namespace);
  if (tls.get('insecureSkipVerify').isTrue) checkSkipVerify(tls, mode, has);
  const verifies = mode === 'SIMPLE' || mode === 'MUTUAL';
  if (verifies && has('credentialName')) {
    const also = ['clientCertificate', 'privateKey', 'caCertificates', 'caCrl'].filter(has);
    for (const name of also) tls.error(`${name} can not be set together with credentialName`, name);
    return;
  }
  if (mode !== 'MUTUAL') return;
  if (!has('clientCertificate')) tls.error('MUTUAL needs clientCertificate', 'mode');
  if (!has('privateKey')) tls.error('MUTUAL needs privateKey', 'mode');
}

function checkSkipVerify(tls: Spot, mode: string, has: (name: string) => boolean): void {
  const contradicting: Readonly<Record<string, readonly string[]>> = {
    SIMPLE: ['caCertificates', 'credentialName', 'subjectAltNames'],
    MUTUAL: ['caCertificates', 'subjectAltNames'],
  };
  for (const name of contradicting[mode] ?? [])
    if (has(name)) tls.error(`with insecureSkipVerify nothing is verified: ${name} can not be set`, name);
}

const CONFIG_MAP = 'configmap://';

function checkCredentialName(credential: Spot, namespace: string): void {
  if (!credential.text.startsWith(CONFIG_MAP)) return;
  const [name = '', from, ...more] = credential.text.slice(CONFIG_MAP.length).split('/').reverse();
  if (name === '' || more.length > 0 || (from !== undefined && !isNameLabel(from)))
    credential.error('it is not of the form configmap://namespace/name');
  else if (from !== undefined && namespace !== '' && from !== namespace)
    credential.error('a ConfigMap of another namespace can not be used');
}
