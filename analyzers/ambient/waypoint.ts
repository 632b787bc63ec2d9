import {
  type AnalysisContext,
  asObjects,
  asString,
  defineAnalyzer,
  type FieldPath,
  field,
  type KubeObject,
  matchesSelector,
  objectSelector,
} from '#analysis';
import { isWaypointGateway, type WaypointWish, waypointFor, waypointWish } from '#mesh/waypoint';
import { messages } from './messages.ts';

const INPUTS = ['Deployment', 'GatewayApiGateway', 'Namespace', 'Pod', 'Service', 'ServiceEntry'] as const;
type Context = AnalysisContext<(typeof INPUTS)[number], typeof messages, 'MSH0017'>;

/** What each kind is to a waypoint; a namespace asks for both. */
const SERVED = {
  Service: 'service',
  ServiceEntry: 'service',
  Pod: 'workload',
  Namespace: undefined,
} as const;
const LABEL = 'istio.io/use-waypoint';

/** Waypoints that are asked for and can't serve. */
export const analyzer = defineAnalyzer({
  name: 'ambient.WaypointAnalyzer',
  description: 'Checks that the waypoints that labels ask for exist and serve what asks for them.',
  inputs: INPUTS,
  messages,
  codes: ['MSH0017'],
  scope: 'mesh',
  analyze: (context) => {
    for (const kind of ['Service', 'ServiceEntry', 'Namespace', 'Pod'] as const) {
      for (const resource of context.all(kind)) {
        // The pods of a Deployment are judged by its template.
        if (kind === 'Pod' && (resource.metadata.ownerReferences ?? []).length > 0) continue;
        check(context, resource, resource, SERVED[kind], ['metadata', 'labels', LABEL]);
      }
    }
    for (const resource of context.all('Deployment')) {
      const metadata = field(resource, 'spec', 'template', 'metadata') as KubeObject['metadata'] | undefined;
      const pod = {
        ...resource,
        kind: 'Pod',
        metadata: { ...metadata, name: resource.metadata.name, namespace: resource.metadata.namespace ?? '' },
      };
      check(context, resource, pod, 'workload', ['spec', 'template', 'metadata', 'labels', LABEL]);
    }
  },
});

function check(
  context: Context,
  resource: KubeObject,
  asking: KubeObject,
  served: 'service' | 'workload' | undefined,
  path: FieldPath,
): void {
  const wish = waypointWish(asking, undefined);
  if (wish === undefined || wish === 'none') return;
  const own = asking.metadata.namespace ?? asking.metadata.name;
  const problem = problemOf(context, wish, own, served);
  if (problem === undefined) return;
  const waypoint = `${wish.namespace}/${wish.name}`;
  context.report('MSH0017', { waypoint, problem }, { resource, path });
}

function problemOf(
  context: Context,
  wish: WaypointWish,
  own: string,
  served: 'service' | 'workload' | undefined,
): string | undefined {
  const gateway = context.get('GatewayApiGateway', wish.namespace, wish.name);
  if (gateway === undefined) return context.mayLack('GatewayApiGateway') ? undefined : 'does not exist';
  if (!isWaypointGateway(gateway)) {
    return `is no waypoint: its gatewayClassName is ${asString(field(gateway, 'spec', 'gatewayClassName')) ?? 'not set'}`;
  }
  const serves = waypointFor(gateway);
  if (serves === 'none') return 'serves nothing (istio.io/waypoint-for: none)';
  if (served !== undefined && serves !== 'all' && serves !== served) {
    return `serves ${serves}s and no ${served}s (istio.io/waypoint-for: ${serves})`;
  }
  if (wish.namespace === own || admits(context, gateway, own)) return undefined;
  return `lets nothing of the namespace ${own} attach to it (allowedRoutes)`;
}

/** Whether a listener lets what is in a namespace attach; one that does not say lets its own namespace alone. */
function admits(context: Context, gateway: KubeObject, namespace: string): boolean {
  return asObjects(field(gateway, 'spec', 'listeners')).some((listener) => {
    const from = field(listener, 'allowedRoutes', 'namespaces', 'from');
    if (from === 'All') return true;
    if (from !== 'Selector') return false;
    const known = context.get('Namespace', undefined, namespace);
    const selector = objectSelector(field(listener, 'allowedRoutes', 'namespaces', 'selector'));
    return known === undefined || matchesSelector(selector, known.metadata.labels);
  });
}
