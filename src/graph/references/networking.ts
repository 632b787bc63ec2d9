import type { KubeObject } from '../../kube/object.ts';
import { equalitySelector, type LabelSelector } from '../../kube/selector.ts';
import { fullHost } from '../../mesh/host.ts';
import { asObject, asObjects, asString, asStrings, field } from '../../util/json.ts';
import type { GraphCollector, Written } from '../collector.ts';
import { exportReferences } from './exports.ts';

type Path = readonly (string | number)[];

/** What a DestinationRule refers to. */
export function destinationRuleReferences(collector: GraphCollector, from: KubeObject): void {
  const { namespace = '' } = from.metadata;
  const text = asString(field(from, 'spec', 'host')) ?? '';
  const exportTo = asStrings(field(from, 'spec', 'exportTo'));
  const host = fullHost(text, namespace);
  const written: Written = { from, relation: 'applies to', path: ['spec', 'host'], text };
  collector.toHost(written, host, exportTo, host.startsWith('*') ? 'optional' : undefined);
  exportReferences(collector, from);
  workloadReferences(collector, from, ['spec', 'workloadSelector', 'matchLabels']);
  subsetReferences(collector, from, host, exportTo);
  const policies: Path[] = [['spec', 'trafficPolicy']];
  asObjects(field(from, 'spec', 'subsets')).forEach((_subset, index) => {
    policies.push(['spec', 'subsets', index, 'trafficPolicy']);
  });
  for (const path of policies) credentialReferences(collector, from, path);
}

/** Labels that istiod gives pods from their node: the pods themselves do not have them. */
const NODE_LABELS: ReadonlySet<string> = new Set([
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
  'kubernetes.io/hostname',
]);

/** The pods that a subset picks out of those of its Services. */
function subsetReferences(
  collector: GraphCollector,
  from: KubeObject,
  host: string,
  exportTo: readonly string[],
): void {
  const known = collector.registry.find(host, from.metadata.namespace ?? '', exportTo);
  const services = (known?.objects ?? []).filter(({ kind }) => kind === 'Service');
  asObjects(field(from, 'spec', 'subsets')).forEach((subset, index) => {
    const labels = equalitySelector(subset['labels']).filter(({ key }) => !NODE_LABELS.has(key));
    if (labels.length === 0) return;
    const path = ['spec', 'subsets', index, 'labels'];
    const text = labelText(subset['labels']);
    for (const service of services) {
      const selector: LabelSelector = equalitySelector(field(service, 'spec', 'selector'));
      if (selector.length === 0) continue;
      const namespace = service.metadata.namespace;
      collector.toWorkloads({ from, relation: 'selects', path, text }, [...selector, ...labels], namespace);
    }
  });
}

/** Secrets for TLS to the destination: where they must lie is known when the rule selects its clients. */
function credentialReferences(collector: GraphCollector, from: KubeObject, at: Path): void {
  const policy = at.reduce<unknown>(
    (value, step) => (value as Readonly<Record<string | number, unknown>> | undefined)?.[step],
    from,
  );
  const isOwn = field(from, 'spec', 'workloadSelector') !== undefined;
  const add = (tls: unknown, path: Path): void => {
    const text = asString(field(tls, 'credentialName'));
    if (text === undefined || text === '' || text.includes('://')) return;
    const written: Written = { from, relation: 'reads', path: [...path, 'credentialName'], text };
    collector.toResource(written, 'Secret', from.metadata.namespace, text, !isOwn);
  };
  add(field(policy, 'tls'), [...at, 'tls']);
  asObjects(field(policy, 'portLevelSettings')).forEach((settings, index) => {
    add(settings['tls'], [...at, 'portLevelSettings', index, 'tls']);
  });
}

/** What a ServiceEntry selects, and where it is exported to. */
export function serviceEntryReferences(collector: GraphCollector, from: KubeObject): void {
  workloadReferences(collector, from, ['spec', 'workloadSelector', 'labels']);
  exportReferences(collector, from);
}

/** What a Sidecar imports. */
export function sidecarReferences(collector: GraphCollector, from: KubeObject): void {
  workloadReferences(collector, from, ['spec', 'workloadSelector', 'labels']);
  asObjects(field(from, 'spec', 'egress')).forEach((listener, index) => {
    asStrings(listener['hosts']).forEach((text, at) => {
      const [namespace = '', host = ''] = text.split('/');
      if (host === '' || host === '*' || namespace.startsWith('~')) return;
      const path = ['spec', 'egress', index, 'hosts', at];
      const otherwise = host.startsWith('*') ? 'optional' : undefined;
      collector.toHost({ from, relation: 'imports', path, text }, host, [], otherwise);
    });
  });
  const proxy = asString(field(from, 'spec', 'outboundTrafficPolicy', 'egressProxy', 'host'));
  if (proxy === undefined) return;
  const path = ['spec', 'outboundTrafficPolicy', 'egressProxy', 'host'];
  const host = fullHost(proxy, from.metadata.namespace ?? '');
  collector.toHost({ from, relation: 'routes to', path, text: proxy }, host, []);
}

/** Labels in one line, sorted. */
export function labelText(labels: unknown): string {
  const entries = Object.entries(asObject(labels) ?? {}).map(([key, value]) => `${key}=${String(value)}`);
  return entries.sort().join(',');
}

/** The workloads of its own namespace that a resource selects; in all namespaces when `everywhere`. */
export function workloadReferences(
  collector: GraphCollector,
  from: KubeObject,
  path: readonly string[],
  everywhere = false,
): void {
  const labels = field(from, ...path);
  const selector = equalitySelector(labels);
  if (selector.length === 0) return;
  const written: Written = { from, relation: 'selects', path, text: labelText(labels) };
  collector.toWorkloads(written, selector, everywhere ? undefined : from.metadata.namespace);
}
