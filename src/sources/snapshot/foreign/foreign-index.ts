import type { PodRef } from '../../../kube/pod-ref.ts';
import { compareText } from '../../../util/text.ts';
import type { EnvoyPage, IstiodRequest } from '../../source.ts';
import { type ForeignLayout, type ForeignPlace, type PlacedPod, placeOf } from './layouts.ts';
import type { ObjectsFile } from './objects.ts';

type Placed<T extends ForeignPlace['holds']> = { readonly path: string } & ForeignPlace & {
    readonly holds: T;
  };

/** What the paths of another tool's files say is there. No file is read for it. */
export class ForeignIndex {
  readonly objects: ObjectsFile[] = [];
  readonly pages: Placed<'envoy'>[] = [];
  readonly istiodPages: Placed<'istiod'>[] = [];
  readonly logs: Placed<'log'>[] = [];
  /** Proxies with a page, and istiods with a page or a log, sorted by namespace and name. */
  readonly proxies: readonly PlacedPod[];
  readonly istiods: readonly PlacedPod[];

  constructor(paths: readonly string[], layout: ForeignLayout) {
    for (const path of paths) {
      const place = placeOf(layout, path);
      if (place === undefined) continue;
      if (place.holds === 'objects') this.objects.push({ path, place });
      else if (place.holds === 'envoy') this.pages.push({ path, ...place });
      else if (place.holds === 'istiod') this.istiodPages.push({ path, ...place });
      else this.logs.push({ path, ...place });
    }
    this.proxies = distinct(this.pages.map(({ pod }) => pod));
    const discovery = this.logs
      .filter(({ pod, container }) => isDiscovery(pod, container))
      .map(({ pod }) => pod);
    const owners = this.istiodPages.flatMap(({ owner }) => (owner === undefined ? [] : [owner]));
    this.istiods = distinct([
      ...discovery,
      ...owners.filter((owner) => podOfOwner(owner, discovery) === undefined),
    ]);
  }

  get istioNamespace(): string | undefined {
    return this.istiods[0]?.namespace;
  }

  page(pod: PodRef, page: EnvoyPage): string | undefined {
    return this.pages.find((one) => one.page === page && isSame(one.pod, pod))?.path;
  }

  /** The page of an istiod; pages of one proxy do not tell whose they are, and are given by the first. */
  istiodPage(istiod: PlacedPod, { channel, name, proxy, query }: IstiodRequest): string | undefined {
    if (channel !== 'debug' || (query !== undefined && Object.keys(query).length > 0)) return undefined;
    return this.istiodPages.find((one) => {
      if (one.page !== name) return false;
      if (proxy === undefined || one.proxy === undefined) {
        const owner = one.owner && (podOfOwner(one.owner, this.istiods) ?? one.owner);
        return proxy === one.proxy && owner !== undefined && isSame(owner, istiod);
      }
      return isSame(one.proxy, proxy) && istiod === this.istiods[0];
    })?.path;
  }

  /** The file of a log; it is mixed when it holds those of all containers. */
  log(pod: PodRef, container: string, previous: boolean): { path: string; isMixed: boolean } | undefined {
    const found = this.logs.find(
      (one) =>
        one.previous === previous && isSame(one.pod, pod) && (one.container ?? container) === container,
    );
    return found && { path: found.path, isMixed: found.container === undefined };
  }

  /** What is there, counted. */
  summary(namespaces: number): string {
    const parts = [
      [this.objects.length, 'file of objects', 'files of objects'],
      [namespaces, 'namespace', 'namespaces'],
      [distinct(this.logs.map(({ pod }) => pod)).length, 'pod with logs', 'pods with logs'],
      [this.proxies.length, 'proxy with pages', 'proxies with pages'],
    ] as const;
    return parts
      .filter(([number]) => number > 0)
      .map(([number, one, many]) => `${number} ${number === 1 ? one : many}`)
      .join(', ');
  }
}

/** The istiod of that name, or of that revision. */
function podOfOwner(owner: PlacedPod, pods: readonly PlacedPod[]): PlacedPod | undefined {
  const inNamespace = pods.filter(({ namespace }) => namespace === owner.namespace);
  return (
    inNamespace.find(({ name }) => name === owner.name) ??
    inNamespace.find(({ name }) => name.startsWith(`istiod-${owner.name}-`)) ??
    inNamespace.find(({ name }) => owner.name === 'default' && name.startsWith('istiod-'))
  );
}

function isDiscovery({ name }: PlacedPod, container: string | undefined): boolean {
  return container === 'discovery' || (container === undefined && name.startsWith('istiod-'));
}

function isSame(a: PlacedPod, b: PlacedPod): boolean {
  return a.name === b.name && a.namespace === b.namespace;
}

function distinct(pods: readonly PlacedPod[]): PlacedPod[] {
  const found = new Map(pods.map(({ namespace, name }) => [`${namespace}\0${name}`, { namespace, name }]));
  return [...found.entries()].sort(([a], [b]) => compareText(a, b)).map(([, pod]) => pod);
}
