import { asArray, defineAnalyzer, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

/** Several Telemetries for a whole namespace. */
export const analyzer = defineAnalyzer({
  name: 'telemetry.DefaultSelectorAnalyzer',
  description: 'Checks that a namespace has one Telemetry for all of its workloads at the most.',
  inputs: ['Telemetry'],
  messages,
  codes: ['IST0160'],
  scope: 'mesh',
  analyze: (context) => {
    const byNamespace = new Map<string, KubeObject[]>();
    for (const telemetry of context.all('Telemetry')) {
      if (field(telemetry, 'spec', 'selector') !== undefined || hasTarget(telemetry)) continue;
      const { namespace = '' } = telemetry.metadata;
      byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), telemetry]);
    }
    for (const telemetries of byNamespace.values()) {
      if (telemetries.length < 2) continue;
      const names = telemetries.map(({ metadata }) => metadata.name).join(', ');
      for (const resource of telemetries) {
        const related = telemetries.filter((other) => other !== resource);
        context.report('IST0160', { telemetries: names }, { resource, path: ['metadata', 'name'], related });
      }
    }
  },
});

/** Telemetries for different gateways do not get in each other's way. */
function hasTarget(telemetry: KubeObject): boolean {
  return (
    field(telemetry, 'spec', 'targetRef') !== undefined ||
    asArray(field(telemetry, 'spec', 'targetRefs')).length > 0
  );
}
