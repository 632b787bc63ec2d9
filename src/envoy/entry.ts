import { asObject, asObjects, asString, field, type JsonObject } from '../util/json.ts';
import type { ConfigDump, Sections } from './dump.ts';

/** Where a resource stands in Envoy: built in, in use, being prepared, on its way out, or refused. */
export type EntryState = 'static' | 'active' | 'warming' | 'draining' | 'rejected';

/** Why Envoy refused an update, in its own words. */
export interface Rejection {
  readonly details: string;
  /** RFC 3339; Envoy gives it for updates, not for first versions. */
  readonly lastAttempt: string | undefined;
  readonly version: string | undefined;
}

/** One resource of a section: the raw message and what the dump says about it. */
export interface Entry {
  readonly name: string;
  readonly state: EntryState;
  readonly message: JsonObject;
  readonly version: string | undefined;
  /** RFC 3339. */
  readonly lastUpdated: string | undefined;
  /** Of a `rejected` entry: the reason; of another: why its newer version was refused. */
  readonly rejection: Rejection | undefined;
}

/** All clusters: active, warming, static, in the order of the dump. Throws when the section is missing. */
export function clusterEntries(dump: Sections): Entry[] {
  const section = dump.require('Clusters');
  return [
    ...plainEntries(section['dynamic_active_clusters'], 'active', 'cluster', 'name'),
    ...plainEntries(section['dynamic_warming_clusters'], 'warming', 'cluster', 'name'),
    ...plainEntries(section['static_clusters'], 'static', 'cluster', 'name'),
  ];
}

/** All route configurations, dynamic ones first. Throws when the section is missing. */
export function routeConfigEntries(dump: Sections): Entry[] {
  const section = dump.require('Routes');
  return [
    ...plainEntries(section['dynamic_route_configs'], 'active', 'route_config', 'name'),
    ...plainEntries(section['static_route_configs'], 'static', 'route_config', 'name'),
  ];
}

/** All cluster load assignments (EDS), dynamic ones first; empty when the dump was taken without EDS. */
export function endpointEntries(dump: Sections): Entry[] {
  const section = dump.section('Endpoints');
  return [
    ...plainEntries(section?.['dynamic_endpoint_configs'], 'active', 'endpoint_config', 'cluster_name'),
    ...plainEntries(section?.['static_endpoint_configs'], 'static', 'endpoint_config', 'cluster_name'),
  ];
}

/** All extension configurations that came over ECDS. Throws when there is no such section. */
export function ecdsEntries(dump: Sections): Entry[] {
  return plainEntries(dump.require('Ecds')['ecds_filters'], 'active', 'ecds_filter', 'name');
}

/** All scoped route configurations, inline and dynamic; empty when there are none. */
export function scopedRouteEntries(dump: ConfigDump): Entry[] {
  const section = dump.section('ScopedRoutes');
  const groups = [
    ...asObjects(section?.['inline_scoped_route_configs']),
    ...asObjects(section?.['dynamic_scoped_route_configs']),
  ];
  return groups.flatMap((group) =>
    asObjects(group['scoped_route_configs']).map((message) => ({
      name: asString(message['name']) ?? asString(group['name']) ?? '',
      state: 'active' as const,
      message,
      version: asString(group['version_info']),
      lastUpdated: asString(group['last_updated']),
      rejection: rejectionOf(group['error_state']),
    })),
  );
}

/**
 * All listeners: every state of the dynamic ones, then the static ones. A listener with only an `error_state` is
 * `rejected`: it does not listen. Throws when the section is missing.
 */
export function listenerEntries(dump: Sections): Entry[] {
  const section = dump.require('Listeners');
  const entries: Entry[] = [];
  for (const item of asObjects(section['dynamic_listeners'])) addListenerStates(item, entries);
  entries.push(...plainEntries(section['static_listeners'], 'static', 'listener', 'name'));
  return entries;
}

function addListenerStates(item: JsonObject, entries: Entry[]): void {
  const rejection = rejectionOf(item['error_state']);
  let running = false;
  for (const state of ['active', 'warming', 'draining'] as const) {
    const holder = asObject(item[`${state}_state`]);
    const message = asObject(holder?.['listener']);
    if (!holder || !message) continue;
    running = true;
    entries.push({
      name: asString(message['name']) ?? asString(item['name']) ?? '',
      state,
      message,
      version: asString(holder['version_info']),
      lastUpdated: asString(holder['last_updated']),
      rejection: state === 'active' ? rejection : undefined,
    });
  }
  if (running || rejection === undefined) return;
  const failed = asObject(field(item, 'error_state', 'failed_configuration')) ?? {};
  entries.push({
    name: asString(failed['name']) ?? asString(item['name']) ?? '',
    state: 'rejected',
    message: failed,
    version: rejection.version,
    lastUpdated: rejection.lastAttempt,
    rejection,
  });
}

function plainEntries(list: unknown, state: EntryState, holder: string, nameField: string): Entry[] {
  const entries: Entry[] = [];
  for (const item of asObjects(list)) {
    const error = asObject(item['error_state']);
    const rejection = error && rejectionOf(error);
    const message = asObject(item[holder]);
    const shown = message ?? asObject(error?.['failed_configuration']);
    if (shown === undefined) continue;
    entries.push({
      name: asString(shown[nameField]) ?? asString(item['name']) ?? '',
      state: message === undefined ? 'rejected' : state,
      message: shown,
      version: asString(item['version_info']),
      lastUpdated: asString(item['last_updated']),
      rejection,
    });
  }
  return entries;
}

function rejectionOf(value: unknown): Rejection | undefined {
  const error = asObject(value);
  if (error === undefined) return undefined;
  return {
    details: asString(error['details']) ?? 'no reason given',
    lastAttempt: asString(error['last_update_attempt']),
    version: asString(error['version_info']),
  };
}

/** Entries by name; of several with one name the first wins, as running ones stand before refused ones. */
export function byName(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const index = new Map<string, Entry>();
  for (const entry of entries) {
    if (!index.has(entry.name)) index.set(entry.name, entry);
  }
  return index;
}
