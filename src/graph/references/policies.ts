import type { KubeObject } from '../../kube/object.ts';
import { equalitySelector } from '../../kube/selector.ts';
import type { Kind } from '../../mesh/kinds.ts';
import { asArray, asObjects, asString, asStrings, field } from '../../util/json.ts';
import type { GraphCollector, Written } from '../collector.ts';
import { workloadReferences } from './networking.ts';
import { providerReference } from './providers.ts';

/** Kinds that `targetRefs` may name, by group and kind. */
const TARGETS: Readonly<Record<string, Kind>> = {
  '/Service': 'Service',
  'core/Service': 'Service',
  'networking.istio.io/ServiceEntry': 'ServiceEntry',
  'gateway.networking.k8s.io/Gateway': 'GatewayApiGateway',
  'gateway.networking.k8s.io/GatewayClass': 'GatewayClass',
};

/** Where the labels of the selector stand in kinds of policies. */
const SELECTOR: Readonly<Record<string, readonly string[]>> = {
  EnvoyFilter: ['spec', 'workloadSelector', 'labels'],
};

/** Selector and targets of a policy; a policy of the root namespace selects in all namespaces. */
export function policyReferences(collector: GraphCollector, from: KubeObject, root: string): void {
  const { namespace } = from.metadata;
  const labels = SELECTOR[from.kind] ?? ['spec', 'selector', 'matchLabels'];
  workloadReferences(collector, from, labels, namespace === root);
  const single = field(from, 'spec', 'targetRef');
  const targets = single === undefined ? asArray(field(from, 'spec', 'targetRefs')) : [single];
  targets.forEach((target, index) => {
    const path = single === undefined ? ['spec', 'targetRefs', index, 'name'] : ['spec', 'targetRef', 'name'];
    const kind =
      TARGETS[`${asString(field(target, 'group')) ?? ''}/${asString(field(target, 'kind')) ?? ''}`];
    const text = asString(field(target, 'name')) ?? '';
    if (kind === undefined) return;
    const at = kind === 'GatewayClass' ? undefined : namespace;
    collector.toResource({ from, relation: 'targets', path, text }, kind, at, text, kind === 'GatewayClass');
  });
  const secret = asString(field(from, 'spec', 'imagePullSecret'));
  if (secret === undefined) return;
  const path = ['spec', 'imagePullSecret'];
  collector.toResource({ from, relation: 'reads', path, text: secret }, 'Secret', namespace, secret);
}

/** Namespaces, service accounts and the provider that an AuthorizationPolicy names. */
export function authorizationReferences(collector: GraphCollector, from: KubeObject): void {
  asObjects(field(from, 'spec', 'rules')).forEach((rule, ruleIndex) => {
    asObjects(rule['from']).forEach((entry, fromIndex) => {
      const base = ['spec', 'rules', ruleIndex, 'from', fromIndex, 'source'];
      for (const name of ['namespaces', 'notNamespaces', 'principals', 'notPrincipals', 'serviceAccounts'])
        asStrings(field(entry, 'source', name)).forEach((text, index) => {
          sourceReference(collector, { from, relation: 'names', path: [...base, name, index], text }, name);
        });
    });
  });
  const text = asString(field(from, 'spec', 'provider', 'name'));
  if (field(from, 'spec', 'action') !== 'CUSTOM' || text === undefined) return;
  providerReference(collector, { from, relation: 'asks', path: ['spec', 'provider', 'name'], text });
}

function sourceReference(collector: GraphCollector, written: Written, field: string): void {
  const { text, from } = written;
  if (text.includes('*')) return;
  if (field === 'namespaces' || field === 'notNamespaces') {
    collector.toResource(written, 'Namespace', undefined, text);
    return;
  }
  const own = from.metadata.namespace ?? '';
  const [, namespace = own, name] =
    field === 'serviceAccounts'
      ? (/^(?:([^/]+)\/)?([^/]+)$/.exec(text) ?? [])
      : (/\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(text) ?? []);
  // A principal of another form is one that no service account has; what it is can't be told from here.
  if (name !== undefined) collector.toResource(written, 'ServiceAccount', namespace, name);
}

/** The hosts that keys for tokens are fetched from; those outside the mesh are asked by istiod itself. */
export function requestAuthenticationReferences(collector: GraphCollector, from: KubeObject): void {
  asObjects(field(from, 'spec', 'jwtRules')).forEach((rule, index) => {
    const text = asString(rule['jwksUri']) ?? '';
    if (!URL.canParse(text)) return;
    const host = new URL(text).hostname;
    const path = ['spec', 'jwtRules', index, 'jwksUri'];
    const [name = '', namespace, word = 'svc'] = host.split('.');
    // Istiod looks the host up in DNS, where name.namespace and name.namespace.svc are Services too.
    const isService =
      word === 'svc' && namespace !== undefined && collector.resources.get('Service', namespace, name);
    const fqdn = isService ? `${name}.${namespace}.svc.cluster.local` : host;
    collector.toHost({ from, relation: 'asks', path, text }, fqdn, [], 'outside');
  });
}

/** The pods that a NetworkPolicy is about; an empty selector means all, and is no reference. */
export function networkPolicyReferences(collector: GraphCollector, from: KubeObject): void {
  const path = ['spec', 'podSelector', 'matchLabels'];
  const labels = field(from, ...path);
  const selector = equalitySelector(labels);
  if (selector.length === 0) return;
  const text = selector.map(({ key, values }) => `${key}=${values[0] ?? ''}`).join(',');
  collector.toWorkloads({ from, relation: 'selects', path, text }, selector, from.metadata.namespace, true);
}
