import { asArray, asObject, asString, field } from '../util/json.ts';
import type { IstiodSync, ProxySync, ProxyType, SyncStatus, TypeSync } from './sync.ts';
import { TYPE_URL } from './xds-types.ts';

const STATUS: Readonly<Record<string, SyncStatus>> = {
  SYNCED: 'SYNCED',
  NOT_SENT: 'NOT SENT',
  STALE: 'STALE',
  ERROR: 'ERROR',
};

/** Number form of the status, as some JSON writers of protobuf give it. */
const STATUS_NUMBERS: readonly SyncStatus[] = ['UNKNOWN', 'SYNCED', 'NOT SENT', 'STALE', 'ERROR'];

const LEGACY_TYPES: readonly (readonly [key: string, typeUrl: string])[] = [
  ['listenerConfig', TYPE_URL.listener],
  ['clusterConfig', TYPE_URL.cluster],
  ['routeConfig', TYPE_URL.route],
  ['endpointConfig', TYPE_URL.endpoint],
];

/**
 * One istiod's answer to the xDS resource `istio.io/debug/syncz` (DiscoveryResponse in protobuf JSON, either field
 * spelling); `undefined` when the document is not one. Understands the generic and the legacy list of types.
 */
export function parseXdsSyncz(document: unknown): IstiodSync | undefined {
  const response = asObject(document);
  if (response === undefined || !isResponse(response)) return undefined;
  const identity = controlPlane(response);
  const proxies = asArray(response['resources']).flatMap(
    (resource) => clientConfig(resource, identity.istiod) ?? [],
  );
  return { ...identity, proxies };
}

function isResponse(response: Readonly<Record<string, unknown>>): boolean {
  return ['resources', 'typeUrl', 'type_url', 'controlPlane', 'control_plane', 'versionInfo'].some(
    (key) => key in response,
  );
}

/** The control plane's identifier is JSON inside a JSON string. */
function controlPlane(response: unknown): { istiod: string; istiodVersion?: string | undefined } {
  const identifier = asString(
    either(either(response, 'controlPlane', 'control_plane'), 'identifier', 'identifier'),
  );
  if (identifier === undefined || identifier === '') return { istiod: 'MISSING' };
  try {
    const parsed: unknown = JSON.parse(identifier);
    const id = asString(field(parsed, 'ID'));
    return id === undefined
      ? { istiod: 'INVALID' }
      : { istiod: id, istiodVersion: asString(field(parsed, 'Info', 'version')) };
  } catch {
    return { istiod: 'INVALID' };
  }
}

function clientConfig(resource: unknown, istiod: string): ProxySync | undefined {
  const proxyId = asString(field(resource, 'node', 'id'));
  if (proxyId === undefined) return undefined;
  const metadata = (key: string): string => asString(field(resource, 'node', 'metadata', key)) ?? '';
  const generic = asArray(either(resource, 'genericXdsConfigs', 'generic_xds_configs')).flatMap(genericType);
  const types =
    generic.length > 0 ? generic : asArray(either(resource, 'xdsConfig', 'xds_config')).flatMap(legacyType);
  return {
    proxyId,
    cluster: metadata('CLUSTER_ID'),
    namespace: metadata('NAMESPACE'),
    version: metadata('ISTIO_VERSION'),
    type: 'unknown',
    istiod,
    types,
  };
}

function genericType(config: unknown): TypeSync[] {
  const typeUrl = asString(either(config, 'typeUrl', 'type_url'));
  if (typeUrl === undefined) return [];
  const errorState = either(config, 'errorState', 'error_state');
  return [
    {
      typeUrl,
      status: statusOf(either(config, 'configStatus', 'config_status')),
      lastSent: asString(either(config, 'lastUpdated', 'last_updated')),
      error: asString(field(errorState, 'details')),
    },
  ];
}

