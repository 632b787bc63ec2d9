import { groupVersion } from '../../config/served-kinds.ts';
import type { KubeObject } from '../../kube/object.ts';
import { asObjects, asString, field } from '../../util/json.ts';
import type { GraphCollector, Written } from '../collector.ts';

const GROUPS: Readonly<Record<string, string>> = { Secret: '', Service: '', ConfigMap: '' };

/**
 * A reference of the Gateway API to a resource that may lie in another namespace: there a ReferenceGrant has to allow
 * it (dependency graph, section 4).
 */
export function grantedReference(
  collector: GraphCollector,
  written: Written,
  kind: 'Secret' | 'Service' | 'ConfigMap',
  namespace: string | undefined,
  name: string,
): void {
  const target = collector.resources.get(kind, namespace, name);
  const own = written.from.metadata.namespace;
  const isFree = namespace === own || target === undefined || collector.isIncomplete('ReferenceGrant');
  if (isFree || grants(collector, written.from, kind, namespace, name))
    collector.toResource(written, kind, namespace, name);
  else
    collector.to(
      written,
      collector.node(target),
      'unusable',
      `no ReferenceGrant in namespace ${namespace ?? ''} allows it`,
    );
}

function grants(
  collector: GraphCollector,
  from: KubeObject,
  kind: string,
  namespace: string | undefined,
  name: string,
): boolean {
  const { group } = groupVersion(from.apiVersion);
  return collector.resources
    .inNamespace('ReferenceGrant', namespace ?? '')
    .some(
      (grant) =>
        asObjects(field(grant, 'spec', 'from')).some(
          (one) =>
            (asString(one['group']) ?? '') === group &&
            one['kind'] === from.kind &&
            one['namespace'] === from.metadata.namespace,
        ) &&
        asObjects(field(grant, 'spec', 'to')).some(
          (one) =>
            (asString(one['group']) ?? '') === (GROUPS[kind] ?? '') &&
            one['kind'] === kind &&
            (one['name'] === undefined || one['name'] === '' || one['name'] === name),
        ),
    );
}

/** What a ReferenceGrant allows to be referred to by name. */
export function grantReferences(collector: GraphCollector, from: KubeObject): void {
  asObjects(field(from, 'spec', 'to')).forEach((to, index) => {
    const [kind, text] = [asString(to['kind']), asString(to['name'])];
    if (!text || (kind !== 'Secret' && kind !== 'Service')) return;
    const path = ['spec', 'to', index, 'name'];
    collector.toResource({ from, relation: 'allows', path, text }, kind, from.metadata.namespace, text);
  });
  asObjects(field(from, 'spec', 'from')).forEach((source, index) => {
    const text = asString(source['namespace']);
    if (text === undefined) return;
    const path = ['spec', 'from', index, 'namespace'];
    collector.toResource({ from, relation: 'names', path, text }, 'Namespace', undefined, text);
  });
}
