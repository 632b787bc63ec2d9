import type { PodRef } from '../kube/pod-ref.ts';
import type { Certificate } from '../security/certificate.ts';
import { type RefusalReason, verifyChain } from '../security/chain.ts';
import { type ProxyTrust, type ProxyTrustResult, trustedRoots } from '../security/proxy-trust.ts';
import { ExitCode } from '../util/errors.ts';
import { compareText } from '../util/text.ts';
import {
  certificateExpiries,
  type ExpiryWarning,
  expiryWarnings,
  type FirstExpiry,
} from './certificate-expiry.ts';
import { type ConfigMapsInput, checkRootConfigMaps, type RootConfigMaps } from './root-config-maps.ts';
import { type CertificateInfo, certificateInfo } from './root-info.ts';

/** One proxy and what could be learned of its identity and roots. */
export interface ProxyTrustInput {
  readonly proxy: PodRef;
  readonly result: ProxyTrustResult;
}

/** Proxies that trust exactly the same roots. */
export interface RootSetGroup {
  /** `A` for the largest, then `B` … */
  readonly id: string;
  readonly roots: readonly CertificateInfo[];
  /** Trust domains with roots of their own (SPIFFE validators); empty otherwise. */
  readonly trustDomains: readonly string[];
  readonly proxies: readonly PodRef[];
}

/** Proxies whose certificate is refused, by which root sets, and why. */
export interface Refusal {
  /** Ids of the root sets whose proxies refuse. */
  readonly by: readonly string[];
  readonly byProxies: number;
  readonly of: readonly PodRef[];
  /** The identity that is refused, where a ztunnel holds several. */
  readonly identity: string | undefined;
  readonly reason: RefusalReason;
  /** Of the first of them; dates of the others may differ. */
  readonly detail: string;
}

/** A proxy of which nothing can be said: it counts neither as agreeing nor as differing. */
export interface TrustGap {
  readonly proxy: PodRef;
  readonly reason: string;
}

/** Who trusts whom in a whole mesh. */
export interface RootSetsAnswer {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'RootSets';
  /** `agree`: every readable proxy verifies every other. `unknown`: none could be read. */
  readonly verdict: 'agree' | 'differ' | 'unknown';
  /** Largest first. */
  readonly groups: readonly RootSetGroup[];
  readonly refusals: readonly Refusal[];
  readonly configMaps: RootConfigMaps;
  readonly expiring: readonly ExpiryWarning[];
  readonly firstExpiry: FirstExpiry | undefined;
  /** Unreadable parts of proxies that could be read otherwise. */
  readonly problems: readonly TrustGap[];
  readonly gaps: readonly TrustGap[];
}

interface Member {
  readonly proxy: PodRef;
  readonly trust: ProxyTrust;
}

interface Group {
  readonly id: string;
  readonly members: readonly Member[];
  readonly roots: readonly Certificate[];
}

/**
 * The mesh as groups of proxies by trusted roots, every refusal between them (each presented chain is verified
 * against each distinct root set at `now`), the `istio-ca-root-cert` ConfigMaps against those roots, and what
 * expires first. Proxies that could not be read are named as gaps.
 */
export function rootSets(
  inputs: readonly ProxyTrustInput[],
  configMaps: ConfigMapsInput,
  now: Date,
): RootSetsAnswer {
  const members: Member[] = [];
  const gaps: TrustGap[] = [];
  for (const { proxy, result } of inputs) {
    if (result.ok) members.push({ proxy, trust: result.value });
    else gaps.push({ proxy, reason: result.reason });
  }
  const groups = groupByRoots(members);
  const refusals = refusalsBetween(groups, now);
  const checked = checkRootConfigMaps(
    configMaps,
    groups,
    inputs.map(({ proxy }) => proxy.namespace),
    now,
  );
  const expiries = certificateExpiries(groups);
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'RootSets',
    verdict: verdictOf(members.length, refusals.length, checked),
    groups: groups.map((group) => describeGroup(group, now)),
    refusals,
    configMaps: checked,
    expiring: expiryWarnings(expiries, now),
    firstExpiry: expiries[0],
    problems: members.flatMap(({ proxy, trust }) => trust.problems.map((reason) => ({ proxy, reason }))),
    gaps,
  };
}

/**
 * 0 when all readable proxies verify each other, 1 when somewhere one does not (or a namespace has other roots), 69
 * when none could be read. Single gaps are reported apart.
 */
