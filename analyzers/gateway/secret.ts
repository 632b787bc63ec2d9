import { asObjects, asString, defineAnalyzer, equalitySelector, field, type KubeObject } from '#analysis';
import { missingWorkload, selectorPath } from '#mesh/gateway-workload';
import { nearName } from '#mesh/near-name';
import { certificateDate, parseCertificates, validityAt } from '#security/certificate';
import { messages } from './messages.ts';

/** Certificates of gateways that are missing or can't be used. */
export const analyzer = defineAnalyzer({
  name: 'gateway.SecretAnalyzer',
  description: 'Checks that the Secrets with the certificates of a gateway exist and can be used.',
  inputs: ['Gateway', 'Pod', 'Secret'],
  messages,
  codes: ['IST0101', 'IST0161'],
  scope: 'mesh',
  analyze: (context) => {
    for (const gateway of context.all('Gateway')) {
      const labels = equalitySelector(field(gateway, 'spec', 'selector'));
      const [pod] = context.select('Pod', labels);
      if (pod === undefined) {
        // Without a workload there is no namespace to look in.
        context.report('IST0101', missingWorkload(labels), { resource: gateway, path: selectorPath(labels) });
        continue;
      }
      asObjects(field(gateway, 'spec', 'servers')).forEach((server, index) => {
        const credential = asString(field(server, 'tls', 'credentialName')) ?? '';
        if (credential === '') return;
        const [name, namespace = pod.metadata.namespace ?? ''] = credential.split('/').reverse();
        const at = { resource: gateway, path: ['spec', 'servers', index, 'tls', 'credentialName'] };
        const secret = context.get('Secret', namespace, name ?? '');
        if (secret === undefined && context.mayLack('Secret')) return;
        if (secret === undefined) {
          const where = `${namespace}/${name}`;
          const others = context.inNamespace('Secret', namespace).map(({ metadata }) => metadata.name);
          const near = nearName(name ?? '', others);
          context.report('IST0101', { what: 'Secret', name: where, near }, at);
          return;
        }
        const problem = problemOf(secret, context.now);
        if (problem !== undefined)
          context.report(
            'IST0161',
            { secret: `${namespace}/${name}`, problem },
            { ...at, related: [secret] },
          );
      });
    }
  },
});

/** Why a Secret can't be used for TLS; `undefined` when it can. Redacted private keys pass. */
function problemOf(secret: KubeObject, now: Date): string | undefined {
  const pairs = [
    ['cert', 'key'],
    ['tls.crt', 'tls.key'],
  ] as const;
  const pair = pairs.find(([certificate, key]) => hasData(secret, certificate) && hasData(secret, key));
  if (pair === undefined) return 'it holds no certificate with a private key (tls.crt and tls.key)';
  const [leaf] = parseCertificates(dataOf(secret, pair[0]));
  if (leaf === undefined || !leaf.ok) return leaf?.reason ?? 'it holds no certificate';
  const validity = validityAt(leaf.certificate, now);
  if (validity === 'expired')
    return `its certificate expired on ${certificateDate(leaf.certificate.notAfter)}`;
  if (validity === 'not-yet-valid')
    return `its certificate is valid only from ${certificateDate(leaf.certificate.notBefore)}`;
  return undefined;
}

function hasData(secret: KubeObject, key: string): boolean {
  return dataOf(secret, key) !== '';
}

/** A value of a Secret: base64 in `data`, plain in `stringData`. */
function dataOf(secret: KubeObject, key: string): string {
  return asString(field(secret, 'data', key)) ?? asString(field(secret, 'stringData', key)) ?? '';
}
