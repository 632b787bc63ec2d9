import type { IstiodSync, ProxySync, ProxyType, TypeSync } from '../istiod/sync.ts';
import { mergeSync } from '../istiod/sync.ts';
import { shortTypeName, subscriptionOrder } from '../istiod/xds-types.ts';
import type { ProxyPod } from '../kube/proxy-pod.ts';
import { compareText } from '../util/text.ts';
import {
  PROBLEM_KINDS,
  type ProblemContext,
  type ProblemKind,
  type ProxyProblem,
  rejectedProblems,
  skewProblem,
  staleProblem,
  unknownTypesProblem,
} from './proxy-problem.ts';

/** One istiod that was asked: what it said, or why it could not. */
export interface AskedIstiod {
  readonly name: string;
  readonly namespace: string;
  readonly cluster?: string | undefined;
  readonly sync?: IstiodSync | undefined;
  /** The parsed DiscoveryResponse, where the answer came over xDS. */
  readonly document?: unknown;
  readonly failure?:
    | { readonly code: string; readonly reason: string; readonly next?: string | undefined }
    | undefined;
}

/** A pod that should hold a proxy, and its Istio cluster where more than one is at hand. */
export interface ClusterPod {
  readonly cluster?: string | undefined;
  readonly pod: ProxyPod;
}

/** A proxy whose pages are at hand although its pod is not. */
export interface RecordedProxy {
  readonly proxyId: string;
  readonly namespace: string;
  readonly cluster?: string | undefined;
  readonly type: ProxyType;
}

/** Everything that the answer is computed from. */
export interface ProxyStatusInputs extends ProblemContext {
  readonly istiods: readonly AskedIstiod[];
  /** Absent when pods could not be listed: then no proxy can be said to be missing. */
  readonly pods?: readonly ClusterPod[] | undefined;
  /** Whether `pods` lacks some: then a proxy that is not in it may be missing all the same. */
  readonly podsPartial?: boolean | undefined;
  readonly recorded?: readonly RecordedProxy[] | undefined;
  readonly namespace?: string | undefined;
  readonly revision?: string | undefined;
  /** Found by comparing istiod's intent with Envoy's dump (`--deep`), by `differenceKey`. */
  readonly differences?: ReadonlyMap<string, ProxyProblem> | undefined;
}

/** One proxy and its problems, worst first; none means in sync. */
export interface ProxyRow {
  readonly proxy: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly type: ProxyType;
  readonly state: ProblemKind | 'in-sync';
  readonly problems: readonly ProxyProblem[];
  readonly istiod?: string | undefined;
  readonly version?: string | undefined;
  readonly node?: string | undefined;
  /** Its xDS types by short name, in reading order. */
  readonly types: readonly TypeState[];
}

/** State of one xDS type for the reader. */
export interface TypeState {
  readonly type: string;
  readonly status: TypeSync['status'];
  readonly lastSent?: string | undefined;
  readonly error?: string | undefined;
}

/** The synchronisation state of the proxies of a mesh, worst first. */
export interface ProxyStatus {
  readonly rows: readonly ProxyRow[];
  readonly inSync: number;
  readonly istiods: readonly AskedIstiod[];
  /** Whether the pods were known, so that proxies which never connected could be found. */
  readonly podsKnown: boolean;
}

