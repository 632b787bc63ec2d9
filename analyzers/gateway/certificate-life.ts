import {
  asObjects,
  asString,
  asStrings,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
} from '#analysis';
import { matchesHost } from '#mesh/host';
import { type Certificate, certificateDate, parseCertificates, validityAt } from '#security/certificate';
import { messages } from './messages.ts';

const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

/** Certificates of gateways that will expire, or are for other hosts. */
export const analyzer = defineAnalyzer({
  name: 'gateway.CertificateLifeAnalyzer',
  description: 'Checks that certificates of gateways are for their hosts and live for another month.',
  inputs: ['Gateway', 'Pod', 'Secret'],
  messages,
  codes: ['MSH0014', 'MSH0015'],
  scope: 'mesh',
  analyze: (context) => {
    for (const gateway of context.all('Gateway')) {
      const [pod] = context.select('Pod', equalitySelector(field(gateway, 'spec', 'selector')));
      if (pod === undefined) continue;
      asObjects(field(gateway, 'spec', 'servers')).forEach((server, index) => {
        const credential = asString(field(server, 'tls', 'credentialName')) ?? '';
        const [name = '', namespace = pod.metadata.namespace ?? ''] = credential.split('/').reverse();
        const secret = credential === '' ? undefined : context.get('Secret', namespace, name);
        const certificate = secret && leafOf(secret);
        if (secret === undefined || certificate === undefined) return;
        const at = {
          resource: gateway,
          path: ['spec', 'servers', index, 'tls', 'credentialName'],
          related: [secret],
        };
        const full = `${namespace}/${name}`;
        const days = Math.floor((certificate.notAfter.getTime() - context.now.getTime()) / DAY_MS);
        if (validityAt(certificate, context.now) === 'valid' && days < SOON_DAYS)
          context.report('MSH0014', { secret: full, date: certificateDate(certificate.notAfter), days }, at);
        const names = certificate.dnsNames;
        const other = asStrings(server['hosts'])
          .map((host) => host.split('/').at(-1) ?? '')
          .find((host) => !isFor(host, names));
        if (other !== undefined)
          context.report('MSH0015', { secret: full, host: other, names: names.join(', ') }, at);
      });
    }
  },
});

function leafOf(secret: KubeObject): Certificate | undefined {
  const text = asString(field(secret, 'data', 'tls.crt')) ?? asString(field(secret, 'data', 'cert')) ?? '';
  const [leaf] = parseCertificates(text);
  return leaf?.ok ? leaf.certificate : undefined;
}

/** Whether a host is one of the names of a certificate; a wildcard stands for one part. `*` is not judged. */
function isFor(host: string, names: readonly string[]): boolean {
  if (host === '*' || names.length === 0) return true;
  return names.some(
    (name) => name === host || (matchesHost(name, host) && host.split('.').length === name.split('.').length),
  );
}
