import type { KubeObject } from '../kube/object.ts';
import { equalitySelector, matchesSelector } from '../kube/selector.ts';
import { hostsOverlap } from '../mesh/host.ts';
import type { ResourceLookup } from '../mesh/resource-set.ts';
import { asArray, asStrings, field } from '../util/json.ts';
import type { MeshProxy } from './mesh-proxies.ts';

/** What the Sidecar of a proxy lets it see. */
export class SidecarScopes {
  readonly #resources: ResourceLookup<'Sidecar'>;
  readonly #root: string;

  constructor(resources: ResourceLookup<'Sidecar'>, rootNamespace: string) {
    this.#resources = resources;
    this.#root = rootNamespace;
  }

  /**
   * Whether a proxy imports any of the hosts of a resource in a namespace (dependency graph, section 2: Sidecar). A
   * proxy that no Sidecar is for, and one that is no sidecar, imports everything.
   */
  imports(proxy: MeshProxy, namespace: string, hosts: readonly string[]): boolean {
    const sidecar = proxy.type === 'sidecar' ? this.#sidecarOf(proxy) : undefined;
    const listeners = asArray(field(sidecar, 'spec', 'egress'));
    if (sidecar === undefined || listeners.length === 0) return true;
    const entries = listeners.flatMap((listener) => asStrings(field(listener, 'hosts'))).map(entryOf);
    const matches = ({ at, host }: Entry): boolean =>
      (at === '*' || at === '' || (at === '.' ? proxy.namespace : at) === namespace) &&
      (host === '*' || hosts.some((one) => hostsOverlap(host, one)));
    return (
      entries.some((entry) => !entry.isExcluded && matches(entry)) &&
      !entries.some((entry) => entry.isExcluded && matches(entry))
    );
  }

  /** Its own namespace's with a matching selector, then that without selector, then the root namespace's. */
  #sidecarOf(proxy: MeshProxy): KubeObject | undefined {
    const own = this.#resources.inNamespace('Sidecar', proxy.namespace);
    const plain = (sidecars: readonly KubeObject[]) => sidecars.find((one) => selectorOf(one).length === 0);
    return (
      own.find((one) => selectorOf(one).length > 0 && matchesSelector(selectorOf(one), proxy.labels)) ??
      plain(own) ??
      plain(this.#resources.inNamespace('Sidecar', this.#root))
    );
  }
}

interface Entry {
  readonly at: string;
  readonly host: string;
  readonly isExcluded: boolean;
}

function entryOf(text: string): Entry {
  const slash = text.indexOf('/');
  const at = text.slice(0, Math.max(0, slash));
  const isExcluded = at.startsWith('~');
  return { at: isExcluded ? at.slice(1) : at, host: text.slice(slash + 1), isExcluded };
}

function selectorOf(sidecar: KubeObject) {
  return equalitySelector(field(sidecar, 'spec', 'workloadSelector', 'labels'));
}
