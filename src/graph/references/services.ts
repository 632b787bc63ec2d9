import type { KubeObject } from '../../kube/object.ts';
import { equalitySelector, matchesSelector, objectSelector } from '../../kube/selector.ts';
import { asObjects, asString, field } from '../../util/json.ts';
import type { GraphCollector, Written } from '../collector.ts';
import { labelText } from './networking.ts';

/** The workloads of a Service, or the host that it is another name for. */
export function serviceReferences(collector: GraphCollector, from: KubeObject): void {
  const alias = asString(field(from, 'spec', 'externalName'));
  if (field(from, 'spec', 'type') === 'ExternalName' && alias !== undefined) {
    const path = ['spec', 'externalName'];
    collector.toHost({ from, relation: 'is an alias of', path, text: alias }, alias, [], 'outside');
    return;
  }
  const labels = field(from, 'spec', 'selector');
  const selector = equalitySelector(labels);
  if (selector.length === 0) return;
  const path = ['spec', 'selector'];
  const written: Written = { from, relation: 'selects', path, text: labelText(labels) };
  collector.toWorkloads(written, selector, from.metadata.namespace);
}

const USE_WAYPOINT = 'istio.io/use-waypoint';
const WAYPOINT_CLASS = 'istio-waypoint';

/** The waypoint that a label of a Service, ServiceEntry, WorkloadEntry or Namespace names. */
export function waypointReferences(collector: GraphCollector, from: KubeObject): void {
  for (const label of [USE_WAYPOINT, `${USE_WAYPOINT}-canary`]) waypointReference(collector, from, label);
}

function waypointReference(collector: GraphCollector, from: KubeObject, label: string): void {
  const text = from.metadata.labels?.[label];
  if (text === undefined || text === 'none') return;
  const own = from.kind === 'Namespace' ? from.metadata.name : from.metadata.namespace;
  const namespace = from.metadata.labels?.[`${label}-namespace`] ?? own;
  const written: Written = { from, relation: 'uses waypoint', path: ['metadata', 'labels', label], text };
  const gateway = collector.resources.get('GatewayApiGateway', namespace, text);
  const gatewayClass = asString(field(gateway, 'spec', 'gatewayClassName'));
  const isWaypoint = isWaypointClass(collector, gatewayClass ?? '');
  if (gateway === undefined || (isWaypoint && isAllowed(collector, gateway, own ?? '')))
    collector.toResource(written, 'GatewayApiGateway', namespace, text);
  else {
    const allows = `its listeners do not allow namespace ${own ?? ''} (allowedRoutes)`;
    const note = isWaypoint ? allows : `its class ${gatewayClass} is no waypoint's`;
    collector.to(written, collector.node(gateway), 'unusable', note);
  }
}

/** Whether a listener of a waypoint takes what lies in a namespace: its own, all, or those that a selector finds. */
function isAllowed(collector: GraphCollector, gateway: KubeObject, namespace: string): boolean {
  if (gateway.metadata.namespace === namespace) return true;
  return asObjects(field(gateway, 'spec', 'listeners')).some((listener) => {
    const allowed = field(listener, 'allowedRoutes', 'namespaces');
    const from = asString(field(allowed, 'from')) ?? 'Same';
    if (from !== 'Selector') return from === 'All';
    const object = collector.resources.get('Namespace', undefined, namespace);
    if (object === undefined) return collector.isIncomplete('Namespace');
    return matchesSelector(objectSelector(field(allowed, 'selector')), object.metadata.labels);
  });
}

/** Whether a class makes waypoints; one that was not read may. */
function isWaypointClass(collector: GraphCollector, name: string): boolean {
  if (name === WAYPOINT_CLASS) return true;
  const found = collector.resources.get('GatewayClass', undefined, name);
  if (found === undefined) return !['istio', 'istio-remote', 'istio-east-west'].includes(name);
  return field(found, 'spec', 'controllerName') === 'istio.io/mesh-controller';
}
