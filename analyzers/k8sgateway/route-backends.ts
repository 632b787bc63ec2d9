import {
  type AnalysisContext,
  asArray,
  asNumber,
  asObjects,
  asString,
  defineAnalyzer,
  field,
  type KubeObject,
} from '#analysis';
import { servicePorts } from '#kube/service-pods';
import { messages } from './messages.ts';

const ROUTES = ['GRPCRoute', 'HTTPRoute'] as const;
type Context = AnalysisContext<
  (typeof ROUTES)[number] | 'ReferenceGrant' | 'Service',
  typeof messages,
  'MSH0044' | 'MSH0045'
>;
type Path = readonly (string | number)[];

/** Routes to services, ports and namespaces that they may not or can not reach. */
export const analyzer = defineAnalyzer({
  name: 'k8sgateway.RouteBackendsAnalyzer',
  description: 'Checks that the backends of routes exist, and that other namespaces let them be used.',
  inputs: [...ROUTES, 'ReferenceGrant', 'Service'],
  messages,
  codes: ['MSH0044', 'MSH0045'],
  scope: 'mesh',
  analyze: (context) => {
    for (const kind of ROUTES) {
      for (const resource of context.all(kind)) {
        asArray(field(resource, 'spec', 'rules')).forEach((rule, ruleIndex) => {
          const path = ['spec', 'rules', ruleIndex];
          asObjects(field(rule, 'backendRefs')).forEach((backend, index) => {
            checkBackend(context, resource, backend, [...path, 'backendRefs', index]);
          });
          asObjects(field(rule, 'filters')).forEach((filter, index) => {
            const mirror = field(filter, 'requestMirror', 'backendRef');
            const at = [...path, 'filters', index, 'requestMirror', 'backendRef'];
            if (mirror !== undefined) checkBackend(context, resource, mirror, at);
          });
        });
      }
    }
  },
});

function checkBackend(context: Context, resource: KubeObject, backend: unknown, path: Path): void {
  const group = asString(field(backend, 'group')) ?? '';
  if (group !== '' || (asString(field(backend, 'kind')) ?? 'Service') !== 'Service') return;
  const own = resource.metadata.namespace ?? '';
  const namespace = asString(field(backend, 'namespace')) ?? own;
  const name = asString(field(backend, 'name')) ?? '';
  const service = context.get('Service', namespace, name);
  if (service === undefined) {
    context.report(
      'MSH0044',
      { backend: `Service ${namespace}/${name}` },
      { resource, path: [...path, 'name'] },
    );
    return;
  }
  const port = asNumber(field(backend, 'port'));
  if (port !== undefined && !servicePorts(service).includes(port)) {
    const what = `port ${port} of Service ${namespace}/${name}`;
    context.report('MSH0044', { backend: what }, { resource, path: [...path, 'port'], related: [service] });
  }
  if (namespace === own || isGranted(context, resource, namespace, name)) return;
  const args = { backend: `Service ${namespace}/${name}`, namespace };
  context.report('MSH0045', args, { resource, path: [...path, 'namespace'], related: [service] });
}

/** Whether a ReferenceGrant beside the service lets routes of this kind and namespace use it. */
function isGranted(context: Context, route: KubeObject, namespace: string, name: string): boolean {
  return context.inNamespace('ReferenceGrant', namespace).some((grant) => {
    const from = asObjects(field(grant, 'spec', 'from')).some(
      (one) => one['kind'] === route.kind && one['namespace'] === route.metadata.namespace,
    );
    return (
      from &&
      asObjects(field(grant, 'spec', 'to')).some(
        (one) => one['kind'] === 'Service' && (one['name'] === undefined || one['name'] === name),
      )
    );
  });
}
