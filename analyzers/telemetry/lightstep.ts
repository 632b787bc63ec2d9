import { asObjects, asString, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

/** Tracing by a provider that is gone from Envoy. */
export const analyzer = defineAnalyzer({
  name: 'telemetry.LightstepAnalyzer',
  description: 'Checks that tracing does not use a Lightstep provider.',
  inputs: ['Telemetry', 'MeshConfig'],
  messages,
  codes: ['IST0002'],
  scope: 'object',
  analyze: (context) => {
    const providers = asObjects(field(context.all('MeshConfig')[0], 'extensionProviders'));
    const lightstep = new Set(
      providers.flatMap((provider) =>
        provider['lightstep'] === undefined ? [] : [asString(provider['name']) ?? ''],
      ),
    );
    for (const resource of context.all('Telemetry')) {
      asObjects(field(resource, 'spec', 'tracing')).forEach((tracing, index) => {
        asObjects(tracing['providers']).forEach((provider, at) => {
          const name = asString(provider['name']) ?? '';
          if (!lightstep.has(name)) return;
          const args = { what: `the Lightstep provider ${name}`, instead: 'use an OpenTelemetry provider' };
          const path = ['spec', 'tracing', index, 'providers', at, 'name'];
          context.report('IST0002', args, { resource, path });
        });
      });
    }
  },
});
