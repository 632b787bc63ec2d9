import type { ConfigDump } from '../envoy/dump.ts';
import { clusterEntries, type Entry, listenerEntries, routeConfigEntries } from '../envoy/entry.ts';
import type { ProxySync, TypeSync } from '../istiod/sync.ts';
import { TYPE_URL } from '../istiod/xds-types.ts';
import type { ProxyPod } from '../kube/proxy-pod.ts';
import { humanDuration } from '../util/duration.ts';
import { asObjects, asString, field } from '../util/json.ts';
import { PROBLEM_KINDS, type ProblemContext, type ProxyProblem, rejectedProblems } from './proxy-problem.ts';

/** What a proxy's own Envoy says of itself, for whoever has no access to istiod. Pages that can't be had are absent. */
export interface OwnPages {
  readonly dump: ConfigDump | undefined;
  /** JSON of the admin page `server_info`. */
  readonly serverInfo: unknown;
  /** JSON of the admin page `certs`. */
  readonly certs: unknown;
}

/** A proxy as its own Envoy shows it, or why its Envoy could not be asked. */
export type OwnState =
  | {
      readonly ok: true;
      /** Types with the rejections that Envoy tells of; how far the others are, only istiod knows. */
      readonly types: readonly TypeSync[];
      /** Problems that Envoy shows besides rejections. */
      readonly problems: readonly ProxyProblem[];
      /** What is well, in words: `Envoy is live, configuration of 5m ago`. */
      readonly summary: string;
      readonly version: string | undefined;
    }
  | { readonly ok: false; readonly reason: string };

const SECTIONS = [
  ['Clusters', TYPE_URL.cluster, 'cluster', clusterEntries],
  ['Listeners', TYPE_URL.listener, 'listener', listenerEntries],
  ['Routes', TYPE_URL.route, 'route', routeConfigEntries],
] as const;

/**
 * What Envoy's own pages tell at `now`: updates that it refused (`error_state`), whether it is live, whether its own
 * certificates are valid. How far it is in sync they do not tell: Envoy does not know what istiod has.
 */
export function ownState({ dump, serverInfo, certs }: OwnPages, now: Date): OwnState {
  const sections = SECTIONS.flatMap(([name, typeUrl, word, entriesOf]) =>
    dump?.has(name) ? [{ typeUrl, word, entries: entriesOf(dump) }] : [],
  );
  const state = asString(field(serverInfo, 'state'));
  const problems = [...liveProblem(state), ...certificateProblems(certs, now)];
  const updated = sections
    .flatMap(({ entries }) => entries.flatMap(({ lastUpdated }) => Date.parse(lastUpdated ?? '')))
    .filter((ms) => !Number.isNaN(ms));
  const age = updated.length === 0 ? undefined : now.getTime() - Math.max(...updated);
  const words = [
    ...(state === 'LIVE' ? ['Envoy is live'] : []),
    ...(age === undefined ? [] : [`configuration last changed ${humanDuration(Math.max(0, age))} ago`]),
    ...certificateWords(certs, now),
  ];
  return {
    ok: true,
    types: sections.map(typeSync),
    problems,
    summary: words.join(', '),
    version: asString(field(serverInfo, 'node', 'metadata', 'ISTIO_VERSION')),
  };
}

interface Section {
  readonly typeUrl: string;
  readonly word: string;
  readonly entries: readonly Entry[];
}

/** Refused updates in the form in which Envoy tells istiod of them, which is what readers of rejections know. */
function typeSync({ typeUrl, word, entries }: Section): TypeSync {
  const refused = entries.filter(({ rejection }) => rejection !== undefined);
  const [first] = refused;
  if (first === undefined) return { typeUrl, status: 'UNKNOWN' };
  const reasons = refused.map(({ name, rejection }) => `${name}: ${rejection?.details ?? ''}`);
  const error = `Error adding/updating ${word}(s) ${reasons.join('\n')}`;
  return { typeUrl, status: 'ERROR', lastSent: first.rejection?.lastAttempt, error };
}

function liveProblem(state: string | undefined): ProxyProblem[] {
  if (state === undefined || state === 'LIVE') return [];
  const why = state.endsWith('INITIALIZING') ? ': it waits for its first configuration' : '';
  return [{ kind: 'not-live', types: [], detail: `Envoy is ${state}${why}` }];
}

interface CertificateLife {
  readonly name: string;
  readonly begins: number;
  readonly ends: number;
}

/** The certificates that Envoy presents; those of its trusted roots are in `ca_cert`. */
function presented(certs: unknown): CertificateLife[] {
  const lives = asObjects(field(certs, 'certificates')).flatMap((entry) =>
    asObjects(entry['cert_chain']).map((one) => ({
      name: asString(field(asObjects(one['subject_alt_names'])[0], 'uri')) ?? 'its certificate',
      begins: Date.parse(asString(one['valid_from']) ?? ''),
      ends: Date.parse(asString(one['expiration_time']) ?? ''),
    })),
  );
  const readable = lives.filter(({ begins, ends }) => !Number.isNaN(begins) && !Number.isNaN(ends));
  return [...new Map(readable.map((life) => [`${life.name} ${life.ends}`, life])).values()];
}

function certificateProblems(certs: unknown, now: Date): ProxyProblem[] {
  return presented(certs).flatMap(({ name, begins, ends }): ProxyProblem[] => {
    const kind = 'certificate-invalid';
    const ago = (ms: number): string => humanDuration(Math.abs(now.getTime() - ms));
    if (now.getTime() >= ends)
      return [{ kind, types: [], since: timeOf(ends), detail: `${name} expired ${ago(ends)} ago` }];
    if (now.getTime() < begins)
      return [{ kind, types: [], detail: `${name} is not valid before ${timeOf(begins)}` }];
    return [];
  });
}

function certificateWords(certs: unknown, now: Date): string[] {
  const ends = presented(certs).map((life) => life.ends);
  const left = Math.min(...ends) - now.getTime();
  return Number.isFinite(left) && left > 0 ? [`certificate valid for ${humanDuration(left)}`] : [];
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The problems of a proxy that only its own Envoy was asked about, worst first; never none: its sync is unknown. */
export function ownProblems(
  pod: ProxyPod,
  own: OwnState,
  noIstiod: string,
  context: ProblemContext,
): ProxyProblem[] {
  const unknown = (detail: string): ProxyProblem => ({
    kind: 'unknown',
    types: [],
    detail,
    brief: 'sync unknown',
  });
  if (!own.ok) return [unknown(`${noIstiod}, and its Envoy could not be asked: ${own.reason}`)];
  const rejected = rejectedProblems(syncOf(pod, own), pod, context);
  const problems = [...rejected, ...own.problems];
  const detail =
    problems.length > 0 ? `sync unknown: ${noIstiod}` : [noIstiod, own.summary].filter(Boolean).join('; ');
  return [...problems, unknown(detail)].sort(
    (a, b) => PROBLEM_KINDS.indexOf(a.kind) - PROBLEM_KINDS.indexOf(b.kind),
  );
}

function syncOf(pod: ProxyPod, own: Extract<OwnState, { ok: true }>): ProxySync {
  const { proxyId, namespace, type } = pod;
  return { proxyId, namespace, type, cluster: '', version: own.version ?? '', istiod: '', types: own.types };
}
