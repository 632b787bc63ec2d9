import type { KubeObject } from '../../kube/object.ts';
import { equalitySelector } from '../../kube/selector.ts';
import type { Kind } from '../../mesh/kinds.ts';
import { asArray, asObjects, asString, asStrings, field } from '../../util/json.ts';
import type { GraphCollector, Written } from '../collector.ts';
import { labelText } from './networking.ts';

/** Kinds that `targetRefs` may name, by group and kind. */
const TARGETS: Readonly<Record<string, Kind>> = {
  '/Service': 'Service',
  'core/Service': 'Service',
  'networking.istio.io/ServiceEntry': 'ServiceEntry',
  'gateway.networking.k8s.io/Gateway': 'GatewayApiGateway',
};

/** Selector and targets of a policy; a policy of the root namespace selects in all namespaces. */
export function policyReferences(collector: GraphCollector, from: KubeObject, root: string): void {
  const labels = field(from, 'spec', 'selector', 'matchLabels');
  const selector = equalitySelector(labels);
  const { namespace } = from.metadata;
  if (selector.length > 0) {
    const path = ['spec', 'selector', 'matchLabels'];
    const written: Written = { from, relation: 'selects', path, text: labelText(labels) };
    collector.toWorkloads(written, selector, namespace === root ? undefined : namespace);
  }
  const single = field(from, 'spec', 'targetRef');
  const targets = single === undefined ? asArray(field(from, 'spec', 'targetRefs')) : [single];
  targets.forEach((target, index) => {
    const path = single === undefined ? ['spec', 'targetRefs', index, 'name'] : ['spec', 'targetRef', 'name'];
    const kind =
      TARGETS[`${asString(field(target, 'group')) ?? ''}/${asString(field(target, 'kind')) ?? ''}`];
    const name = asString(field(target, 'name')) ?? '';
    if (kind !== undefined)
      collector.toResource({ from, relation: 'targets', path, text: name }, kind, namespace, name);
  });
}

/** Namespaces, service accounts and the provider that an AuthorizationPolicy names. */
export function authorizationReferences(collector: GraphCollector, from: KubeObject): void {
  asObjects(field(from, 'spec', 'rules')).forEach((rule, ruleIndex) => {
    asObjects(rule['from']).forEach((entry, fromIndex) => {
      const base = ['spec', 'rules', ruleIndex, 'from', fromIndex, 'source'];
      asStrings(field(entry, 'source', 'namespaces')).forEach((text, index) => {
        if (text.includes('*')) return;
        const written: Written = { from, relation: 'names', path: [...base, 'namespaces', index], text };
        collector.toResource(written, 'Namespace', undefined, text);
      });
    });
  });
}