export function rootSetsExitCode({ verdict }: RootSetsAnswer): ExitCode {
  if (verdict === 'unknown') return ExitCode.unreachable;
  return verdict === 'differ' ? ExitCode.no : ExitCode.ok;
}

function verdictOf(
  readable: number,
  refusals: number,
  configMaps: RootConfigMaps,
): RootSetsAnswer['verdict'] {
  if (readable === 0) return 'unknown';
  const stale = configMaps.findings.some(({ state }) => state !== 'partly' && state !== 'unreadable');
  return refusals > 0 || stale ? 'differ' : 'agree';
}

/** Fingerprints of everything a proxy trusts, each with the trust domain that it counts for. */
function trustKey({ trust }: ProxyTrust): string {
  const keys = trust.roots.map((root) => root.fingerprint);
  for (const [domain, roots] of trust.byTrustDomain)
    keys.push(...roots.map((root) => `${domain}=${root.fingerprint}`));
  return [...new Set(keys)].sort(compareText).join(' ');
}

function groupByRoots(members: readonly Member[]): Group[] {
  const byKey = new Map<string, Member[]>();
  const sorted = [...members].sort((a, b) => compareText(sortKey(a.proxy), sortKey(b.proxy)));
  for (const member of sorted) {
    const key = trustKey(member.trust);
    byKey.set(key, [...(byKey.get(key) ?? []), member]);
  }
  const bySize = [...byKey.entries()].sort(
    ([keyA, a], [keyB, b]) => b.length - a.length || compareText(keyA, keyB),
  );
  return bySize.map(([, group], index) => {
    const [first] = group;
    return {
      id: groupId(index),
      members: group,
      roots: first === undefined ? [] : trustedRoots(first.trust),
    };
  });
}

/** A … Z, then A1 … */
function groupId(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
}

function sortKey(proxy: PodRef): string {
  return `${proxy.cluster ?? ''}/${proxy.namespace}/${proxy.name}`;
}

function describeGroup(group: Group, now: Date): RootSetGroup {
  return {
    id: group.id,
    roots: group.roots.map((root) => certificateInfo(root, now)),
    trustDomains: [...(group.members[0]?.trust.trust.byTrustDomain.keys() ?? [])],
    proxies: group.members.map(({ proxy }) => proxy),
  };
}

/** One refusal cause of one chain: the root sets that refuse it. */
interface ChainRefusal {
  readonly by: string[];
  byProxies: number;
  readonly reason: RefusalReason;
  readonly about: string;
  readonly detail: string;
}

/** Each identity against each root set once; refusals with one cause are merged over proxies. */
function refusalsBetween(groups: readonly Group[], now: Date): Refusal[] {
  const merged = new Map<string, { refusal: Omit<Refusal, 'of'>; of: Map<string, PodRef> }>();
  for (const { proxy, trust } of groups.flatMap(({ members }) => members)) {
    for (const identity of trust.identities) {
      for (const { by, byProxies, reason, about, detail } of refusalsOf(identity.chain, groups, now)) {
        const named = trust.identities.length > 1 ? identity.name : undefined;
        const key = JSON.stringify([by, reason, about, named]);
        const refusal = { by, byProxies, reason, detail, identity: named };
        const entry = merged.get(key) ?? { refusal, of: new Map<string, PodRef>() };
        entry.of.set(sortKey(proxy), proxy);
        merged.set(key, entry);
      }
    }
  }
  const all = [...merged.values()].map(({ refusal, of }) => ({ ...refusal, of: [...of.values()] }));
  return all.sort((a, b) => b.byProxies * b.of.length - a.byProxies * a.of.length);
}

/** The refusals that one chain meets, those with one cause together. */
function refusalsOf(chain: readonly Certificate[], groups: readonly Group[], now: Date): ChainRefusal[] {
  const byCause = new Map<string, ChainRefusal>();
  for (const group of groups) {
    const trust = group.members[0]?.trust.trust;
    if (trust === undefined) continue;
    const result = verifyChain(chain, trust, now);
    if (result.ok) continue;
    const { reason, about, detail } = result;
    const key = `${reason} ${about}`;
    const entry = byCause.get(key) ?? { by: [], byProxies: 0, reason, about, detail };
    entry.by.push(group.id);
    entry.byProxies += group.members.length;
    byCause.set(key, entry);
  }
  return [...byCause.values()];
}
