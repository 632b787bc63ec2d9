import type { KubeObject } from '../../kube/object.ts';
import { asArray, asObjects, asString, field } from '../../util/json.ts';
import type { GraphCollector } from '../collector.ts';

/** The Services that an Ingress of Kubernetes leads to; they lie in its own namespace. */
export function ingressReferences(collector: GraphCollector, from: KubeObject): void {
  const add = (backend: unknown, base: readonly (string | number)[]): void => {
    const text = asString(field(backend, 'service', 'name'));
    if (text === undefined) return;
    const path = [...base, 'service', 'name'];
    collector.toResource(
      { from, relation: 'routes to', path, text },
      'Service',
      from.metadata.namespace,
      text,
    );
  };
  add(field(from, 'spec', 'defaultBackend'), ['spec', 'defaultBackend']);
  asArray(field(from, 'spec', 'rules')).forEach((rule, index) => {
    asObjects(field(rule, 'http', 'paths')).forEach((entry, at) => {
      add(entry['backend'], ['spec', 'rules', index, 'http', 'paths', at, 'backend']);
    });
  });
}
