import type { KubeObject } from '../kube/object.ts';
import { isWildcard, serviceFqdn } from '../mesh/host.ts';
import { asStrings, field } from '../util/json.ts';

/** Every host that is defined anywhere, whoever may see it. */
export class HostIndex {
  readonly #exact = new Map<string, KubeObject[]>();
  readonly #wildcards: { readonly suffix: string; readonly object: KubeObject }[] = [];

  constructor(services: readonly KubeObject[], entries: readonly KubeObject[]) {
    for (const service of services)
      this.#add(serviceFqdn(service.metadata.name, service.metadata.namespace ?? ''), service);
    for (const entry of entries)
      for (const host of asStrings(field(entry, 'spec', 'hosts'))) {
        this.#add(host, entry);
        if (isWildcard(host)) this.#wildcards.push({ suffix: host.slice(1), object: entry });
      }
  }

  /** The objects that define a host, by its very name or by a wildcard. */
  find(host: string): readonly KubeObject[] {
    const exact = this.#exact.get(host);
    if (exact !== undefined) return exact;
    return this.#wildcards.filter(({ suffix }) => host.endsWith(suffix)).map(({ object }) => object);
  }

  #add(host: string, object: KubeObject): void {
    const list = this.#exact.get(host);
    if (list === undefined) this.#exact.set(host, [object]);
    else list.push(object);
  }
}
