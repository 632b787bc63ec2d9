import {
  asObjects,
  asString,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
  matchesSelector,
} from '#analysis';
import { messages } from './messages.ts';

/** One certificate on several gateways of one workload. */
export const analyzer = defineAnalyzer({
  name: 'gateway.CertificateAnalyzer',
  description: 'Checks that gateways of the same workload do not serve the same certificate.',
  inputs: ['Gateway'],
  messages,
  codes: ['IST0138'],
  scope: 'mesh',
  analyze: (context) => {
    const byCertificate = new Map<string, Set<KubeObject>>();
    for (const gateway of context.all('Gateway'))
      for (const certificate of certificatesOf(gateway))
        byCertificate.set(certificate, (byCertificate.get(certificate) ?? new Set()).add(gateway));
    const reported = new Set<string>();
    for (const gateways of byCertificate.values()) {
      for (const gateway of gateways) {
        for (const other of gateways) {
          const pair = `${fullName(gateway)} ${fullName(other)}`;
          if (gateway === other || reported.has(pair) || !isWithin(gateway, other)) continue;
          reported.add(pair);
          const at = { resource: gateway, path: ['metadata', 'name'], related: [other] };
          context.report('IST0138', { other: fullName(other) }, at);
        }
      }
    }
  },
});

function fullName({ metadata: { namespace = '', name } }: KubeObject): string {
  return `${namespace}/${name}`;
}

/** What tells the certificates of a gateway's servers apart. */
function certificatesOf(gateway: KubeObject): ReadonlySet<string> {
  const servers = asObjects(field(gateway, 'spec', 'servers'));
  return new Set(
    servers.flatMap(({ tls }) => {
      const credential = asString(field(tls, 'credentialName')) ?? '';
      if (credential !== '') return [`credential ${credential}`];
      const files = [field(tls, 'serverCertificate'), field(tls, 'privateKey')].map(asString);
      return files.every((file) => file !== undefined && file !== '') ? [`files ${files.join(' ')}`] : [];
    }),
  );
}

/** Whether all workloads of `gateway` may be workloads of `other`, by their selectors. */
function isWithin(gateway: KubeObject, other: KubeObject): boolean {
  const labels = field(other, 'spec', 'selector') as Record<string, string> | undefined;
  return matchesSelector(equalitySelector(field(gateway, 'spec', 'selector')), labels);
}
