import type { KubeObject } from '../../kube/object.ts';
import { asStrings, field } from '../../util/json.ts';
import type { GraphCollector } from '../collector.ts';

/** The namespaces to which a resource is exported by name; `*`, `.` and `~` name none. */
export function exportReferences(collector: GraphCollector, from: KubeObject): void {
  asStrings(field(from, 'spec', 'exportTo')).forEach((text, index) => {
    if (['*', '.', '~', ''].includes(text)) return;
    const path = ['spec', 'exportTo', index];
    collector.toResource({ from, relation: 'is exported to', path, text }, 'Namespace', undefined, text);
  });
}