/** Old istiods give a status and one of four config members; no times. */
function legacyType(config: unknown): TypeSync[] {
  for (const [key, typeUrl] of LEGACY_TYPES) {
    const snake = key.replace('Config', '_config');
    if (either(config, key, snake) !== undefined)
      return [{ typeUrl, status: statusOf(field(config, 'status')) }];
  }
  return [];
}

function statusOf(value: unknown): SyncStatus {
  if (typeof value === 'number') return STATUS_NUMBERS[value] ?? 'UNKNOWN';
  return (typeof value === 'string' && Object.hasOwn(STATUS, value) ? STATUS[value] : undefined) ?? 'UNKNOWN';
}

function either(value: unknown, camel: string, snake: string): unknown {
  return field(value, camel) ?? field(value, snake);
}

const PROXY_TYPES: readonly string[] = ['sidecar', 'router', 'waypoint', 'ztunnel'];

/**
 * One istiod's HTTP page `/debug/syncz` (an array); `undefined` when the document is no array. The connections of
 * diagnostic tools, which this page also lists, are left out: they have no cluster and no subscribed type.
 */
export function parseHttpSyncz(document: unknown, istiod: string): IstiodSync | undefined {
  if (!Array.isArray(document)) return document === null ? { istiod, proxies: [] } : undefined;
  return { istiod, proxies: document.flatMap((entry) => connection(entry, istiod) ?? []) };
}

function connection(entry: unknown, istiod: string): ProxySync | undefined {
  const proxyId = asString(field(entry, 'proxy'));
  const resources = asObject(field(entry, 'resources'));
  const cluster = asString(field(entry, 'cluster_id')) ?? '';
  if (proxyId === undefined || (cluster === '' && Object.keys(resources ?? {}).length === 0))
    return undefined;
  const type = asString(field(entry, 'proxy_type')) ?? '';
  return {
    proxyId,
    cluster,
    namespace: proxyId.slice(proxyId.lastIndexOf('.') + 1),
    version: asString(field(entry, 'istio_version')) ?? '',
    type: PROXY_TYPES.includes(type) ? (type as ProxyType) : 'unknown',
    istiod,
    types: resources === undefined ? oldPageTypes(entry) : Object.entries(resources).map(resourceType),
  };
}

const OLD_PAGE_TYPES: readonly (readonly [prefix: string, typeUrl: string])[] = [
  ['cluster', TYPE_URL.cluster],
  ['extensionconfig', TYPE_URL.extension],
  ['endpoint', TYPE_URL.endpoint],
  ['listener', TYPE_URL.listener],
  ['route', TYPE_URL.route],
];

/** Istiods before the `resources` member give only nonces; a type without any nonce was not subscribed. */
function oldPageTypes(entry: unknown): TypeSync[] {
  return OLD_PAGE_TYPES.flatMap(([prefix, typeUrl]) => {
    const sent = asString(field(entry, `${prefix}_sent`));
    const acked = asString(field(entry, `${prefix}_acked`));
    return sent === undefined && acked === undefined ? [] : [resourceType([typeUrl, { sent, acked }])];
  });
}

/** Same rule as istiod's own: an error wins, nothing sent is NOT SENT, equal nonces are SYNCED, all else STALE. */
function resourceType([typeUrl, state]: readonly [string, unknown]): TypeSync {
  const sent = asString(field(state, 'sent')) ?? '';
  const acked = asString(field(state, 'acked')) ?? '';
  const error = asString(field(state, 'lastError'));
  const status = error ? 'ERROR' : sent === '' ? 'NOT SENT' : sent === acked ? 'SYNCED' : 'STALE';
  return {
    typeUrl,
    status,
    lastSent: asString(field(state, 'sentTime')),
    error,
    ackedPush: pushTime(acked),
    everAcked: acked !== '',
  };
}

/** A nonce starts with the version of its push, whose first part is the push's time: `2026-11-23T02:01:51Z/9…`. */
function pushTime(nonce: string): string | undefined {
  return /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)\//.exec(nonce)?.[1];
}
