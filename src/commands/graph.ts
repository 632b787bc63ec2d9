import type { GraphAnswer } from '../answers/graph/graph-answer.ts';
import { dependencyTree, shownImpact, treeNodes } from '../answers/graph/tree.ts';
import {
  brokenReferences,
  type GraphFilter,
  isAskedFor,
  type PlaceFinder,
  partOf,
  shownCycles,
  shownEdge,
  shownNode,
} from '../answers/graph/whole.ts';
import { readAnalysisInput } from '../cli/analysis-input.ts';
import { type CommandInput, defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { findingsByNode } from '../cli/graph-findings.ts';
import { graphKinds } from '../cli/graph-kinds.ts';
import { checkObjectArgument, findObject, type ObjectArgument } from '../cli/graph-object.ts';
import { placeFinder } from '../cli/graph-places.ts';
import { wantedNamespace } from '../cli/namespaces.ts';
import { flag, integer, list, text } from '../cli/options.ts';
import { buildGraph, GRAPH_KINDS } from '../graph/build.ts';
import type { DependencyGraph, GraphNode } from '../graph/graph.ts';
import { impactOf } from '../graph/impact.ts';
import { meshCycles } from '../graph/mesh-cycles.ts';
import { NearestTargets } from '../graph/nearest-targets.ts';
import { Receivers } from '../graph/receivers.ts';
import { createResourceSet, type ResourceSet } from '../mesh/resource-set.ts';
import { ExitCode, usageError } from '../util/errors.ts';

const OPTIONS = {
  fromObject: text('--from-object <kind/name>', 'what this object depends on: KIND/NAME[.NAMESPACE]'),
  impact: text('--impact <kind/name>', 'who is affected when this object changes: KIND/NAME[.NAMESPACE]'),
  depth: integer('--depth <number>', 'how many references to follow with --from-object', 4, {
    min: 1,
    max: 20,
  }),
  kind: list('--kind <kind>', 'only objects of this kind, and what they refer to; repeatable'),
  useKube: flag('-k, --use-kube', 'with files: the graph of the files over the resources of the cluster'),
  meshConfigFile: text('--meshConfigFile <file>', 'mesh configuration to use over that of the mesh'),
  exitCode: flag('--exit-code', 'exit with 1 when there is a loop or a broken reference'),
};

type Input = CommandInput<typeof OPTIONS>;

export const command = defineCommand<typeof OPTIONS, GraphAnswer>({
  name: 'graph',
  description:
    'What refers to what: loops and broken references first, what an object depends on, and who is affected when it changes. Of files, of the mesh, or of files as they would be in the mesh.',
  args: [
    {
      name: 'path',
      description: 'files and folders; - for stdin; without any, the mesh',
      variadic: true,
      completes: 'file',
    },
  ],
  options: OPTIONS,
  examples: [
    { command: 'meshscope graph --from demo', explains: 'loops and broken references of the bundled mesh' },
    {
      command: 'meshscope graph --from demo --from-object virtualservice/cart.shop',
      explains: 'what a resource depends on',
    },
    {
      command: 'meshscope graph --from demo --impact secret/shop-cert.edge',
      explains: 'who is affected when a Secret changes',
    },
    {
      command: 'meshscope graph --from demo -o html',
      explains: 'one page to save and open in a browser: search, filter, click',
    },
    { command: 'meshscope graph --from demo --exit-code', explains: 'a gate for scripts' },
  ],
  stability: 'stable',
  needs: [],
  validate: ({ options }, context) => {
    if (options.fromObject !== undefined && options.impact !== undefined)
      throw usageError('--from-object and --impact ask different things: choose one');
    for (const argument of objectArguments(options, context)) checkObjectArgument(argument);
    for (const word of options.kind) graphKinds(word, '--kind');
  },
  run: answerGraph,
  reporters: {
    table: () => import('../report/graph/table.ts').then((module) => module.table),
    json: () => import('../report/graph/data.ts').then((module) => module.json),
    yaml: () => import('../report/graph/data.ts').then((module) => module.yaml),
    dot: () => import('../report/graph/dot.ts').then((module) => module.dot),
    mermaid: () => import('../report/graph/mermaid.ts').then((module) => module.mermaid),
    html: () => import('../report/graph-page/page.ts').then((module) => module.html),
  },
  exitCode: (answer, { options }) => {
    if (answer.unreadable.some(({ lost }) => lost)) return ExitCode.data;
    const isBroken = answer.dangling.length > 0 || answer.cycles.some(({ level }) => level === 'error');
    return options.exitCode && isBroken ? ExitCode.no : ExitCode.ok;
  },
});

function objectArguments(
  { fromObject, impact }: Input['options'],
  context: CommandContext,
): readonly ObjectArgument[] {
  const namespace = wantedNamespace(context);
  return [
    ...(fromObject === undefined ? [] : [{ option: '--from-object', text: fromObject, namespace }]),
    ...(impact === undefined ? [] : [{ option: '--impact', text: impact, namespace }]),
  ];
}

async function answerGraph(input: Input, context: CommandContext): Promise<GraphAnswer> {
  const { args, options } = input;
  const { globals, format } = context;
  const useMesh =
    args.length === 0 || options.useKube || globals.from !== undefined || globals.context !== undefined;
  const analyzers = format === 'html' ? (await import('../../analyzers/index.ts')).ANALYZERS : [];
  const read = await readAnalysisInput(context, {
    paths: args,
    useMesh,
    meshConfigFile: options.meshConfigFile,
    defaultNamespace: globals.namespace || 'default',
    analyzers: [{ inputs: GRAPH_KINDS }, ...analyzers],
  });
  const resources = createResourceSet(read.objects);
  const incomplete = new Set([...read.unavailable, ...read.partial]);
  const graph = buildGraph(resources, { incomplete, filesOnly: !useMesh });
  const placeOf = placeFinder(read);
  const focus = focusOf(input, context, graph, resources, placeOf);
  const filter: GraphFilter = {
    namespace: focus.ids === undefined ? wantedNamespace(context) : undefined,
    kinds: options.kind.flatMap((word) => graphKinds(word, '--kind')),
  };
  const { ids } = focus;
  const part = partOf(graph, (node) => isAskedFor(node, filter) && (ids === undefined || ids.has(node.id)));
  const inFocus = ids === undefined ? part : within(part, ids);
  const isShown = new Set(inFocus.nodes.map(({ id }) => id));
  const needsPlaces = format === 'json' || format === 'yaml' || format === 'html';
  const shownPlace = needsPlaces ? placeOf : undefined;
  const cycles = shownCycles(meshCycles(resources, graph), placeOf);
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'DependencyGraph',
    target: targetText(args, filter),
    nodes: inFocus.nodes.map((node) => shownNode(graph, node, shownPlace)),
    edges: inFocus.edges.map((edge) => shownEdge(edge, shownPlace)),
    cycles: cycles.filter(({ steps }) =>
      steps.some(({ resource }) => resource !== undefined && isShown.has(resource)),
    ),
    dangling: brokenReferences(graph, inFocus.edges, new NearestTargets(resources, graph), placeOf),
    dependencies: focus.dependencies,
    impact: focus.impact,
    findings:
      analyzers.length === 0
        ? undefined
        : findingsByNode(analyzers, resources, read, { graph, now: context.now() }),
    unreadable: read.problems,
  };
}

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

/** Only what lies between the nodes of a focus. */
function within(part: ReturnType<typeof partOf>, ids: ReadonlySet<string>): ReturnType<typeof partOf> {
  return {
    nodes: part.nodes.filter(({ id }) => ids.has(id)),
    edges: part.edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
  };
}

function targetText(paths: readonly string[], { namespace }: GraphFilter): string {
  if (paths.length > 0) return paths.join(', ');
  return namespace === undefined ? 'all namespaces' : `namespace ${namespace}`;
}
