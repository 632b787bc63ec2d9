import type { BugReportPlan, PlannedLine } from '../../answers/bug-report.ts';
import { clusterViews } from '../../sources/joined-source.ts';
import { describeRequest } from '../../sources/snapshot/layout.ts';
import type { MeshSource } from '../../sources/source.ts';
import { type Access, rightKey } from './access.ts';
import { type CollectFacts, containersOf, isCniPod, istiodPods, troubledProxies } from './facts.ts';
import { type Ask, PLAN, type PlanLine, type Stage } from './plan.ts';
import { proxiesOf } from './tasks.ts';
import { type Wanted, wantedProxies } from './wanted.ts';

/** What text packs to. */
const PACKED = 0.17;

/** What of a run shapes its plan. */
export interface PlanOptions {
  readonly wanted: Wanted;
  readonly access: Access;
  readonly skipProxies: boolean;
  readonly skipObjects: boolean;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** What a run would ask, from the pods and istiod's word on the proxies alone. */
export async function planOf(source: MeshSource, options: PlanOptions): Promise<BugReportPlan> {
  const [pods, proxies, replies] = await Promise.all([
    source.resources({ group: '', plural: 'pods' }),
    source.proxies(),
    source.istiod({ channel: 'debug', name: 'syncz' }),
  ]);
  const objects = pods.ok ? pods.value : [];
  const facts: CollectFacts = {
    pods: objects,
    proxies: proxies.ok ? proxies.value : [],
    istiods: istiodPods(replies, objects),
    troubled: troubledProxies(replies, objects),
    wanted: () => true,
  };
  const wanted = await wantedProxies(options.wanted, facts, (pod) => source.envoy(pod, 'clusters'));
  const clusters = (await clusterViews(source)).length;
  const lines = PLAN.flatMap((stage) => stageLines(stage, { ...facts, wanted }, options, clusters));
  const estimatedBytes = lines.reduce((sum, line) => sum + line.estimatedBytes, 0);
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'BugReportPlan',
    lines,
    estimatedBytes,
    estimatedArchiveBytes: Math.min(options.maxBytes, Math.round(estimatedBytes * PACKED)),
    maxBytes: options.maxBytes,
    timeoutMs: options.timeoutMs,
  };
}

function stageLines(
  stage: Stage,
  facts: CollectFacts,
  options: PlanOptions,
  clusters: number,
): readonly PlannedLine[] {
  if (stage.of !== 'mesh' && options.skipProxies) return [];
  const proxies = stage.of === 'mesh' ? [] : proxiesOf(stage, facts);
  return stage.lines.flatMap((line) => {
    if ('objects' in line.ask && options.skipObjects && line.ask.objects.plural !== 'pods') return [];
    const answers = answersOf(line, facts, proxies, clusters);
    if (answers === 0) return [];
    return [
      {
        stage: stage.title,
        question: questionText(line.ask),
        answers,
        estimatedBytes: line.typicalBytes * answers,
        right: `${line.right.verb} ${line.right.resource}`,
        allowed: options.access.get(rightKey(line.right)),
      },
    ];
  });
}

function answersOf(
  { ask }: PlanLine,
  facts: CollectFacts,
  proxies: CollectFacts['proxies'],
  clusters: number,
): number {
  if ('objects' in ask) return clusters;
  if ('istiod' in ask) return facts.istiods.length;
  const envoys = proxies.filter(({ kind }) => kind === 'envoy').length;
  if ('intent' in ask) return envoys;
  if ('envoy' in ask) return envoys;
  if ('ztunnel' in ask) return proxies.length - envoys;
  if ('cni' in ask) return facts.pods.filter(isCniPod).length;
  if (ask.log === 'istiod') return facts.istiods.length;
  if (ask.log === 'cni') return facts.pods.filter(isCniPod).flatMap((pod) => containersOf(pod)).length;
  return ask.log === 'envoy' ? envoys : proxies.length - envoys;
}

/** What is asked, in words: `virtualservices.networking.istio.io`, `istiod debug/syncz`, `Envoy config_dump`. */
export function questionText(ask: Ask): string {
  if ('objects' in ask)
    return ask.objects.group === '' ? ask.objects.plural : `${ask.objects.plural}.${ask.objects.group}`;
  if ('istiod' in ask) return `istiod ${describeRequest(ask.istiod)}`;
  if ('intent' in ask) return `istiod ${ask.intent} of each proxy`;
  if ('envoy' in ask) return `Envoy ${ask.envoy}`;
  if ('ztunnel' in ask) return `ztunnel ${ask.ztunnel}`;
  if ('cni' in ask) return `CNI ${ask.cni}`;
  return `log of ${ask.log}`;
}
