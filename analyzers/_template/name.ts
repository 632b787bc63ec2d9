import { asString, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

/** TEMPLATE: one sentence in field terms on what is wrong when this reports something. */
export const analyzer = defineAnalyzer({
  name: 'family.NameAnalyzer',
  description: 'Checks that every Service names the application that it stands for.',
  inputs: ['Service'],
  messages,
  codes: ['MSH0000'],
  scope: 'object',
  analyze: (context) => {
    for (const resource of context.all('Service')) {
      if (asString(field(resource, 'metadata', 'labels', 'app')) !== undefined) continue;
      context.report('MSH0000', { name: resource.metadata.name }, { resource, path: ['metadata', 'labels'] });
    }
  },
});
