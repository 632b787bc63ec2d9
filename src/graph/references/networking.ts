import type { KubeObject } from '../../kube/object.ts';
import { equalitySelector } from '../../kube/selector.ts';
import { fullHost } from '../../mesh/host.ts';
import { asObject, asObjects, asString, asStrings, field } from '../../util/json.ts';
import type { GraphCollector, Written } from '../collector.ts';

/** What a DestinationRule refers to. */
export function destinationRuleReferences(collector: GraphCollector, from: KubeObject): void {
  const { namespace = '' } = from.metadata;
  const text = asString(field(from, 'spec', 'host')) ?? '';
  const exportTo = asStrings(field(from, 'spec', 'exportTo'));
  const written: Written = { from, relation: 'applies to', path: ['spec', 'host'], text };
  collector.toHost(written, fullHost(text, namespace), exportTo);
  selects(collector, from, ['spec', 'workloadSelector', 'matchLabels']);
}

/** What a ServiceEntry, Sidecar, ProxyConfig or EnvoyFilter selects. */
export function workloadSelectorReferences(collector: GraphCollector, from: KubeObject): void {
  selects(collector, from, ['spec', 'workloadSelector', 'labels']);
}

/** What a Gateway of Istio refers to. */
export function gatewayReferences(collector: GraphCollector, from: KubeObject): void {
  const labels = field(from, 'spec', 'selector');
  const selector = equalitySelector(labels);
  const text = labelText(labels);
  collector.toWorkloads({ from, relation: 'selects', path: ['spec', 'selector'], text }, selector, undefined);
  const [pod] = collector.resources.select('Pod', selector);
  asObjects(field(from, 'spec', 'servers')).forEach((server, index) => {
    const credential = asString(field(server, 'tls', 'credentialName')) ?? '';
    if (credential === '' || credential.includes('://') || pod === undefined) return;
    const [name = '', namespace = pod.metadata.namespace ?? ''] = credential.split('/').reverse();
    const path = ['spec', 'servers', index, 'tls', 'credentialName'];
    collector.toResource({ from, relation: 'reads', path, text: credential }, 'Secret', namespace, name);
  });
}

/** What a Sidecar imports. */
export function sidecarReferences(collector: GraphCollector, from: KubeObject): void {
  workloadSelectorReferences(collector, from);
  asObjects(field(from, 'spec', 'egress')).forEach((listener, index) => {
    asStrings(listener['hosts']).forEach((text, at) => {
      const [namespace = '', host = ''] = text.split('/');
      if (host === '' || host === '*' || namespace.startsWith('~')) return;
      const path = ['spec', 'egress', index, 'hosts', at];
      collector.toHost({ from, relation: 'imports', path, text }, host, [], host.startsWith('*'));
    });
  });
}

/** The workloads and the waypoint of a Service. */
export function serviceReferences(collector: GraphCollector, from: KubeObject): void {
  const labels = field(from, 'spec', 'selector');
  const selector = equalitySelector(labels);
  if (selector.length > 0) {
    const written: Written = {
      from,
      relation: 'selects',
      path: ['spec', 'selector'],
      text: labelText(labels),
    };
    collector.toWorkloads(written, selector, from.metadata.namespace);
  }
  waypointReferences(collector, from);
}

const USE_WAYPOINT = 'istio.io/use-waypoint';

/** The waypoint that a label of a Service, ServiceEntry or Namespace names. */
export function waypointReferences(collector: GraphCollector, from: KubeObject): void {
  const name = from.metadata.labels?.[USE_WAYPOINT];
  if (name === undefined || name === 'none') return;
  const own = from.kind === 'Namespace' ? from.metadata.name : from.metadata.namespace;
  const namespace = from.metadata.labels?.[`${USE_WAYPOINT}-namespace`] ?? own;
  const path = ['metadata', 'labels', USE_WAYPOINT];
  collector.toResource(
    { from, relation: 'uses waypoint', path, text: name },
    'GatewayApiGateway',
    namespace,
    name,
  );
}

/** Labels in one line, sorted. */
export function labelText(labels: unknown): string {
  const entries = Object.entries(asObject(labels) ?? {}).map(([key, value]) => `${key}=${String(value)}`);
  return entries.sort().join(',');
}

function selects(collector: GraphCollector, from: KubeObject, path: readonly string[]): void {
  const labels = field(from, ...path);
  const selector = equalitySelector(labels);
  if (selector.length === 0) return;
  const optional = from.kind === 'ServiceEntry';
  const written: Written = { from, relation: 'selects', path, text: labelText(labels) };
  collector.toWorkloads(written, selector, from.metadata.namespace, optional);
}
