import type { KubeObject } from '../../kube/object.ts';
import { equalitySelector } from '../../kube/selector.ts';
import { asString, field } from '../../util/json.ts';
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
  if (gateway !== undefined && !isWaypointClass(collector, gatewayClass ?? ''))
    collector.to(written, collector.node(gateway), 'unusable', `its class ${gatewayClass} is no waypoint's`);
  else collector.toResource(written, 'GatewayApiGateway', namespace, text);
}

/** Whether a class makes waypoints; one that was not read may. */
function isWaypointClass(collector: GraphCollector, name: string): boolean {
  if (name === WAYPOINT_CLASS) return true;
  const found = collector.resources.get('GatewayClass', undefined, name);
  if (found === undefined) return !['istio', 'istio-remote', 'istio-east-west'].includes(name);
  return field(found, 'spec', 'controllerName') === 'istio.io/mesh-controller';
}
