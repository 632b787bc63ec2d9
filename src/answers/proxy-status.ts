import type { ProxySync } from '../istiod/sync.ts';
import { mergeSync } from '../istiod/sync.ts';
import type { ProxyPod } from '../kube/proxy-pod.ts';
import { compareText } from '../util/text.ts';
import { missingRow, recordedRow } from './missing-proxy.ts';
import type { OwnState } from './own-state.ts';
import {
  PROBLEM_KINDS,
  type ProblemContext,
  type ProxyProblem,
  rejectedProblems,
  skewProblem,
  staleProblem,
  unknownTypesProblem,
} from './proxy-problem.ts';
import { type AskedIstiod, type ProxyRow, type RecordedProxy, typeStates } from './proxy-row.ts';

/** A pod that should hold a proxy, and its Istio cluster where more than one is at hand. */
export interface ClusterPod {
  readonly cluster?: string | undefined;
  readonly pod: ProxyPod;
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
  /** Why a proxy could not be compared although it should have been (`--deep`), by `differenceKey`. */
  readonly notCompared?: ReadonlyMap<string, string> | undefined;
  /** What Envoys say of themselves, by proxy ID, where no istiod could be asked. */
  readonly own?: ReadonlyMap<string, OwnState> | undefined;
}

/** The synchronisation state of the proxies of a mesh, worst first. */
export interface ProxyStatus {
  readonly rows: readonly ProxyRow[];
  readonly inSync: number;
  /** Proxies of which nothing is known but that they could not be compared; not among those in sync. */
  readonly notCompared: number;
  readonly istiods: readonly AskedIstiod[];
  /** How many proxies were judged by what their own Envoy says, as no istiod could be asked. */
  readonly askedThemselves: number;
  /** Whether the pods were known, so that proxies which never connected could be found. */
  readonly podsKnown: boolean;
  /** The only namespace that was asked about; all of them when absent. */
  readonly namespace: string | undefined;
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
    if (!isKnown(cluster, pod.proxyId))
      rows.push(missingRow(cluster, pod, istiods, inputs, inputs.own?.get(pod.proxyId)));
  }
  for (const proxy of inputs.recorded ?? []) {
    const isWanted = inputs.namespace === undefined || proxy.namespace === inputs.namespace;
    if (isWanted && !isKnown(proxy.cluster, proxy.proxyId))
      rows.push(recordedRow(proxy, istiods, inputs.pods === undefined));
  }
  rows.sort(
    (a, b) => rank(a) - rank(b) || compareText(a.proxy, b.proxy) || compareText(a.cluster, b.cluster),
  );
  return {
    rows,
    inSync: rows.filter((row) => row.state === 'in-sync').length,
    notCompared: rows.filter((row) => row.state === 'not-compared').length,
    istiods,
    askedThemselves: [...(inputs.own?.values() ?? [])].filter(({ ok }) => ok).length,
    podsKnown: inputs.pods !== undefined && inputs.podsPartial !== true,
    namespace: inputs.namespace,
  };
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
  const notCompared = inputs.notCompared?.get(differenceKey(proxy));
  if (notCompared !== undefined) problems.push({ kind: 'not-compared', types: [], detail: notCompared });
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

function rank(row: ProxyRow): number {
  return row.state === 'in-sync' ? PROBLEM_KINDS.length : PROBLEM_KINDS.indexOf(row.state);
}
