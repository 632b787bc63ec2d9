import { asArray, asString, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

/** Settings of istiod that are gone or have another name (release notes of Istio up to 1.30). */
const GONE: Readonly<Record<string, string>> = {
  PILOT_ENABLE_CONFIG_DISTRIBUTION_TRACKING: 'was removed: meshscope wait tells when a change has arrived',
  PILOT_USE_ENDPOINT_SLICE: 'was removed: EndpointSlices are always read',
};
const DURATIONS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  PILOT_DEBOUNCE_AFTER: [10, 5_000],
  PILOT_DEBOUNCE_MAX: [500, 60_000],
};
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Environment variables of istiod that do nothing, or too much. */
export const analyzer = defineAnalyzer({
  name: 'istiod.SettingsAnalyzer',
  description: 'Checks the environment variables of istiod.',
  inputs: ['Deployment'],
  messages,
  codes: ['MSH0026'],
  scope: 'object',
  analyze: (context) => {
    for (const resource of context.all('Deployment')) {
      if (resource.metadata.labels?.['app'] !== 'istiod') continue;
      asArray(field(resource, 'spec', 'template', 'spec', 'containers')).forEach((container, at) => {
        asArray(field(container, 'env')).forEach((variable, index) => {
          const name = asString(field(variable, 'name')) ?? '';
          const problem = Object.hasOwn(GONE, name)
            ? GONE[name]
            : outOfRange(name, asString(field(variable, 'value')));
          if (problem === undefined) return;
          const path = ['spec', 'template', 'spec', 'containers', at, 'env', index, 'name'];
          context.report('MSH0026', { name, problem }, { resource, path, confidence: 'likely' });
        });
      });
    }
  },
});

function outOfRange(name: string, value: string | undefined): string | undefined {
  const range = Object.hasOwn(DURATIONS, name) ? DURATIONS[name] : undefined;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(value ?? '');
  if (range === undefined || match === null) return undefined;
  const ms = Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0);
  if (ms < range[0])
    return `is ${value}: every change is pushed at once, which overloads istiod and the proxies`;
  return ms > range[1] ? `is ${value}: changes reach the proxies that much later` : undefined;
}
