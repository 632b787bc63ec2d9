import type { KubeObject } from '../kube/object.ts';
import { type LabelSelector, matchesSelector } from '../kube/selector.ts';
import type { ResourceLookup } from '../mesh/resource-set.ts';
import { asObject, field } from '../util/json.ts';

interface Labelled {
  readonly object: KubeObject;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Workloads outside Kubernetes by their labels: those of a WorkloadEntry, and those that a WorkloadGroup gives to the
 * entries that are made from it.
 */
export class ExternalWorkloads {
  readonly #all: readonly Labelled[];
  readonly #byNamespace = new Map<string, Labelled[]>();

  constructor(resources: ResourceLookup<'WorkloadEntry' | 'WorkloadGroup'>) {
    this.#all = [
      ...resources.all('WorkloadEntry').map((object) => ({
        object,
        labels: { ...object.metadata.labels, ...texts(field(object, 'spec', 'labels')) },
      })),
      ...resources.all('WorkloadGroup').map((object) => ({
        object,
        labels: {
          ...texts(field(object, 'spec', 'metadata', 'labels')),
          ...texts(field(object, 'spec', 'template', 'labels')),
        },
      })),
    ];
    for (const one of this.#all) {
      const namespace = one.object.metadata.namespace ?? '';
      const list = this.#byNamespace.get(namespace);
      if (list === undefined) this.#byNamespace.set(namespace, [one]);
      else list.push(one);
    }
  }

  /** Those that satisfy a selector, in one namespace or in all. */
  select(selector: LabelSelector, namespace: string | undefined): readonly KubeObject[] {
    const candidates = namespace === undefined ? this.#all : (this.#byNamespace.get(namespace) ?? []);
    return candidates.filter(({ labels }) => matchesSelector(selector, labels)).map(({ object }) => object);
  }
}

function texts(labels: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(labels) ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
