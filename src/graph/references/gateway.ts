import type { KubeObject } from '../../kube/object.ts';
import { equalitySelector } from '../../kube/selector.ts';
import { asObjects, asString, asStrings, field } from '../../util/json.ts';
import type { GraphCollector, Written } from '../collector.ts';
import { labelText } from './networking.ts';

/** What a Gateway of Istio refers to: the workloads that it configures, and the certificates of its servers. */
export function gatewayReferences(collector: GraphCollector, from: KubeObject): void {
  const labels = field(from, 'spec', 'selector');
  const selector = equalitySelector(labels);
  if (selector.length > 0) {
    const written: Written = {
      from,
      relation: 'selects',
      path: ['spec', 'selector'],
      text: labelText(labels),
    };
    collector.toWorkloads(written, selector, undefined);
  }
  const pods = selector.length === 0 ? [] : collector.resources.select('Pod', selector);
  const namespaces = [...new Set(pods.map(({ metadata }) => metadata.namespace ?? ''))];
  asObjects(field(from, 'spec', 'servers')).forEach((server, index) => {
    const base = ['spec', 'servers', index, 'tls'];
    const tls = server['tls'];
    const add = (text: string | undefined, path: readonly (string | number)[]): void => {
      if (text) credentialReference(collector, { from, relation: 'reads', path, text }, namespaces);
    };
    add(asString(field(tls, 'credentialName')), [...base, 'credentialName']);
    add(asString(field(tls, 'caCertCredentialName')), [...base, 'caCertCredentialName']);
    asStrings(field(tls, 'credentialNames')).forEach((text, at) => {
      add(text, [...base, 'credentialNames', at]);
    });
  });
}

/**
 * A plain name is a Secret beside the pods of the gateway, wherever the Gateway itself lies (dependency graph, section
 * 2); with the scheme of Kubernetes it may have its namespace in front. Other schemes name no Secret.
 */
function credentialReference(
  collector: GraphCollector,
  written: Written,
  namespaces: readonly string[],
): void {
  const [, scheme, rest = ''] = /^([\w-]+:\/\/)?(.*)$/.exec(written.text) ?? [];
  if (scheme !== undefined && scheme !== 'kubernetes://' && scheme !== 'kubernetes-gateway://') return;
  const slash = rest.indexOf('/');
  const at = scheme !== undefined && slash > 0 ? [rest.slice(0, slash)] : namespaces;
  const name = scheme !== undefined && slash > 0 ? rest.slice(slash + 1) : rest;
  for (const namespace of at) collector.toResource(written, 'Secret', namespace, name);
}
