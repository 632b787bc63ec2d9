import type { ProxySync } from '../istiod/sync.ts';
import { compareText } from '../util/text.ts';

/** Proxies of one version whose control plane has another one. */
export interface VersionSkew {
  readonly proxyVersion: string;
  readonly controlPlaneVersion: string;
  readonly relation: 'older' | 'newer';
  /** Minor versions between them; 0 when only the patch differs. */
  readonly minors: number;
  /** Istio supports proxies that are at most one minor version older, and none that are newer. */
  readonly supported: boolean;
  /** Proxy IDs, sorted. */
  readonly proxies: readonly string[];
}

/**
 * The proxies that are older or newer than the istiod they are connected to, unsupported ones first. `versions` maps an
 * istiod's pod name to its version. Builds of the same minor without a patch number have no order and count as equal.
 */
export function versionSkew(
  proxies: readonly ProxySync[],
  versions: ReadonlyMap<string, string>,
): readonly VersionSkew[] {
  const groups = new Map<string, VersionSkew & { readonly proxies: string[] }>();
  for (const proxy of proxies) {
    const controlPlaneVersion = versions.get(proxy.istiod);
    const step = controlPlaneVersion === undefined ? undefined : compare(proxy.version, controlPlaneVersion);
    if (step === undefined || controlPlaneVersion === undefined) continue;
    const key = JSON.stringify([proxy.version, controlPlaneVersion]);
    const group = groups.get(key) ?? {
      proxyVersion: proxy.version,
      controlPlaneVersion,
      ...step,
      proxies: [],
    };
    group.proxies.push(proxy.proxyId);
    groups.set(key, group);
  }
  const skews = [...groups.values()];
  for (const { proxies: names } of skews) names.sort(compareText);
  return skews.sort(
    (a, b) =>
      Number(a.supported) - Number(b.supported) ||
      b.minors - a.minors ||
      compareText(a.proxyVersion, b.proxyVersion),
  );
}

type Step = Pick<VersionSkew, 'relation' | 'minors' | 'supported'>;

function compare(proxy: string, controlPlane: string): Step | undefined {
  const [a, b] = [parse(proxy), parse(controlPlane)];
  if (a === undefined || b === undefined || a.major !== b.major) return undefined;
  if (a.minor !== b.minor) {
    const minors = Math.abs(a.minor - b.minor);
    const isOlder = a.minor < b.minor;
    return { relation: isOlder ? 'older' : 'newer', minors, supported: isOlder && minors === 1 };
  }
  if (a.patch === undefined || b.patch === undefined || a.patch === b.patch) return undefined;
  const isOlder = a.patch < b.patch;
  return { relation: isOlder ? 'older' : 'newer', minors: 0, supported: isOlder };
}

function parse(version: string): { major: number; minor: number; patch: number | undefined } | undefined {
  const [, major, minor, patch] = /^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[-.+]|$)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: patch === undefined ? undefined : Number(patch),
  };
}
