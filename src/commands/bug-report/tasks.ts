import { podRef } from '../../kube/pod.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { RecordingSource } from '../../sources/recording.ts';
import type { IstiodReply, LogQuery, ProxyEntry } from '../../sources/source.ts';
import type { SourceError } from '../../sources/source-error.ts';
import { type CollectFacts, containersOf, isCniPod, proxyPods, wasRestarted } from './facts.ts';
import type { Ask, PlanLine, PlanRight, Stage } from './plan.ts';

/** One question, ready to be put. */
export interface Task {
  readonly line: PlanLine;
  /** Who answers, and how many questions at a time may be put to it. */
  readonly server: { readonly name: string; readonly most: number };
  readonly ask: (recording: RecordingSource) => Promise<void>;
}

const API_SERVER: Task['server'] = { name: 'API server', most: Number.POSITIVE_INFINITY };
/** All replicas are asked together; some places are left for others while they hang. */
const ISTIODS: Task['server'] = { name: 'istiod', most: 4 };

/** How questions are put in this run. */
export interface TaskOptions {
  /** Where objects are looked for, one after the other; everywhere when it is empty. */
  readonly namespaces: readonly string[];
  /** Tried when objects of all namespaces are refused. */
  readonly fallback: readonly string[];
  readonly logs: Pick<LogQuery, 'tailLines' | 'sinceSeconds'>;
  readonly skipProxies: boolean;
  readonly skipObjects: boolean;
  /** Is told what istiods answered. */
  readonly onReplies: (name: string, replies: readonly IstiodReply[]) => void;
  /** Is told which lists were refused as a whole. */
  readonly onRefused: (right: PlanRight, error: SourceError) => void;
  readonly isClusterScoped: (plural: string) => boolean;
}

/** The questions of a stage, in their order: proxy by proxy, so that what is there of one is all of it. */
export function tasksOf(stage: Stage, facts: CollectFacts, options: TaskOptions): readonly Task[] {
  if (stage.of === 'mesh') return stage.lines.flatMap((line) => meshTasks(line, facts, options));
  if (options.skipProxies) return [];
  return proxiesOf(stage, facts).flatMap((proxy) =>
    stage.lines.flatMap((line) => proxyTasks(line, proxy, facts, options)),
  );
}

/** The proxies that a stage is about. */
export function proxiesOf(
  stage: Stage,
  { pods, proxies, troubled, wanted }: CollectFacts,
): readonly ProxyEntry[] {
  const known = proxyPods(pods);
  return proxies.filter(({ pod, kind }) => {
    const id = proxyId(pod);
    if (!wanted(id)) return false;
    if (stage.of === 'all') return true;
    const isShared = kind === 'ztunnel' || (known.get(id)?.type ?? 'sidecar') !== 'sidecar';
    return stage.of === (troubled.has(id) ? 'troubled' : isShared ? 'shared' : 'rest');
  });
}

function meshTasks(line: PlanLine, facts: CollectFacts, options: TaskOptions): readonly Task[] {
  const { ask } = line;
  if ('objects' in ask) {
    if (options.skipObjects && ask.objects.plural !== 'pods') return [];
    return [
      { line, server: API_SERVER, ask: (recording) => askObjects(recording, line, ask.objects, options) },
    ];
  }
  if ('istiod' in ask) {
    const { istiod } = ask;
    return [
      {
        line,
        server: ISTIODS,
        ask: async (recording) => {
          const replies = await recording.istiod(istiod);
          if (istiod.channel === 'debug') options.onReplies(istiod.name, replies);
        },
      },
    ];
  }
  if ('cni' in ask) {
    return facts.pods
      .filter(isCniPod)
      .map(podRef)
      .map((pod) => ({
        line,
        server: { name: proxyId(pod), most: 1 },
        ask: async (recording) => {
          await recording.cni(pod, ask.cni);
        },
      }));
  }
  if ('log' in ask) {
    return logsOf(ask, facts).map(([pod, container]) => ({
      line,
      server: API_SERVER,
      ask: (recording) => askLog(recording, pod, container, facts, options),
    }));
  }
  return [];
}

function logsOf(
  ask: Extract<Ask, { log: unknown }>,
  facts: CollectFacts,
): readonly (readonly [PodRef, string])[] {
  if (ask.log === 'istiod') return facts.istiods.map((pod) => [pod, 'discovery'] as const);
  if (ask.log !== 'cni') return [];
  return facts.pods
    .filter(isCniPod)
    .flatMap((pod) => containersOf(pod).map((container) => [podRef(pod), container] as const));
}

function proxyTasks(
  line: PlanLine,
  { pod, kind }: ProxyEntry,
  facts: CollectFacts,
  options: TaskOptions,
): readonly Task[] {
  const { ask } = line;
  const own: Task['server'] = { name: proxyId(pod), most: 1 };
  const one = (
    put: (recording: RecordingSource) => Promise<unknown>,
    server: Task['server'] = own,
  ): readonly Task[] => [
    {
      line,
      server,
      ask: async (recording) => {
        await put(recording);
      },
    },
  ];
  if ('ztunnel' in ask)
    return kind === 'ztunnel' ? one((recording) => recording.ztunnel(pod, ask.ztunnel)) : [];
  if ('log' in ask)
    return ask.log === kind ? one((recording) => askLog(recording, pod, 'istio-proxy', facts, options)) : [];
  if (kind !== 'envoy') return [];
  if ('envoy' in ask) return one((recording) => recording.envoy(pod, ask.envoy));
  if (!('intent' in ask)) return [];
  return one((recording) => recording.istiod({ channel: 'debug', name: ask.intent, proxy: pod }), ISTIODS);
}

async function askObjects(
  recording: RecordingSource,
  { right }: PlanLine,
  kind: Extract<Ask, { objects: unknown }>['objects'],
  { namespaces, fallback, isClusterScoped, onRefused }: TaskOptions,
): Promise<void> {
  const isEverywhere = namespaces.length === 0 || isClusterScoped(kind.plural);
  const answer = isEverywhere ? await recording.resources(kind) : undefined;
  const isRefused = answer !== undefined && !answer.ok && answer.error.code === 'Forbidden';
  const single = isEverywhere ? (isRefused && !isClusterScoped(kind.plural) ? fallback : []) : namespaces;
  const answers = answer === undefined ? [] : [answer];
  for (const namespace of single) answers.push(await recording.resources({ ...kind, namespace }));
  await recording.writeObjects(kind);
  const failures = answers.flatMap((one) => (one.ok ? [] : [one.error]));
  const refusal = failures.find(({ code }) => code === 'Forbidden');
  if (refusal !== undefined && failures.length === answers.length) onRefused(right, refusal);
}

async function askLog(
  recording: RecordingSource,
  pod: PodRef,
  container: string,
  facts: CollectFacts,
  { logs }: TaskOptions,
): Promise<void> {
  await recording.logs({ pod, container, ...logs });
  const object = facts.pods.find(
    ({ metadata }) => metadata.name === pod.name && metadata.namespace === pod.namespace,
  );
  if (wasRestarted(object, container)) await recording.logs({ pod, container, previous: true, ...logs });
}
