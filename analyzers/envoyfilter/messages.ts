import { defineMessages } from '#analysis';

const RELATIVE_FIX =
  'Use INSERT_FIRST, ADD or MERGE where that will do, or set spec.priority so that the order is certain: lower numbers are applied first.';

/** What analyzers of Envoy filters report. */
export const messages = defineMessages({
  IST0151: {
    name: 'EnvoyFilterUsesRelativeOperation',
    level: 'warning',
    template:
      'the operation {operation} stands relative to another filter, and no priority says when it is applied',
    why: 'It finds its place only when the other filter is there already; with other EnvoyFilters around, the order of application is that of their creation.',
    fix: RELATIVE_FIX,
  },
  IST0152: {
    name: 'EnvoyFilterUsesReplaceOperationIncorrectly',
    level: 'error',
    template: 'the operation REPLACE is ignored for {applyTo}',
    why: 'REPLACE works for NETWORK_FILTER, HTTP_FILTER and VIRTUAL_HOST only: the patch does nothing.',
    fix: 'Use MERGE, or REMOVE and ADD.',
  },
  IST0153: {
    name: 'EnvoyFilterUsesAddOperationIncorrectly',
    level: 'error',
    template: 'the operation ADD is ignored for {applyTo}',
    why: 'Nothing can be added to route configurations and routes in this way: the patch does nothing.',
    fix: 'Use INSERT_FIRST, INSERT_BEFORE or INSERT_AFTER for routes, and MERGE for a route configuration.',
  },
  IST0154: {
    name: 'EnvoyFilterUsesRemoveOperationIncorrectly',
    level: 'error',
    template: 'the operation REMOVE is ignored for {applyTo}',
    why: 'Route configurations and routes can not be removed in this way: the patch does nothing.',
    fix: 'Remove the route where it is defined, or MERGE what makes it ineffective.',
  },
  IST0155: {
    name: 'EnvoyFilterUsesRelativeOperationWithProxyVersion',
    level: 'warning',
    template:
      'the operation {operation} stands relative to another filter, no priority says when it is applied, and an earlier patch of the same filter is for one proxy version only',
    why: 'Proxies of another version lack the filter that this patch stands relative to, so the patch is dropped there.',
    fix: RELATIVE_FIX,
  },
  MSH0029: {
    name: 'UnknownEnvoyFilterType',
    level: 'warning',
    template: 'Envoy {problem}',
    why: 'Envoy refuses the listener, route or cluster that the patch goes to as a whole: the proxy keeps its old configuration, or never starts to listen.',
    fix: 'Correct the type (proxies of Istio hold the extensions of Envoy and a few of their own), or remove the patch. Where proxies are a build of your own that has the extension, suppress this finding.',
  },
});
