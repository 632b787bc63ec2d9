import type { KubeObject } from '../../kube/object.ts';
import { asObjects, asString, field } from '../../util/json.ts';
import { CallFailure } from './call-failure.ts';

/** Variables by which Istio tells a proxy, and istiod itself, the name of their cluster. */
const VARIABLES: ReadonlySet<unknown> = new Set(['ISTIO_META_CLUSTER_ID', 'CLUSTER_ID']);

/** Istio's name of the cluster that a pod of the mesh runs in, as its containers are told; `undefined` when they are not. */
export function clusterIdOf(pod: KubeObject): string | undefined {
  for (const list of ['containers', 'initContainers']) {
    for (const container of asObjects(field(pod, 'spec', list))) {
      const variable = asObjects(container['env']).find((entry) => VARIABLES.has(entry['name']));
      const value = asString(variable?.['value']);
      if (value !== undefined && value !== '') return value;
    }
  }
  return undefined;
}

/** What a source knows of the name of its one cluster. */
export class ClusterIdentity {
  readonly #known = new Set<string>();
  readonly #ask: () => Promise<string | undefined>;

  /** `ask` finds the name by a request; it is asked only for names that were not learnt. */
  constructor(ask: () => Promise<string | undefined>) {
    this.#ask = ask;
  }

  /** Notes a name that a pod of this cluster gives it. */
  learn(id: string | undefined): void {
    if (id !== undefined) this.#known.add(id);
  }

  /** Throws `CallFailure` for a name that is not this cluster's. One that can't be checked passes. */
  async require(cluster: string | undefined): Promise<void> {
    if (cluster === undefined || this.#known.has(cluster)) return;
    const id = await this.#ask().catch(() => undefined);
    this.learn(id);
    if (id !== undefined && id !== cluster)
      throw new CallFailure('NotFound', `the cluster at hand is ${id}, not ${cluster}`);
  }
}
