import { asArray, asObjects, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

/** Access logging that goes nowhere. */
export const analyzer = defineAnalyzer({
  name: 'telemetry.ProviderAnalyzer',
  description: 'Checks that access logging has a provider.',
  inputs: ['Telemetry', 'MeshConfig'],
  messages,
  codes: ['IST0157'],
  scope: 'object',
  analyze: (context) => {
    const defaults = field(context.all('MeshConfig')[0], 'defaultProviders', 'accessLogging');
    if (asArray(defaults).length > 0) return;
    for (const resource of context.all('Telemetry')) {
      const index = asObjects(field(resource, 'spec', 'accessLogging')).findIndex(
        (logging) => logging['disabled'] !== true && asArray(logging['providers']).length === 0,
      );
      if (index >= 0) context.report('IST0157', {}, { resource, path: ['spec', 'accessLogging'] });
    }
  },
});
