import { type Suspect, suspectFilters } from '../istiod/guilty-filter.ts';
import { parseNack, type Rejection } from '../istiod/nack.ts';
import { type ProxySync, sentMs, type TypeSync } from '../istiod/sync.ts';
import { shortTypeName, subscriptionOrder } from '../istiod/xds-types.ts';
import type { KubeObject } from '../kube/object.ts';
import type { ProxyPod } from '../kube/proxy-pod.ts';
import { humanDuration } from '../util/duration.ts';

/**
 * What can be wrong with a proxy's configuration, worst first; `unknown`: nobody who could know has answered;
 * `not-live`, `certificate-invalid`: told by an Envoy itself, where no istiod could be asked; `not-compared`: a
 * comparison was asked for and not possible; `starting`: too young to be connected.
 */
export const PROBLEM_KINDS = [
  'rejected',
  'never-connected',
  'not-live',
  'certificate-invalid',
  'differs',
  'unknown',
  'stale',
  'not-compared',
  'version-skew',
  'starting',
] as const;

/** One of `PROBLEM_KINDS`. */
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** One thing that is wrong with one proxy. Times are RFC 3339. */
export interface ProxyProblem {
  readonly kind: ProblemKind;
  /** Short xDS type names that it concerns, in reading order. */
  readonly types: readonly string[];
  /**
   * Since when at least: istiod's last push of the type. The fault may be older (the detail says what was acknowledged
   * last), but a push that was sent a moment ago is no old fault. Absent when nobody knows.
   */
  readonly since?: string | undefined;
  /** Every push of the rejected type since the proxy connected was rejected. */
  readonly neverAccepted?: boolean | undefined;
  /** What happened, in one line. */
  readonly detail: string;
  /** Shorter form of `detail`, where another problem of the same proxy has told the rest. */
  readonly brief?: string | undefined;
  /** Not alarming as it stands: a push just sent, a supported version difference, what another problem explains. */
  readonly mild?: boolean | undefined;
  readonly rejections?: readonly Rejection[] | undefined;
  /** EnvoyFilters that the rejection points at: one is the cause, several are candidates. */
  readonly suspects?: readonly Suspect[] | undefined;
}

/** What the problems of a proxy are judged with. */
export interface ProblemContext {
  readonly now: Date;
  readonly envoyFilters: readonly KubeObject[];
  readonly rootNamespace: string;
}

/** Rejected pushes of a connected proxy, one problem a type, with the EnvoyFilter that Envoy's text points at. */
export function rejectedProblems(
  proxy: ProxySync,
  pod: ProxyPod | undefined,
  context: ProblemContext,
): ProxyProblem[] {
  return inOrder(proxy.types, (type) => type.status === 'ERROR').map((type) => {
    const rejections = parseNack(type.error ?? '');
    const subject = {
      namespace: proxy.namespace,
      labels: pod?.labels ?? {},
      type: pod?.type ?? proxy.type,
    };
    const suspects = suspectFilters(rejections, subject, context.envoyFilters, context.rootNamespace);
    return {
      kind: 'rejected',
      types: [shortTypeName(type.typeUrl)],
      ...rejectedSince(type),
      detail: `${rejectionText(rejections, suspects)}${acceptedText(type, context.now)}`,
      rejections,
      suspects,
    };
  });
}

/** A type that was never accepted has no beginning that anybody knows. */
function rejectedSince(type: TypeSync): Pick<ProxyProblem, 'since' | 'neverAccepted'> {
  return type.everAcked === false ? { neverAccepted: true } : { since: lastPush([type]) };
}

function acceptedText(type: TypeSync, now: Date): string {
  if (type.ackedPush !== undefined) return `; last accepted the push of ${momentText(type.ackedPush, now)}`;
  if (type.everAcked !== false) return '';
  const sent = sentMs(type);
  const last =
    sent === undefined ? '' : `; last push ${humanDuration(Math.max(0, now.getTime() - sent))} ago`;
  return `; never accepted${last}`;
}

/** The oldest of the last pushes of some types; `undefined` when nothing was ever sent. */
function lastPush(types: readonly TypeSync[]): string | undefined {
  const sent = types.filter((type) => sentMs(type) !== undefined);
  return sent.sort((a, b) => (sentMs(a) ?? 0) - (sentMs(b) ?? 0))[0]?.lastSent;
}

