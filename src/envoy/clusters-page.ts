import { dataError } from '../util/errors.ts';
import { asObject, asObjects, asString, type JsonObject } from '../util/json.ts';
import { looksLike } from './dump-kind.ts';

/** The cluster statuses of Envoy's `/clusters?format=json` page by cluster name. */
export type ClusterStatuses = ReadonlyMap<string, JsonObject>;

/**
 * The statuses on a `/clusters?format=json` page. A page without clusters is `{}`, so an empty object counts.
 * Throws a data error that names what another document looks like.
 */
export async function clusterStatuses(value: unknown, label: string): Promise<readonly JsonObject[]> {
  const object = asObject(value);
  if (object && 'clusterStatuses' in object) {
    const { toSnakeCase } = await import('./schema/snake-case.ts');
    return asObjects(asObject(toSnakeCase(object, 'envoy.admin.v3.Clusters'))?.['cluster_statuses']);
  }
  if (object && ('cluster_statuses' in object || Object.keys(object).length === 0)) {
    return asObjects(object['cluster_statuses']);
  }
  const kind = looksLike(value);
  throw dataError(`${label} is not Envoy's /clusters page: it looks like ${kind.what}`, {
    hint: kind.next ?? 'take it as JSON: GET clusters?format=json',
  });
}

/** Statuses by cluster name. */
export function statusesByName(statuses: readonly JsonObject[]): ClusterStatuses {
  return new Map(statuses.map((status) => [asString(status['name']) ?? '', status]));
}
