import { asObjects, asString, defineAnalyzer, type FieldPath, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

/** TLS to a server that nobody asks who it is. */
export const analyzer = defineAnalyzer({
  name: 'destinationrule.SkipVerifyAnalyzer',
  description: 'Checks that TLS to a server verifies its certificate.',
  inputs: ['DestinationRule'],
  messages,
  codes: ['MSH0030'],
  scope: 'object',
  analyze: (context) => {
    for (const resource of context.all('DestinationRule')) {
      const host = asString(field(resource, 'spec', 'host')) ?? '';
      for (const { tls, path } of tlsOf(resource)) {
        if (field(tls, 'insecureSkipVerify') !== true) continue;
        context.report('MSH0030', { host }, { resource, path: [...path, 'insecureSkipVerify'] });
      }
    }
  },
});

/** Every TLS setting of a rule, with its path. */
function tlsOf(rule: KubeObject): readonly { readonly tls: unknown; readonly path: FieldPath }[] {
  const top = { policy: field(rule, 'spec', 'trafficPolicy'), path: ['spec', 'trafficPolicy'] as FieldPath };
  const subsets = asObjects(field(rule, 'spec', 'subsets')).map((subset, index) => ({
    policy: subset['trafficPolicy'],
    path: ['spec', 'subsets', index, 'trafficPolicy'] as FieldPath,
  }));
  return [top, ...subsets].flatMap(({ policy, path }) => [
    { tls: field(policy, 'tls'), path: [...path, 'tls'] },
    ...asObjects(field(policy, 'portLevelSettings')).map((port, index) => ({
      tls: port['tls'],
      path: [...path, 'portLevelSettings', index, 'tls'],
    })),
  ]);
}