function rejectionText(rejections: readonly Rejection[], suspects: readonly Suspect[]): string {
  const [first] = rejections;
  if (first === undefined) return 'Envoy gave no reason';
  const more = rejections.length > 1 ? ` (and ${rejections.length - 1} more refused)` : '';
  const [only] = suspects;
  if (only !== undefined && suspects.length === 1)
    return `EnvoyFilter ${filterName(only)}: ${first.reason}${more}`;
  const where = first.name === undefined ? '' : `${first.name}: `;
  const from =
    suspects.length === 0 ? '' : `; EnvoyFilter ${suspects.map(filterName).join(' or ')} may be the cause`;
  return `${where}${first.reason}${more}${from}`;
}

function filterName(suspect: Suspect): string {
  return `${suspect.namespace}/${suspect.name}`;
}

/** istiod itself calls a push slow after 30 s; before that an unacknowledged push is a push under way. */
const SETTLING_MS = 30_000;

/** The types that wait for an acknowledgement, as one problem; `undefined` when there are none. */
export function staleProblem(proxy: ProxySync, context: ProblemContext): ProxyProblem | undefined {
  const stale = inOrder(proxy.types, (type) => type.status === 'STALE');
  if (stale.length === 0) return undefined;
  const sent = stale.flatMap((type) => sentMs(type) ?? []);
  const mild = sent.length > 0 && context.now.getTime() - Math.min(...sent) < SETTLING_MS;
  const underWay = mild ? 'sent less than 30s ago, a push may be under way; ' : '';
  return {
    kind: 'stale',
    types: stale.map((type) => shortTypeName(type.typeUrl)),
    since: lastPush(stale),
    detail: `${underWay}${acknowledgedText(stale, context.now)}`,
    mild,
  };
}

function acknowledgedText(stale: readonly TypeSync[], now: Date): string {
  const acked = stale.flatMap((type) => type.ackedPush ?? []).sort();
  const oldest = acked[0];
  if (oldest !== undefined) return `last acknowledged the push of ${momentText(oldest, now)}`;
  if (stale.every((type) => type.everAcked === false)) {
    const onlyRoutes = stale.every((type) => shortTypeName(type.typeUrl) === 'RDS');
    return onlyRoutes
      ? 'never acknowledged; normal where the proxy asks for no routes'
      : 'never acknowledged';
  }
  return 'istiod sent a newer configuration than the proxy acknowledged';
}

/** The time of day and the age, which tells the day. */
function momentText(moment: string, now: Date): string {
  const age = now.getTime() - Date.parse(moment);
  return Number.isNaN(age) ? moment : `${moment.slice(11)} (${humanDuration(Math.max(0, age))} ago)`;
}

/** Types whose state istiod did not give; never counted as in sync. */
export function unknownTypesProblem(proxy: ProxySync): ProxyProblem | undefined {
  const unknown = inOrder(proxy.types, (type) => type.status === 'UNKNOWN');
  if (proxy.types.length > 0 && unknown.length === 0) return undefined;
  const detail =
    proxy.types.length === 0
      ? 'connected, but subscribed to nothing'
      : 'istiod does not say how far these types are';
  return { kind: 'unknown', types: unknown.map((type) => shortTypeName(type.typeUrl)), detail };
}

/**
 * A proxy whose minor version differs from its istiod's. One minor version behind is supported, more is not, nor is
 * a proxy newer than istiod. Versions without numbers can't be compared and raise nothing.
 */
export function skewProblem(
  proxyVersion: string,
  istiodVersion: string | undefined,
): ProxyProblem | undefined {
  const [proxy, istiod] = [minorOf(proxyVersion), minorOf(istiodVersion ?? '')];
  if (proxy === undefined || istiod === undefined) return undefined;
  const sameMajor = proxy.major === istiod.major;
  const behind = istiod.minor - proxy.minor;
  if (sameMajor && behind === 0) return undefined;
  const mild = sameMajor && behind === 1;
  const judged = mild
    ? 'one minor version behind, supported'
    : sameMajor
      ? `${Math.abs(behind)} minor version${Math.abs(behind) === 1 ? '' : 's'} ${behind > 0 ? 'behind' : 'ahead'}, not supported`
      : 'another major version, not supported';
  return {
    kind: 'version-skew',
    types: [],
    detail: `proxy ${proxyVersion}, istiod ${istiodVersion}: ${judged}`,
    mild,
  };
}

/** Versions of tools say 65536; they are no release. */
function minorOf(version: string): { major: number; minor: number } | undefined {
  const match = /^v?(\d{1,3})\.(\d{1,4})(?:\D|$)/.exec(version);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

function inOrder(types: readonly TypeSync[], wanted: (type: TypeSync) => boolean): TypeSync[] {
  const chosen = types.filter(wanted);
  const order = subscriptionOrder(chosen.map((type) => type.typeUrl));
  return [...chosen].sort((a, b) => order.indexOf(a.typeUrl) - order.indexOf(b.typeUrl));
}
