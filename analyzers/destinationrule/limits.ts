import {
  type AnalysisContext,
  asNumber,
  asObjects,
  defineAnalyzer,
  type FieldPath,
  field,
  type KubeObject,
} from '#analysis';
import { messages } from './messages.ts';

type Context = AnalysisContext<'DestinationRule', typeof messages, 'MSH0021' | 'MSH0035'>;

/** Limits that stop ordinary traffic. */
const LIMITS = [
  ['tcp', 'maxConnections'],
  ['http', 'http2MaxRequests'],
] as const;

/** Circuit breakers that never act, or always. */
export const analyzer = defineAnalyzer({
  name: 'destinationrule.LimitsAnalyzer',
  description: 'Checks that outlier detection and connection limits have values that make sense.',
  inputs: ['DestinationRule'],
  messages,
  codes: ['MSH0021', 'MSH0035'],
  scope: 'object',
  analyze: (context) => {
    for (const resource of context.all('DestinationRule')) {
      check(context, resource, ['spec', 'trafficPolicy'], field(resource, 'spec', 'trafficPolicy'));
      asObjects(field(resource, 'spec', 'subsets')).forEach((subset, index) => {
        check(context, resource, ['spec', 'subsets', index, 'trafficPolicy'], subset['trafficPolicy']);
      });
    }
  },
});

function check(context: Context, resource: KubeObject, base: FieldPath, policy: unknown): void {
  const outlier = field(policy, 'outlierDetection');
  const reason = outlier === undefined ? undefined : whyNever(outlier);
  if (reason !== undefined)
    context.report('MSH0021', { reason }, { resource, path: [...base, 'outlierDetection'] });
  for (const [protocol, name] of LIMITS) {
    const value = asNumber(field(policy, 'connectionPool', protocol, name));
    if (value === undefined || value > 1 || value < 1) continue;
    const path = [...base, 'connectionPool', protocol, name];
    context.report('MSH0035', { field: `connectionPool.${protocol}.${name}`, value }, { resource, path });
  }
}

function whyNever(outlier: unknown): string | undefined {
  if (asNumber(field(outlier, 'maxEjectionPercent')) === 0) return 'maxEjectionPercent is 0';
  const counts = [
    'consecutive5xxErrors',
    'consecutiveGatewayErrors',
    'consecutiveErrors',
    'consecutiveLocalOriginFailures',
  ];
  const given = counts.map((name) => asNumber(field(outlier, name)));
  // Without any count the default of five 5xx errors holds.
  if (given.every((count) => count === undefined)) return undefined;
  return given.every((count) => count === undefined || count === 0) && given[0] === 0
    ? 'consecutive5xxErrors is 0 and no other count is set'
    : undefined;
}
