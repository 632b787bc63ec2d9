import type { Analyzer } from '../analysis/analyzer.ts';
import type { Finding } from '../analysis/finding.ts';
import { runAnalyzers } from '../analysis/runner.ts';
import { nodeId } from '../graph/collector.ts';
import type { DependencyGraph } from '../graph/graph.ts';
import { podRunner } from '../kube/workload.ts';
import type { ResourceSet } from '../mesh/resource-set.ts';
import type { AnalysisInput } from './analysis-input.ts';
import { locate } from './located-findings.ts';

/** What findings are attached to. */
interface FindingTarget {
  readonly graph: DependencyGraph;
  readonly now: Date;
}

/** The findings of all analyzers by the node that they are about. */
export function findingsByNode(
  analyzers: readonly Analyzer[],
  resources: ResourceSet,
  input: AnalysisInput,
  { graph, now }: FindingTarget,
): Readonly<Record<string, readonly Finding[]>> {
  const { unavailable, partial, incomplete, objects, originOf } = input;
  const { findings } = runAnalyzers(analyzers, resources, { now, unavailable, partial, incomplete });
  const byName = new Map(
    objects.map((object) => [nodeId(object.kind, object.metadata.namespace, object.metadata.name), object]),
  );
  const located = locate(findings, (finding) => byName.get(idOf(finding)), originOf);
  return atNodes(located, graph, resources);
}

/** Findings by the node that they are about; those about a pod stand at its workload. */
export function atNodes(
  findings: readonly Finding[],
  graph: DependencyGraph,
  resources: ResourceSet,
): Readonly<Record<string, readonly Finding[]>> {
  const byNode = new Map<string, Finding[]>();
  for (const finding of findings) {
    const id = nodeOf(idOf(finding), graph, resources);
    if (id === undefined) continue;
    const list = byNode.get(id);
    if (list === undefined) byNode.set(id, [finding]);
    else list.push(finding);
  }
  return Object.fromEntries(byNode);
}

function idOf({ resource }: Finding): string {
  return resource === undefined ? '' : nodeId(resource.kind, resource.namespace, resource.name);
}

function nodeOf(id: string, graph: DependencyGraph, resources: ResourceSet): string | undefined {
  if (graph.nodes.has(id)) return id;
  if (id.startsWith('Gateway ')) return nodeOf(`GatewayApi${id}`, graph, resources);
  const [, namespace, name] = /^Pod ([^/]+)\/(.+)$/.exec(id) ?? [];
  const pod = name === undefined ? undefined : resources.get('Pod', namespace, name);
  if (pod === undefined) return undefined;
  const workload = podRunner(pod);
  const at = nodeId(workload.kind, workload.namespace, workload.name);
  return graph.nodes.has(at) ? at : undefined;
}
