import {
  type AnalysisContext,
  asArray,
  asObjects,
  asString,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
} from '#analysis';
import { onePodPerWorkload, workloadName } from '#mesh/pod-groups';
import { MESH_GATEWAY, virtualGateways, virtualHosts } from '#mesh/virtual-service';
import { waypointWish } from '#mesh/waypoint';
import { podRole } from '#security/pod-server';
import { messages } from './messages.ts';

const INPUTS = ['HTTPRoute', 'Namespace', 'Pod', 'Service', 'VirtualService'] as const;
type Context = AnalysisContext<(typeof INPUTS)[number], typeof messages, 'MSH0016'>;

/** Routes for services of the ambient mesh that no waypoint carries out. */
export const analyzer = defineAnalyzer({
  name: 'ambient.Layer7RoutesAnalyzer',
  description: 'Checks that services with routes for HTTP in the ambient mesh have a waypoint.',
  inputs: INPUTS,
  messages,
  codes: ['MSH0016'],
  scope: 'mesh',
  analyze: (context) => {
    for (const resource of context.all('VirtualService')) {
      if (asArray(field(resource, 'spec', 'http')).length === 0) continue;
      if (!virtualGateways(resource).includes(MESH_GATEWAY)) continue;
      const found = virtualHosts(resource).map((host) => {
        const [name = '', namespace, word] = host.split('.');
        return word === 'svc' ? bare(context, context.get('Service', namespace, name)) : undefined;
      });
      const at = found.findIndex((one) => one !== undefined);
      report(context, resource, found[at], ['spec', 'hosts', at]);
    }
    for (const resource of context.all('HTTPRoute')) {
      asObjects(field(resource, 'spec', 'parentRefs')).forEach((parent, index) => {
        if (parent['kind'] !== 'Service') return;
        const namespace = asString(parent['namespace']) ?? resource.metadata.namespace;
        const service = context.get('Service', namespace, asString(parent['name']) ?? '');
        report(context, resource, bare(context, service), ['spec', 'parentRefs', index, 'name']);
      });
    }
  },
});

function report(
  context: Context,
  resource: KubeObject,
  workload: string | undefined,
  path: readonly (string | number)[],
): void {
  if (workload === undefined) return;
  const args = {
    what: 'routing',
    workload,
    effect: 'requests of callers in the ambient mesh do not follow its routes',
  };
  // Callers with a sidecar do follow them.
  context.report('MSH0016', args, { resource, path, confidence: 'likely' });
}

/** The workload of a service whose pods are all behind a ztunnel and that asks for no waypoint. */
function bare(context: Context, service: KubeObject | undefined): string | undefined {
  const selector = equalitySelector(field(service, 'spec', 'selector'));
  if (service === undefined || selector.length === 0) return undefined;
  const own = service.metadata.namespace ?? '';
  const namespace = context.get('Namespace', undefined, own);
  const wish = waypointWish(service, namespace);
  if (wish !== undefined && wish !== 'none') return undefined;
  const pods = onePodPerWorkload(context.select('Pod', selector, own));
  const [first] = pods;
  return first && pods.every((pod) => podRole(pod, namespace) === 'ztunnel')
    ? workloadName(first)
    : undefined;
}
