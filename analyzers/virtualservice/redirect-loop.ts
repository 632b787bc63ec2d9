import { defineAnalyzer } from '#analysis';
import { redirectLoops } from '#graph/redirect-loops';
import { messages } from './messages.ts';

/** Redirects that a client follows for ever. */
export const analyzer = defineAnalyzer({
  name: 'virtualservice.RedirectLoopAnalyzer',
  description: 'Checks that redirects do not lead back to themselves.',
  inputs: ['VirtualService'],
  messages,
  codes: ['MSH0002'],
  scope: 'mesh',
  analyze: (context) => {
    for (const loop of redirectLoops(context)) {
      const [first] = loop;
      if (first === undefined) continue;
      const text = [first.from, ...loop.map((step) => step.to)].join(' → ');
      const related = loop.slice(1).map((step) => step.resource);
      context.report('MSH0002', { loop: text }, { resource: first.resource, path: first.path, related });
    }
  },
});
