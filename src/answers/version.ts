import type { BuildInfo } from '../istiod/build-info.ts';
import type { ProxySync } from '../istiod/sync.ts';
import { asObjects, asString } from '../util/json.ts';
import { compareText } from '../util/text.ts';
import type { VersionSkew } from './version-skew.ts';

/** Versions of meshscope and, when a mesh is read, of its control plane and proxies; the reference's JSON names. */
export interface VersionAnswer {
  readonly clientVersion: BuildInfo;
  readonly meshVersion?: readonly MeshVersion[] | undefined;
  readonly dataPlaneVersion?: readonly ProxyVersion[] | undefined;
  /** Proxies whose version is not that of their control plane; absent when it is not known. */
  readonly skew?: readonly VersionSkew[] | undefined;
}

/** The version of one istiod. */
export interface MeshVersion {
  readonly Component: string;
  readonly Revision: string;
  readonly Info: BuildInfo;
}

/** The version of one connected proxy. `Type` is `sidecar`, `gateway`, `waypoint` or `ztunnel`; empty when not said. */
export interface ProxyVersion {
  readonly ID: string;
  readonly IstioVersion: string;
  readonly Type: string;
}

/** The version facts of one connected proxy; the node type `router` is called `gateway`, as in the reference. */
export function proxyVersion(proxy: ProxySync): ProxyVersion {
  const type = proxy.type === 'router' ? 'gateway' : proxy.type === 'unknown' ? '' : proxy.type;
  return { ID: proxy.proxyId, IstioVersion: proxy.version, Type: type };
}

/**
 * Every connection on a page `syncz` as the reference counts it: also those of diagnostic tools, which name no cluster
 * and a version of their own.
 */
export function connectionVersions(syncz: unknown): readonly ProxyVersion[] {
  return asObjects(syncz).map((entry) => {
    const type = asString(entry['proxy_type']) ?? '';
    return {
      ID: asString(entry['proxy']) ?? '',
      IstioVersion: asString(entry['istio_version']) ?? '',
      Type: type === 'router' ? 'gateway' : type,
    };
  });
}

/** How many proxies run each version: `[['1.31.2', 1], ['1.32.0', 8]]`, sorted by version. */
export function proxyVersionCounts(proxies: readonly ProxyVersion[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { IstioVersion } of proxies) counts.set(IstioVersion, (counts.get(IstioVersion) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => compareText(a, b));
}
