import { asArray, asStrings, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

/** Gateways that nothing is bound to. */
export const analyzer = defineAnalyzer({
  name: 'gateway.UnusedAnalyzer',
  description: 'Checks that a virtual service is bound to each gateway.',
  inputs: ['Gateway', 'VirtualService'],
  messages,
  codes: ['MSH0011'],
  scope: 'mesh',
  analyze: (context) => {
    const used = new Set<string>();
    for (const service of context.all('VirtualService')) {
      const { namespace = '' } = service.metadata;
      const ofMatches = asArray(field(service, 'spec', 'http')).flatMap((route) =>
        asArray(field(route, 'match')).flatMap((match) => asStrings(field(match, 'gateways'))),
      );
      for (const text of [...asStrings(field(service, 'spec', 'gateways')), ...ofMatches]) {
        const [name = '', at = namespace] = text.split('/').reverse();
        used.add(`${at === '.' ? namespace : at}/${name}`);
      }
    }
    for (const resource of context.all('Gateway')) {
      const servers = asArray(field(resource, 'spec', 'servers'));
      // A gateway between networks, or one that only redirects, needs no routes.
      const needsRoutes = servers.some(
        (server) =>
          field(server, 'tls', 'mode') !== 'AUTO_PASSTHROUGH' &&
          field(server, 'tls', 'httpsRedirect') !== true,
      );
      if (!needsRoutes || used.has(`${resource.metadata.namespace ?? ''}/${resource.metadata.name}`))
        continue;
      context.report('MSH0011', {}, { resource, path: ['metadata', 'name'], confidence: 'likely' });
    }
  },
});
