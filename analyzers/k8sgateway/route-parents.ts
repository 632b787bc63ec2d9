import { type AnalysisContext, asObjects, asString, defineAnalyzer, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

const ROUTES = ['GRPCRoute', 'HTTPRoute'] as const;
type Context = AnalysisContext<
  (typeof ROUTES)[number] | 'GatewayApiGateway' | 'Service',
  typeof messages,
  'MSH0043'
>;

/** Routes that are bound to a gateway, listener or service that does not exist. */
export const analyzer = defineAnalyzer({
  name: 'k8sgateway.RouteParentsAnalyzer',
  description: 'Checks that the gateways, listeners and services that routes are bound to exist.',
  inputs: [...ROUTES, 'GatewayApiGateway', 'Service'],
  messages,
  codes: ['MSH0043'],
  scope: 'mesh',
  analyze: (context) => {
    for (const kind of ROUTES) {
      for (const resource of context.all(kind)) {
        asObjects(field(resource, 'spec', 'parentRefs')).forEach((parent, index) => {
          const missing = missingParent(context, resource, parent);
          if (missing === undefined) return;
          const path = ['spec', 'parentRefs', index, missing.key];
          context.report('MSH0043', { parent: missing.what }, { resource, path });
        });
      }
    }
  },
});

function missingParent(
  context: Context,
  route: KubeObject,
  parent: unknown,
): { readonly what: string; readonly key: string } | undefined {
  const kind = asString(field(parent, 'kind')) ?? 'Gateway';
  const name = asString(field(parent, 'name')) ?? '';
  const namespace = asString(field(parent, 'namespace')) ?? route.metadata.namespace;
  const full = `${namespace ?? ''}/${name}`;
  if (kind === 'Service') {
    return context.get('Service', namespace, name) ? undefined : { what: `Service ${full}`, key: 'name' };
  }
  if (kind !== 'Gateway') return undefined;
  const gateway = context.get('GatewayApiGateway', namespace, name);
  if (gateway === undefined) {
    return context.mayLack('GatewayApiGateway') ? undefined : { what: `Gateway ${full}`, key: 'name' };
  }
  const section = asString(field(parent, 'sectionName'));
  const listeners = asObjects(field(gateway, 'spec', 'listeners'));
  if (section === undefined || listeners.some((one) => one['name'] === section)) return undefined;
  return { what: `listener ${section} of Gateway ${full}`, key: 'sectionName' };
}
