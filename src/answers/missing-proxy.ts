import type { ProxyPod } from '../kube/proxy-pod.ts';
import { type OwnState, ownProblems } from './own-state.ts';
import type { ProblemContext, ProxyProblem } from './proxy-problem.ts';
import { type AskedIstiod, type ProxyRow, type RecordedProxy, typeStates } from './proxy-row.ts';

/**
 * The row of a pod without a connection: starting while it is too young to have one, else never connected, unless an
 * istiod that did not answer may know it.
 */
export function missingRow(
  cluster: string | undefined,
  pod: ProxyPod,
  istiods: readonly AskedIstiod[],
  context: ProblemContext,
  own?: OwnState | undefined,
): ProxyRow {
  const row = {
    proxy: pod.proxyId,
    cluster: cluster ?? '',
    namespace: pod.namespace,
    type: pod.type,
    ...missingState(pod, istiods, context.now),
    node: pod.node,
    types: [],
  };
  if (own === undefined || row.state === 'starting') return row;
  const problems = ownProblems(pod, own, noAccess(istiods), context);
  const { version, types } = own.ok ? own : { version: undefined, types: [] };
  return { ...row, state: problems[0]?.kind ?? 'unknown', problems, version, types: typeStates(types) };
}

/** Why no istiod was asked, shortly: the gap tells the rest. */
function noAccess(istiods: readonly AskedIstiod[]): string {
  if (istiods.length === 0) return 'there is no istiod to ask';
  const forbidden = istiods.every(({ failure }) => failure?.code === 'Forbidden');
  return forbidden ? 'no access to istiod' : 'no istiod answered';
}

/**
 * The row of a proxy of which only its own pages are known: they say nothing of how far it is in sync. `withoutPods`:
 * no pods are known at all, not just not its own.
 */
export function recordedRow(
  proxy: RecordedProxy,
  istiods: readonly AskedIstiod[],
  withoutPods: boolean,
): ProxyRow {
  const { proxyId, cluster = '', namespace, type } = proxy;
  const problem = silenceOf(istiods) ?? pagesProblem(proxy, withoutPods);
  return { proxy: proxyId, cluster, namespace, type, state: problem.kind, problems: [problem], types: [] };
}

function pagesProblem({ readable }: RecordedProxy, withoutPods: boolean): ProxyProblem {
  if (readable) {
    return {
      kind: 'never-connected',
      types: [],
      detail: 'its own pages are at hand, no istiod knows it',
    };
  }
  const pods = withoutPods ? 'pods were not recorded' : 'its pod was not recorded';
  return { kind: 'unknown', types: [], detail: `${pods}; its pages could not be read` };
}

function missingState(
  pod: ProxyPod,
  istiods: readonly AskedIstiod[],
  now: Date,
): Pick<ProxyRow, 'state' | 'problems'> {
  const waiting = pod.waiting === undefined ? '' : ` (istio-proxy: ${pod.waiting})`;
  if (isStarting(pod, now))
    return stateOf('starting', pod, `pod is ${pod.phase}${waiting}, not connected yet`);
  const unknown = silenceOf(istiods);
  if (unknown !== undefined) return { state: 'unknown', problems: [unknown] };
  return stateOf('never-connected', pod, `pod is ${pod.phase}${waiting}, no istiod knows it`);
}

function stateOf(
  kind: 'starting' | 'never-connected',
  pod: ProxyPod,
  detail: string,
): Pick<ProxyRow, 'state' | 'problems'> {
  return { state: kind, problems: [{ kind, types: [], since: pod.created, detail }] };
}

/** For how long a proxy that is not ready is given the benefit of the doubt. */
const GRACE_MS = 60_000;

/** Reasons that the kubelet gives while it goes on as usual; all others are failures to start. */
const ON_THE_WAY: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

/** A pod that is younger than the grace period and not ready, or pending without a failure of its proxy. */
function isStarting(pod: ProxyPod, now: Date): boolean {
  if (pod.phase === 'Pending' && (pod.waiting === undefined || ON_THE_WAY.has(pod.waiting))) return true;
  const isReady = pod.phase !== 'Pending' && pod.ready !== false;
  return !isReady && now.getTime() - Date.parse(pod.created ?? '') < GRACE_MS;
}

/** What keeps the state of a proxy that no istiod told of unknown; `undefined` when all of them answered. */
function silenceOf(istiods: readonly AskedIstiod[]): ProxyProblem | undefined {
  const silent = istiods.filter((istiod) => istiod.sync === undefined).map((istiod) => istiod.name);
  if (silent.length === 0 && istiods.length > 0) return undefined;
  const some = `no istiod that answered knows it, but ${silent.join(', ')} did not answer`;
  const none = istiods.length === 0 ? 'there is no istiod to ask' : 'no istiod answered';
  return { kind: 'unknown', types: [], detail: silent.length === istiods.length ? none : some };
}
