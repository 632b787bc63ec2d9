import {
  asArray,
  asObject,
  asObjects,
  defineAnalyzer,
  type FieldPath,
  field,
  type KubeObject,
} from '#analysis';
import { messages } from './messages.ts';

const SETTING = 'localityLbSetting';

/** Failover between localities that never happens because nothing tells which endpoints fail. */
export const analyzer = defineAnalyzer({
  name: 'destinationrule.FailoverAnalyzer',
  description: 'Checks that failover between localities comes with outlier detection.',
  inputs: ['DestinationRule', 'MeshConfig'],
  messages,
  codes: ['MSH0037'],
  scope: 'mesh',
  analyze: (context) => {
    let detects = false;
    for (const resource of context.all('DestinationRule')) {
      const main = field(resource, 'spec', 'trafficPolicy');
      for (const { policy, path } of policiesOf(resource)) {
        const own =
          field(policy, 'outlierDetection') ??
          (path.includes('subsets') ? field(main, 'outlierDetection') : undefined);
        if (own !== undefined) detects = true;
        const setting = field(policy, 'loadBalancer', SETTING);
        if (own !== undefined || !failsOver(setting)) continue;
        context.report(
          'MSH0037',
          { where: 'its traffic policy' },
          { resource, path: [...path, 'loadBalancer', SETTING] },
        );
      }
    }
    for (const resource of context.all('MeshConfig')) {
      if (detects || !failsOver(resource[SETTING])) continue;
      context.report(
        'MSH0037',
        { where: 'any DestinationRule' },
        { resource, path: [SETTING], confidence: 'likely' },
      );
    }
  },
});

/** The traffic policies of a rule, each with the ports that replace it. */
function policiesOf(rule: KubeObject): readonly { readonly policy: unknown; readonly path: FieldPath }[] {
  const tops: { policy: unknown; path: FieldPath }[] = [
    { policy: field(rule, 'spec', 'trafficPolicy'), path: ['spec', 'trafficPolicy'] },
    ...asObjects(field(rule, 'spec', 'subsets')).map((subset, index) => ({
      policy: subset['trafficPolicy'],
      path: ['spec', 'subsets', index, 'trafficPolicy'],
    })),
  ];
  return tops.flatMap(({ policy, path }) => [
    { policy, path },
    ...asObjects(field(policy, 'portLevelSettings')).map((port, index) => ({
      policy: port,
      path: [...path, 'portLevelSettings', index],
    })),
  ]);
}

/** Whether a setting asks for failover: to regions, or by labels in their order. */
function failsOver(setting: unknown): boolean {
  const { enabled, failover, failoverPriority } = asObject(setting) ?? {};
  return enabled !== false && (asArray(failover).length > 0 || asArray(failoverPriority).length > 0);
}
