import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import { podPhase, podRef } from '../../kube/pod.ts';
import { proxyId } from '../../kube/pod-ref.ts';
import { proxyPod } from '../../kube/proxy-pod.ts';
import { isReady } from '../../kube/workload.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { type AmbientState, ambientState } from '../../mesh/waypoint.ts';
import { counted } from '../../util/counted.ts';
import { asObject, field } from '../../util/json.ts';
import type { ProxyRow } from '../proxy-row.ts';
import type { PodProxy } from './pod.ts';
import { type DescribeProblem, listed } from './problem.ts';

/** One pod behind a service. */
export interface ServicePod {
  /** `<pod>.<namespace>`. */
  readonly pod: string;
  readonly phase: string;
  readonly ready: boolean | undefined;
  readonly proxy: PodProxy;
  readonly ambient: AmbientState;
  readonly version: string | undefined;
  /** `in-sync`, `stale` … as istiod says of its proxy (or ztunnel); `undefined` where it was not asked or does not know. */
  readonly sync: string | undefined;
  /** The worst of what istiod says of it, in a line. */
  readonly detail: string | undefined;
}

/** The state of a pod of a service. What istiod says of a captured pod's proxy is what it says of its node's ztunnel. */
export function podState(
  pod: KubeObject,
  objects: MeshObjects,
  rowOf: (proxyId: string) => ProxyRow | undefined,
): ServicePod {
  const ambient = ambientState(pod, objects.namespace(pod.metadata.namespace ?? ''));
  const type = proxyPod(pod)?.type;
  const proxy = type ?? (ambient === 'captured' ? 'ambient' : 'none');
  const row = rowOf(proxy === 'ambient' ? (ztunnelOf(pod, objects) ?? '') : proxyId(podRef(pod)));
  const [worst] = row?.problems ?? [];
  return {
    pod: proxyId(podRef(pod)),
    phase: podPhase(pod),
    ready: isReady(pod),
    proxy,
    ambient,
    version: pod.metadata.labels?.['version'],
    sync: row?.state,
    detail: worst?.brief ?? worst?.detail,
  };
}

function ztunnelOf(pod: KubeObject, objects: MeshObjects): string | undefined {
  const node = field(pod, 'spec', 'nodeName');
  return objects
    .all('pods')
    .map(proxyPod)
    .find((one) => one?.type === 'ztunnel' && one.node === node)?.proxyId;
}

/** What is wrong with the pods of a service: none, none ready, dead or refusing proxies, some outside the mesh. */
export function podsProblems(
  service: KubeObject,
  states: readonly ServicePod[],
  objects: MeshObjects,
): DescribeProblem[] {
  const selector = asObject(field(service, 'spec', 'selector')) ?? {};
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${String(value)}`);
  const name = service.metadata.name;
  if (labels.length === 0 || !objects.knows('pods', service.metadata.namespace ?? '')) return [];
  if (states.length === 0) {
    return [
      {
        level: 'bad',
        kind: 'no-pods',
        text: `${name} has no pods`,
        where: `Service ${objectId(service)} spec.selector (${labels.join(',')})`,
        why: 'callers get 503 UH, no healthy upstream',
        next: `deploy pods with ${labels.join(',')}, or correct the selector`,
      },
    ];
  }
  const ready = states.filter(({ phase, ready: isUp }) => phase === 'Running' && isUp !== false);
  return [
    ...(ready.length === 0 ? [noneReady(name, states)] : []),
    ...brokenProxies(name, states),
    ...notCaptured(name, states),
    ...mixedMesh(name, states),
  ];
}

function noneReady(name: string, states: readonly ServicePod[]): DescribeProblem {
  return {
    level: 'bad',
    kind: 'none-ready',
    text: `none of the ${counted(states.length, 'pod')} of ${name} is ready`,
    where: listed(states.map(({ pod }) => pod)),
    why: 'callers get 503 UH, no healthy upstream',
    next: `meshscope describe pod ${states[0]?.pod ?? ''}`,
  };
}

const BROKEN: Readonly<
  Record<string, { readonly level: 'bad' | 'warn'; readonly text: string; readonly why: string }>
> = {
  'never-connected': {
    level: 'bad',
    text: 'a proxy that does not run or never connected to istiod',
    why: 'such a pod stays an endpoint as long as it is ready: its callers get connection refused (503 UF)',
  },
  rejected: {
    level: 'bad',
    text: 'a proxy that refuses what istiod sends',
    why: 'it works on with what it had before, or takes no traffic at all',
  },
  stale: {
    level: 'warn',
    text: 'a proxy that does not take what istiod sends',
    why: 'recent changes are not in force there',
  },
};

/** One problem for all pods that are in the same trouble. */
function brokenProxies(name: string, states: readonly ServicePod[]): DescribeProblem[] {
  return Object.entries(BROKEN).flatMap(([sync, { level, text, why }]) => {
    const found = states.filter((one) => one.sync === sync);
    const [first] = found;
    if (first === undefined) return [];
    const subject = `${subjectOf(name, found, states)} ${found.length === 1 ? 'has' : 'have'}`;
    const detail = sync === 'never-connected' || first.detail === undefined ? '' : `: ${first.detail}`;
    const proxy = first.proxy === 'ambient' ? text.replace('a proxy', 'a ztunnel') : text;
    return [
      {
        level,
        kind: `pod-${sync}`,
        text: `${subject} ${proxy}${detail}`,
        where: listed(found.map(({ pod }) => pod)),
        why,
        next: `meshscope describe pod ${first.pod}`,
      },
    ];
  });
}

function subjectOf(name: string, found: readonly ServicePod[], states: readonly ServicePod[]): string {
  if (states.length === 1) return `the pod of ${name}`;
  return `${found.length} of ${counted(states.length, 'pod')} of ${name}`;
}

function notCaptured(name: string, states: readonly ServicePod[]): DescribeProblem[] {
  const found = states.filter(({ ambient, proxy }) => ambient === 'not-captured' && proxy === 'none');
  const [first] = found;
  if (first === undefined) return [];
  return [
    {
      level: 'bad',
      kind: 'not-captured',
      text: `${subjectOf(name, found, states)} should be in the ambient mesh, and no ztunnel handles ${found.length === 1 ? 'it' : 'them'}`,
      where: listed(found.map(({ pod }) => pod)),
      why: 'calls are plain text, and no policy protects them',
      next: `meshscope describe pod ${first.pod}`,
    },
  ];
}

function mixedMesh(name: string, states: readonly ServicePod[]): DescribeProblem[] {
  const outside = states.filter(({ proxy, ambient }) => proxy === 'none' && ambient !== 'not-captured');
  if (outside.length === 0 || outside.length === states.length) return [];
  return [
    {
      level: 'warn',
      kind: 'mixed-mesh',
      text: `${outside.length} of ${counted(states.length, 'pod')} of ${name} are not in the mesh`,
      where: listed(outside.map(({ pod }) => pod)),
      why: 'calls to these are plain text, and no policy protects them',
      next: 'restart them with injection on, or take all of them out',
    },
  ];
}
