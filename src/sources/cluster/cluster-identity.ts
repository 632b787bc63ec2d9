import { CallFailure } from './call-failure.ts';

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
