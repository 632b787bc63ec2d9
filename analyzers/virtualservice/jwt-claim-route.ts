import {
  type AnalysisContext,
  asArray,
  asObject,
  asStrings,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
  matchesSelector,
} from '#analysis';
import { messages } from './messages.ts';

type Context = AnalysisContext<
  'VirtualService' | 'RequestAuthentication' | 'Gateway' | 'Pod',
  typeof messages,
  'IST0149'
>;

const CLAIM = /^@request\.auth\.claims[.[]/i;
const ROOT = 'istio-system';

/** Routes that need claims of a token that nobody checks. */
export const analyzer = defineAnalyzer({
  name: 'virtualservice.JWTClaimRouteAnalyzer',
  description: 'Checks that tokens are checked on gateways whose routes match claims.',
  inputs: ['VirtualService', 'RequestAuthentication', 'Gateway', 'Pod'],
  messages,
  codes: ['IST0149'],
  scope: 'mesh',
  analyze: (context) => {
    for (const service of context.all('VirtualService')) {
      const match = firstClaim(service);
      if (match === undefined) continue;
      for (const written of asStrings(field(service, 'spec', 'gateways'))) {
        const [name = '', namespace = service.metadata.namespace ?? ''] = written.split('/').reverse();
        const gateway = written === 'mesh' ? undefined : context.get('Gateway', namespace, name);
        if (gateway === undefined) continue;
        for (const pod of context.select('Pod', equalitySelector(field(gateway, 'spec', 'selector')))) {
          if (isChecked(context, pod)) continue;
          const args = { claim: match.claim, gateway: `${namespace}/${name}`, pod: pod.metadata.name };
          context.report('IST0149', args, { resource: service, path: match.path, related: [gateway, pod] });
        }
      }
    }
  },
});

function firstClaim(
  service: KubeObject,
): { readonly claim: string; readonly path: readonly (string | number)[] } | undefined {
  for (const [index, route] of asArray(field(service, 'spec', 'http')).entries())
    for (const [at, match] of asArray(field(route, 'match')).entries())
      for (const list of ['headers', 'withoutHeaders'])
        for (const claim of Object.keys(asObject(field(match, list)) ?? {}))
          if (CLAIM.test(claim)) return { claim, path: ['spec', 'http', index, 'match', at, list, claim] };
  return undefined;
}

function isChecked(context: Context, pod: KubeObject): boolean {
  const { namespace = '', labels } = pod.metadata;
  const rules = [
    ...context.inNamespace('RequestAuthentication', ROOT),
    ...context.inNamespace('RequestAuthentication', namespace),
  ];
  return rules.some((rule) =>
    matchesSelector(equalitySelector(field(rule, 'spec', 'selector', 'matchLabels')), labels),
  );
}
