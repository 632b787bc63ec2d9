import { asObjects, asString, defineAnalyzer, equalitySelector, field, type KubeObject } from '#analysis';
import { parseCertificates } from '#security/certificate';
import { isKeyOf } from '#security/private-key';
import { messages } from './messages.ts';

const PAIRS = [
  ['tls.crt', 'tls.key'],
  ['cert', 'key'],
] as const;

/** Private keys that are not those of the certificate beside them. */
export const analyzer = defineAnalyzer({
  name: 'gateway.CertificateKeyAnalyzer',
  description: 'Checks that the private key in the Secret of a gateway is that of its certificate.',
  inputs: ['Gateway', 'Pod', 'Secret'],
  messages,
  codes: ['MSH0038'],
  scope: 'mesh',
  analyze: (context) => {
    for (const gateway of context.all('Gateway')) {
      const [pod] = context.select('Pod', equalitySelector(field(gateway, 'spec', 'selector')));
      asObjects(field(gateway, 'spec', 'servers')).forEach((server, index) => {
        const credential = asString(field(server, 'tls', 'credentialName')) ?? '';
        const [name = '', namespace = pod?.metadata.namespace] = credential.split('/').reverse();
        const secret =
          credential === '' || namespace === undefined ? undefined : context.get('Secret', namespace, name);
        if (secret === undefined || fits(secret) !== false) return;
        const path = ['spec', 'servers', index, 'tls', 'credentialName'];
        context.report(
          'MSH0038',
          { secret: `${namespace}/${name}` },
          { resource: gateway, path, related: [secret] },
        );
      });
    }
  },
});

/** Whether key and certificate of a Secret belong together; `undefined` when one of them can't be read. */
function fits(secret: KubeObject): boolean | undefined {
  const dataOf = (key: string) =>
    asString(field(secret, 'data', key)) ?? asString(field(secret, 'stringData', key)) ?? '';
  const [certificate, key] = PAIRS.find(([one]) => dataOf(one) !== '') ?? PAIRS[0];
  const [leaf] = parseCertificates(dataOf(certificate));
  return leaf?.ok ? isKeyOf(leaf.certificate, dataOf(key)) : undefined;
}
