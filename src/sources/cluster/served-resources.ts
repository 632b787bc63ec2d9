import type { ResourceType } from '../../kube/object.ts';
import { asArray, asBoolean, asObjects, asString, field } from '../../util/json.ts';
import type { ApiServer } from './api-server.ts';
import { toCallFailure } from './call-failure.ts';
import { pathSegment } from './kube-name.ts';

/** A kind that the API server serves, and whether its objects live in namespaces. */
export interface ServedResource extends ResourceType {
  readonly namespaced: boolean;
}

/** Kinds that every API server has served in this version for years: asking for them needs no discovery. */
const WELL_KNOWN: Readonly<Record<string, readonly [version: string, namespaced: boolean]>> = {
  '/pods': ['v1', true],
  '/services': ['v1', true],
  '/configmaps': ['v1', true],
  '/secrets': ['v1', true],
  '/serviceaccounts': ['v1', true],
  '/endpoints': ['v1', true],
  '/events': ['v1', true],
  '/namespaces': ['v1', false],
  '/nodes': ['v1', false],
  'apps/deployments': ['v1', true],
  'apps/replicasets': ['v1', true],
  'apps/statefulsets': ['v1', true],
  'apps/daemonsets': ['v1', true],
};

/** Finds which version of a kind the API server serves; each group is asked once. */
export class ServedResources {
  readonly #api: ApiServer;
  readonly #groups = new Map<string, Promise<readonly ServedResource[]>>();

  constructor(api: ApiServer) {
    this.#api = api;
  }

  /**
   * The kind in its preferred version, else in the first one that has it; `undefined` when the server serves no such
   * kind (its CRD is not installed). Throws `CallFailure`.
   */
  async find(group: string, plural: string): Promise<ServedResource | undefined> {
    const known = WELL_KNOWN[`${group}/${plural}`];
    if (known !== undefined) return { group, plural, version: known[0], namespaced: known[1] };
    let resources = this.#groups.get(group);
    if (resources === undefined) {
      resources = this.#discover(group);
      this.#groups.set(group, resources);
      resources.catch(() => this.#groups.delete(group));
    }
    return (await resources).find((resource) => resource.plural === plural);
  }

  async #discover(group: string): Promise<readonly ServedResource[]> {
    const versions = group === '' ? ['v1'] : await this.#versions(group);
    const lists = await Promise.all(versions.map((version) => this.#resources(group, version)));
    return lists.flat();
  }

  /** Versions of a group, the preferred one first; none when the group is not served. */
  async #versions(group: string): Promise<readonly string[]> {
    const answer = await this.#getOrNothing(`/apis/${pathSegment(group)}`);
    const preferred = asString(field(answer, 'preferredVersion', 'version'));
    const all = asObjects(field(answer, 'versions')).flatMap((entry) => asString(entry['version']) ?? []);
    return [...new Set([...(preferred === undefined ? [] : [preferred]), ...all])];
  }

  async #resources(group: string, version: string): Promise<readonly ServedResource[]> {
    const base = group === '' ? `/api/${version}` : `/apis/${pathSegment(group)}/${version}`;
    const answer = await this.#getOrNothing(base);
    return asArray(field(answer, 'resources')).flatMap((entry) => {
      const plural = asString(field(entry, 'name'));
      // `pods/log` and the like are subresources.
      if (plural === undefined || plural.includes('/')) return [];
      return [{ group, version, plural, namespaced: asBoolean(field(entry, 'namespaced')) ?? true }];
    });
  }

  async #getOrNothing(path: string): Promise<unknown> {
    try {
      return await this.#api.getJson(path);
    } catch (cause) {
      const failure = toCallFailure(cause);
      if (failure.code === 'NotFound') return undefined;
      throw failure;
    }
  }
}

/** REST path of a kind's objects, in one namespace or (also for kinds without namespaces) in the whole cluster. */
export function collectionPath(resource: ServedResource, namespace: string | undefined): string {
  const { group, version, plural, namespaced } = resource;
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespaced && namespace !== undefined
    ? `${base}/namespaces/${pathSegment(namespace)}/${plural}`
    : `${base}/${plural}`;
}