/** The state of every proxy that istiod knows or that a pod should hold, worst first, then by name. */
export function proxyStatus(inputs: ProxyStatusInputs): ProxyStatus {
  const istiods = inputs.istiods.map((istiod) => inNamespace(istiod, inputs.namespace));
  const pods = (inputs.pods ?? []).filter((entry) => wanted(entry.pod, inputs));
  const podOf = podIndex(inputs.pods ?? []);
  const versions = new Map(istiods.map(({ sync, name }) => [sync?.istiod ?? name, sync?.istiodVersion]));
  const connected = mergeSync(istiods.flatMap(({ sync }) => sync ?? []));
  const rows = connected
    .map((proxy) =>
      connectedRow(proxy, podOf(proxy.cluster, proxy.proxyId), versions.get(proxy.istiod), inputs),
    )
    .filter(
      (row) => inputs.revision === undefined || keepsRevision(podOf(row.cluster, row.proxy), inputs.revision),
    );
  const known = new Set(rows.flatMap((row) => [row.proxy, `${row.cluster}/${row.proxy}`]));
  const several = severalClusters(rows);
  const isKnown = (cluster: string | undefined, id: string): boolean =>
    known.has(cluster === undefined || !several ? id : `${cluster}/${id}`);
  for (const { cluster, pod } of pods) {
    if (!isKnown(cluster, pod.proxyId)) rows.push(missingRow(cluster, pod, istiods));
  }
  for (const proxy of inputs.recorded ?? []) {
    const isWanted = inputs.namespace === undefined || proxy.namespace === inputs.namespace;
    if (isWanted && !isKnown(proxy.cluster, proxy.proxyId)) rows.push(recordedRow(proxy, istiods));
  }
  rows.sort(
    (a, b) => rank(a) - rank(b) || compareText(a.proxy, b.proxy) || compareText(a.cluster, b.cluster),
  );
  const inSync = rows.filter((row) => row.state === 'in-sync').length;
  return { rows, inSync, istiods, podsKnown: inputs.pods !== undefined && inputs.podsPartial !== true };
}

function inNamespace(istiod: AskedIstiod, namespace: string | undefined): AskedIstiod {
  if (namespace === undefined || istiod.sync === undefined) return istiod;
  const proxies = istiod.sync.proxies.filter((proxy) => proxy.namespace === namespace);
  return { ...istiod, sync: { ...istiod.sync, proxies } };
}

function wanted(pod: ProxyPod, inputs: ProxyStatusInputs): boolean {
  if (inputs.namespace !== undefined && pod.namespace !== inputs.namespace) return false;
  return inputs.revision === undefined || keepsRevision(pod, inputs.revision);
}

/** Only a pod that says another revision is left out: istiods were chosen by revision already. */
function keepsRevision(pod: ProxyPod | undefined, revision: string): boolean {
  return pod?.revision === undefined || pod.revision === revision;
}

function severalClusters(rows: readonly ProxyRow[]): boolean {
  return new Set(rows.map((row) => row.cluster)).size > 1;
}

function podIndex(pods: readonly ClusterPod[]): (cluster: string, proxyId: string) => ProxyPod | undefined {
  const byCluster = new Map(pods.map(({ cluster = '', pod }) => [`${cluster}/${pod.proxyId}`, pod]));
  const byId = new Map(pods.map(({ pod }) => [pod.proxyId, pod]));
  const several = new Set(pods.map(({ cluster }) => cluster)).size > 1;
  return (cluster, id) => byCluster.get(`${cluster}/${id}`) ?? (several ? undefined : byId.get(id));
}

function connectedRow(
  proxy: ProxySync,
  pod: ProxyPod | undefined,
  istiodVersion: string | undefined,
  inputs: ProxyStatusInputs,
): ProxyRow {
  const problems = [
    ...rejectedProblems(proxy, pod, inputs),
    unknownTypesProblem(proxy),
    staleProblem(proxy, inputs),
    skewProblem(proxy.version, istiodVersion),
  ].filter((problem): problem is ProxyProblem => problem !== undefined);
  const differs = inputs.differences?.get(differenceKey(proxy));
  if (differs !== undefined && !isExplained(differs, problems)) {
    problems.push({ ...differs, detail: `SYNCED, but ${differs.detail}` });
  }
  problems.sort((a, b) => PROBLEM_KINDS.indexOf(a.kind) - PROBLEM_KINDS.indexOf(b.kind));
  if (differs !== undefined && isExplained(differs, problems)) problems.push({ ...differs, mild: true });
  return {
    proxy: proxy.proxyId,
    cluster: proxy.cluster,
    namespace: proxy.namespace,
    type: pod?.type ?? proxy.type,
    state: problems[0]?.kind ?? 'in-sync',
    problems,
    istiod: proxy.istiod,
    version: proxy.version,
    node: pod?.node,
    types: typeStates(proxy.types),
  };
}

