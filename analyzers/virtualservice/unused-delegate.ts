import { asArray, asString, asStrings, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

/** Delegates that nobody delegates to. */
export const analyzer = defineAnalyzer({
  name: 'virtualservice.UnusedDelegateAnalyzer',
  description: 'Checks that some virtual service delegates to each one without hosts.',
  inputs: ['VirtualService'],
  messages,
  codes: ['MSH0028'],
  scope: 'mesh',
  analyze: (context) => {
    const used = new Set<string>();
    for (const { metadata, ...service } of context.all('VirtualService'))
      for (const route of asArray(field(service, 'spec', 'http'))) {
        const name = asString(field(route, 'delegate', 'name'));
        if (name === undefined) continue;
        used.add(`${asString(field(route, 'delegate', 'namespace')) || (metadata.namespace ?? '')}/${name}`);
      }
    for (const resource of context.all('VirtualService')) {
      if (asStrings(field(resource, 'spec', 'hosts')).length > 0) continue;
      const { namespace = '', name } = resource.metadata;
      if (!used.has(`${namespace}/${name}`))
        context.report('MSH0028', {}, { resource, path: ['metadata', 'name'] });
    }
  },
});
