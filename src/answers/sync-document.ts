import type { IstiodSync, ProxySync } from '../istiod/sync.ts';
import { asArray, asObject, asString, field, type JsonObject } from '../util/json.ts';
import type { AskedIstiod } from './proxy-row.ts';

const SYNCZ_TYPE = 'istio.io/debug/syncz';
const CLIENT_CONFIG = 'type.googleapis.com/envoy.service.status.v3.ClientConfig';

/** The DiscoveryResponse of one istiod with only the proxies of `namespace`; the whole one without a namespace. */
export function istiodDocument(istiod: AskedIstiod, namespace: string | undefined): JsonObject | undefined {
  if (istiod.sync === undefined) return undefined;
  const document = asObject(istiod.document) ?? fromSync(istiod.sync);
  if (namespace === undefined) return document;
  const kept = asArray(document['resources']).filter(
    (resource) => field(resource, 'node', 'metadata', 'NAMESPACE') === namespace,
  );
  return withResources(document, kept);
}

/**
 * One DiscoveryResponse for all istiods: that of the first, with the resources of all, each proxy once (from the
 * istiod that sent it something last). With one istiod it is that istiod's document. Empty when nobody answered.
 */
export function mergedDocument(
  istiods: readonly AskedIstiod[],
  chosen: readonly ProxySync[],
  namespace: string | undefined,
): JsonObject {
  const answered = istiods.flatMap((istiod) => {
    const document = istiodDocument(istiod, namespace);
    return document === undefined || istiod.sync === undefined
      ? []
      : [{ name: istiod.sync.istiod, document }];
  });
  const [first] = answered;
  if (first === undefined) return { typeUrl: SYNCZ_TYPE };
  if (answered.length === 1) return first.document;
  const owner = new Map(chosen.map((proxy) => [`${proxy.cluster}/${proxy.proxyId}`, proxy.istiod]));
  const seen = new Set<string>();
  const resources = answered.flatMap(({ name, document }) =>
    asArray(document['resources']).filter((resource) => {
      const key = resourceKey(resource);
      if (seen.has(key) || (owner.has(key) && owner.get(key) !== name)) return false;
      seen.add(key);
      return true;
    }),
  );
  return withResources(first.document, resources);
}

function resourceKey(resource: unknown): string {
  const cluster = asString(field(resource, 'node', 'metadata', 'CLUSTER_ID')) ?? '';
  return `${cluster}/${asString(field(resource, 'node', 'id')) ?? ''}`;
}

/** Fields stay in their order; an empty list is left out, as in protobuf's JSON. */
function withResources(document: JsonObject, resources: readonly unknown[]): JsonObject {
  const entries = Object.entries(document).map(
    ([key, value]) => [key, key === 'resources' ? resources : value] as const,
  );
  return Object.fromEntries(entries.filter(([key]) => key !== 'resources' || resources.length > 0));
}

/** The document for an istiod that answered over HTTP only. */
function fromSync(sync: IstiodSync): JsonObject {
  const resources = sync.proxies.map((proxy) => ({
    '@type': CLIENT_CONFIG,
    node: {
      id: proxy.proxyId,
      metadata: { CLUSTER_ID: proxy.cluster, ISTIO_VERSION: proxy.version, NAMESPACE: proxy.namespace },
    },
    genericXdsConfigs: proxy.types.map((type) => ({
      typeUrl: type.typeUrl,
      ...(type.lastSent === undefined ? {} : { lastUpdated: type.lastSent }),
      ...(type.status === 'UNKNOWN' ? {} : { configStatus: type.status.replace(' ', '_') }),
      ...(type.error ? { errorState: { lastUpdateAttempt: type.lastSent, details: type.error } } : {}),
    })),
  }));
  return {
    ...(resources.length > 0 ? { resources } : {}),
    typeUrl: SYNCZ_TYPE,
    controlPlane: { identifier: JSON.stringify({ Component: 'istiod', ID: sync.istiod }) },
  };
}
