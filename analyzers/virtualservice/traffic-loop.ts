import { defineAnalyzer } from '#analysis';
import { gatewayLoops } from '#graph/gateway-loops';
import { messages } from './messages.ts';

/** Requests that gateways send to each other for ever. */
export const analyzer = defineAnalyzer({
  name: 'virtualservice.TrafficLoopAnalyzer',
  description: 'Checks that routes of gateways do not lead back to the gateway that they come from.',
  inputs: ['Gateway', 'Pod', 'Service', 'ServiceEntry', 'VirtualService'],
  messages,
  codes: ['MSH0001'],
  scope: 'mesh',
  analyze: (context) => {
    for (const loop of gatewayLoops(context)) {
      const [first] = loop;
      if (first === undefined) continue;
      const text = [first.from, ...loop.map((step) => step.to)].join(' → ');
      const related = loop.slice(1).map((step) => step.resource);
      context.report('MSH0001', { loop: text }, { resource: first.resource, path: first.path, related });
    }
  },
});
