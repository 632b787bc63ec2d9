import type { GraphAnswer } from '../../answers/graph/graph-answer.ts';
import { dependencyTree, shownImpact, treeNodes } from '../../answers/graph/tree.ts';
import { type GraphFilter, isAskedFor, type PlaceFinder, partOf } from '../../answers/graph/whole.ts';
import { readAnalysisInput, requireRead } from '../../cli/analysis-input.ts';
import { pathsText } from '../../cli/analyze-options.ts';
import type { CommandContext } from '../../cli/context.ts';
import { findingsByNode } from '../../cli/graph-findings.ts';
import { graphKinds } from '../../cli/graph-kinds.ts';
import { findObject } from '../../cli/graph-object.ts';
import { type GraphPart, shownPart } from '../../cli/graph-part.ts';
import { placeFinder } from '../../cli/graph-places.ts';
import { requireNamespace, wantedNamespace } from '../../cli/namespaces.ts';
import { buildGraph, GRAPH_KINDS } from '../../graph/build.ts';
import type { DependencyGraph, GraphNode } from '../../graph/graph.ts';
import { impactOf } from '../../graph/impact.ts';
import { Receivers } from '../../graph/receivers.ts';
import { createResourceSet, type ResourceSet } from '../../mesh/resource-set.ts';
import { type Input, objectArguments } from './options.ts';

/** Reads the resources, builds their graph, and takes from it what is asked for. */
export async function answerGraph(input: Input, context: CommandContext): Promise<GraphAnswer> {
  const { args, options } = input;
  const { globals, format } = context;
  const useMesh =
    args.length === 0 || options.useKube || globals.from !== undefined || globals.context !== undefined;
  const analyzers = format === 'html' ? (await import('../../../analyzers/index.ts')).ANALYZERS : [];
  const read = await readAnalysisInput(context, {
    paths: args,
    useMesh,
    meshConfigFile: options.meshConfigFile,
    defaultNamespace: globals.namespace || 'default',
    analyzers: [{ inputs: GRAPH_KINDS }, ...analyzers],
    crds: [],
  });
  requireRead(read);
  const resources = createResourceSet(read.objects);
  const incomplete = new Set([...read.unavailable, ...read.partial]);
  const graph = buildGraph(resources, { incomplete, filesOnly: !useMesh });
  const placeOf = placeFinder(read);
  const focus = focusOf(input, context, graph, resources, placeOf);
  const filter: GraphFilter = {
    namespace: focus.ids === undefined ? wantedNamespace(context) : undefined,
    kinds: options.kind.flatMap((word) => graphKinds(word, '--kind')),
  };
  const part = focusedPart(graph, filter, focus.ids);
  if (part.nodes.length === 0 && filter.namespace !== undefined && useMesh)
    await requireNamespace(context, filter.namespace);
  const shown = shownPart(part, graph, resources, { placeOf, places: WITH_PLACES.has(format) });
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'DependencyGraph',
    target: targetText(args, filter),
    ...shown,
    dependencies: focus.dependencies,
    impact: focus.impact,
    findings:
      analyzers.length === 0
        ? undefined
        : findingsByNode(analyzers, resources, read, { graph, now: context.now() }),
    unreadable: read.problems,
  };
}

/** Formats that show where every node and reference stands; the others do so for what is wrong alone. */
const WITH_PLACES: ReadonlySet<string> = new Set(['json', 'yaml', 'html']);

type Focus = Pick<GraphAnswer, 'dependencies' | 'impact'> & { readonly ids?: ReadonlySet<string> };

function focusOf(
  { options }: Input,
  context: CommandContext,
  graph: DependencyGraph,
  resources: ResourceSet,
  placeOf: PlaceFinder,
): Focus {
  const [argument] = objectArguments(options, context);
  if (argument === undefined) return {};
  const node: GraphNode = findObject(graph, resources, argument);
  if (argument.option === '--from-object') {
    const dependencies = dependencyTree(graph, node, options.depth, placeOf);
    return { dependencies, ids: treeNodes(dependencies) };
  }
  const impact = shownImpact(impactOf(graph, node, new Receivers(resources, graph)), placeOf);
  const ids = new Set([impact.id, ...impact.objects.map(({ id }) => id), ...impact.workloads]);
  return { impact, ids };
}

/** What the filter leaves; with a focus only what lies between its nodes. */
function focusedPart(
  graph: DependencyGraph,
  filter: GraphFilter,
  ids: ReadonlySet<string> | undefined,
): GraphPart {
  if (ids === undefined) return partOf(graph, (node) => isAskedFor(node, filter));
  const part = partOf(graph, (node) => ids.has(node.id) && isAskedFor(node, filter));
  return {
    nodes: part.nodes.filter(({ id }) => ids.has(id)),
    edges: part.edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
  };
}

function targetText(paths: readonly string[], { namespace }: GraphFilter): string {
  if (paths.length > 0) return pathsText(paths);
  return namespace === undefined ? 'all namespaces' : `namespace ${namespace}`;
}
