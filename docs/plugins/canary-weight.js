import { asArray, asNumber, asString, defineAnalyzer, defineMessages, field } from 'meshscope/analyzer';

const messages = defineMessages({
  ACM0001: {
    name: 'CanaryTakesMost',
    level: 'warning',
    template: 'the canary subset "{subset}" takes {weight} of 100 requests',
    why: 'A canary that takes most requests is no canary any more: a fault in it meets nearly everybody.',
    fix: 'Lower its weight to 50 or less, or finish the release and rename the subset.',
  },
});

/** Whether a route of a VirtualService sends more than half of its requests to a subset named canary. */
export const analyzer = defineAnalyzer({
  name: 'acme.CanaryWeightAnalyzer',
  description: 'Checks that no canary takes more than half of the requests.',
  inputs: ['VirtualService'],
  messages,
  codes: ['ACM0001'],
  scope: 'object',
  analyze: (context) => {
    for (const resource of context.all('VirtualService')) {
      for (const [h, http] of asArray(field(resource, 'spec', 'http')).entries()) {
        for (const [r, route] of asArray(field(http, 'route')).entries()) {
          const subset = asString(field(route, 'destination', 'subset')) ?? '';
          const weight = asNumber(field(route, 'weight')) ?? 0;
          if (!subset.startsWith('canary') || weight <= 50) continue;
          const path = ['spec', 'http', h, 'route', r, 'weight'];
          context.report('ACM0001', { subset, weight }, { resource, path });
        }
      }
    }
  },
});
