import { asNumber, asObject, asString, field, type JsonObject } from '../util/json.ts';
import type { ConfigDump } from './dump.ts';

/** The proxy's own description in its bootstrap. */
export interface ProxyNode {
  readonly id: string | undefined;
  readonly cluster: string | undefined;
  readonly metadata: JsonObject;
}

/** Versions in a bootstrap; `undefined` where it does not say. */
export interface ProxyVersions {
  readonly istio: string | undefined;
  /** Source revision of Istio's Envoy build (the text after the first `:` of ISTIO_PROXY_SHA). */
  readonly istioProxy: string | undefined;
  readonly envoy: string | undefined;
}

/** The node of the bootstrap. Throws when the dump has no bootstrap section. */
export function nodeOf(dump: ConfigDump): ProxyNode {
  const node = asObject(field(dump.require('Bootstrap'), 'bootstrap', 'node'));
  return {
    id: asString(node?.['id']),
    cluster: asString(node?.['cluster']),
    metadata: asObject(node?.['metadata']) ?? {},
  };
}

/** Istio's and Envoy's version. Throws when the dump has no bootstrap section. */
export function versionsOf(dump: ConfigDump): ProxyVersions {
  const node = field(dump.require('Bootstrap'), 'bootstrap', 'node');
  const sha = asString(field(node, 'metadata', 'ISTIO_PROXY_SHA'));
  return {
    istio: asString(field(node, 'metadata', 'ISTIO_VERSION')),
    istioProxy: sha === undefined ? undefined : sha.slice(sha.indexOf(':') + 1),
    envoy: envoyVersion(field(node, 'user_agent_build_version')),
  };
}

/** `1.40.0-label/Clean/RELEASE/BoringSSL`, of the parts that are there. */
function envoyVersion(build: unknown): string | undefined {
  if (asObject(build) === undefined) return undefined;
  const number = (name: string) => asNumber(field(build, 'version', name)) ?? 0;
  const label = (name: string) => asString(field(build, 'metadata', name));
  const core = `${number('major_number')}.${number('minor_number')}.${number('patch')}`;
  const buildLabel = label('build.label');
  const rest = ['revision.status', 'build.type', 'ssl.version']
    .map(label)
    .filter((part) => part !== undefined);
  return [buildLabel === undefined ? core : `${core}-${buildLabel}`, ...rest].join('/');
}
