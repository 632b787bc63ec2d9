import { defineAnalyzer, equalitySelector, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

/** Telemetries that select nothing, or the same pods as others. */
export const analyzer = defineAnalyzer({
  name: 'telemetry.SelectorAnalyzer',
  description: 'Checks which workloads Telemetry resources select.',
  inputs: ['Telemetry', 'Pod'],
  messages,
  codes: ['IST0101', 'IST0159'],
  scope: 'mesh',
  analyze: (context) => {
    const byPod = new Map<KubeObject, KubeObject[]>();
    for (const telemetry of context.all('Telemetry')) {
      const selector = equalitySelector(field(telemetry, 'spec', 'selector', 'matchLabels'));
      const first = selector.map(({ key }) => key).sort()[0];
      if (first === undefined) continue;
      const pods = context.select('Pod', selector, telemetry.metadata.namespace ?? '');
      if (pods.length === 0) {
        const name = selector.map(({ key, values }) => `${key}=${values[0]}`).join(',');
        const path = ['spec', 'selector', 'matchLabels', first];
        context.report(
          'IST0101',
          { what: 'workload with the labels', name, near: '' },
          { resource: telemetry, path },
        );
      }
      for (const pod of pods) byPod.set(pod, [...(byPod.get(pod) ?? []), telemetry]);
    }
    for (const [pod, telemetries] of byPod) {
      if (telemetries.length < 2) continue;
      const names = telemetries.map(({ metadata }) => metadata.name).join(', ');
      for (const telemetry of telemetries) {
        const related = telemetries.filter((other) => other !== telemetry);
        const at = { resource: telemetry, path: ['metadata', 'name'], related };
        context.report('IST0159', { pod: pod.metadata.name, telemetries: names }, at);
      }
    }
  },
});
