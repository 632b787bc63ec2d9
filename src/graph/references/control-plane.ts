import type { KubeObject } from '../../kube/object.ts';
import { asObject, asObjects, asString, field } from '../../util/json.ts';
import type { GraphCollector } from '../collector.ts';

const REVISION = 'istio.io/rev';
const TAG = 'istio.io/tag';
const INJECTION = 'istio-injection';

/** Whether a webhook configuration is one of Istio's. */
export function isIstioWebhook({ metadata }: KubeObject): boolean {
  return metadata.labels?.[REVISION] !== undefined || metadata.labels?.['app'] === 'sidecar-injector';
}

/** The revision (or tag) whose webhook injects the pods of a namespace. */
export function injectionReferences(
  collector: GraphCollector,
  namespaces: readonly KubeObject[],
  webhooks: readonly KubeObject[],
): void {
  const byRevision = new Map<string, KubeObject>();
  // A tag has a webhook of its own, which beats the revision of the same name.
  for (const label of [REVISION, TAG])
    for (const webhook of webhooks) {
      const name = webhook.metadata.labels?.[label];
      if (name !== undefined && (label === TAG || webhook.metadata.labels?.[TAG] === undefined))
        byRevision.set(name, webhook);
    }
  const isKnown =
    collector.gaps.filesOnly !== true && !collector.isIncomplete('MutatingWebhookConfiguration');
  for (const from of namespaces) {
    const labels = from.metadata.labels ?? {};
    const isEnabled = labels[INJECTION] === 'enabled';
    const label = isEnabled ? INJECTION : REVISION;
    const revision = isEnabled ? 'default' : labels[REVISION];
    if (revision === undefined || labels[INJECTION] === 'disabled') continue;
    const webhook = byRevision.get(revision);
    const node =
      webhook === undefined
        ? collector.named('Revision', undefined, revision, undefined)
        : collector.node(webhook);
    const text = labels[label] ?? '';
    const state = webhook !== undefined ? 'found' : isKnown ? 'missing' : 'unknown';
    collector.to(
      { from, relation: 'is injected by', path: ['metadata', 'labels', label], text },
      node,
      state,
    );
  }
}

/** The Services that webhooks of Istio call. */
export function webhookReferences(collector: GraphCollector, from: KubeObject): void {
  asObjects(from['webhooks']).forEach((webhook, index) => {
    const service = field(webhook, 'clientConfig', 'service');
    const text = asString(field(service, 'name'));
    if (text === undefined) return;
    const path = ['webhooks', index, 'clientConfig', 'service', 'name'];
    const namespace = asString(field(service, 'namespace'));
    collector.toResource({ from, relation: 'calls', path, text }, 'Service', namespace, text);
  });
}

/** The clusters that a remote secret gives access to: the keys of its data. What is in them is not looked at. */
export function remoteSecretReferences(collector: GraphCollector, from: KubeObject): void {
  if (from.metadata.labels?.['istio/multiCluster'] !== 'true') return;
  const clusters = Object.keys({ ...asObject(from['data']), ...asObject(from['stringData']) });
  for (const text of clusters) {
    const node = collector.named('Cluster', undefined, text, undefined);
    collector.to({ from, relation: 'gives access to', path: ['data', text], text }, node, 'outside');
  }
}

/** The services of gateways between networks that the mesh networks name. */
export function meshNetworkReferences(collector: GraphCollector, from: KubeObject): void {
  for (const [network, settings] of Object.entries(asObject(from['networks']) ?? {}))
    asObjects(field(settings, 'gateways')).forEach((gateway, index) => {
      const text = asString(gateway['registryServiceName']);
      if (text === undefined) return;
      const path = ['networks', network, 'gateways', index, 'registryServiceName'];
      collector.toHost({ from, relation: 'routes to', path, text }, text, []);
    });
}