/** Under which key `differences` holds what was found out about a proxy. */
export function differenceKey(proxy: Pick<ProxySync, 'cluster' | 'proxyId'>): string {
  return `${proxy.cluster}/${proxy.proxyId}`;
}

/** A difference in types whose push was refused or is not acknowledged yet is what that problem looks like. */
function isExplained(differs: ProxyProblem, problems: readonly ProxyProblem[]): boolean {
  const open = problems.filter((problem) => problem.kind === 'rejected' || problem.kind === 'stale');
  const types = new Set(open.flatMap((problem) => problem.types));
  return differs.types.every((type) => types.has(type));
}

function typeStates(types: readonly TypeSync[]): TypeState[] {
  const order = subscriptionOrder(types.map((type) => type.typeUrl));
  const sorted = [...types].sort((a, b) => order.indexOf(a.typeUrl) - order.indexOf(b.typeUrl));
  return sorted.map(({ typeUrl, status, lastSent, error }) => ({
    type: shortTypeName(typeUrl),
    status,
    lastSent,
    error,
  }));
}

/** A pod without a connection: never connected, unless an istiod that did not answer may know it. */
function missingRow(cluster: string | undefined, pod: ProxyPod, istiods: readonly AskedIstiod[]): ProxyRow {
  return {
    proxy: pod.proxyId,
    cluster: cluster ?? '',
    namespace: pod.namespace,
    type: pod.type,
    ...missingState(pod, istiods),
    node: pod.node,
    types: [],
  };
}

/** A proxy of which only its own pages are known: they say nothing of how far it is in sync. */
function recordedRow(proxy: RecordedProxy, istiods: readonly AskedIstiod[]): ProxyRow {
  const { proxyId, cluster = '', namespace, type } = proxy;
  const unknown = silenceOf(istiods);
  const problem: ProxyProblem = unknown ?? {
    kind: 'never-connected',
    types: [],
    detail: 'its own pages are at hand, no istiod knows it',
  };
  return { proxy: proxyId, cluster, namespace, type, state: problem.kind, problems: [problem], types: [] };
}

function missingState(pod: ProxyPod, istiods: readonly AskedIstiod[]): Pick<ProxyRow, 'state' | 'problems'> {
  const unknown = silenceOf(istiods);
  if (unknown !== undefined) return { state: 'unknown', problems: [unknown] };
  const waiting = pod.waiting === undefined ? '' : ` (istio-proxy: ${pod.waiting})`;
  const detail = `pod is ${pod.phase}${waiting}, no istiod knows it`;
  return {
    state: 'never-connected',
    problems: [{ kind: 'never-connected', types: [], since: pod.created, detail }],
  };
}

/** What keeps the state of a proxy that no istiod told of unknown; `undefined` when all of them answered. */
function silenceOf(istiods: readonly AskedIstiod[]): ProxyProblem | undefined {
  const silent = istiods.filter((istiod) => istiod.sync === undefined).map((istiod) => istiod.name);
  if (silent.length === 0 && istiods.length > 0) return undefined;
  const some = `no istiod that answered knows it, but ${silent.join(', ')} did not answer`;
  const none = istiods.length === 0 ? 'there is no istiod to ask' : 'no istiod answered';
  return { kind: 'unknown', types: [], detail: silent.length === istiods.length ? none : some };
}

function rank(row: ProxyRow): number {
  return row.state === 'in-sync' ? PROBLEM_KINDS.length : PROBLEM_KINDS.indexOf(row.state);
}
