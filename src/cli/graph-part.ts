import type { GraphAnswer } from '../answers/graph/graph-answer.ts';
import {
  brokenReferences,
  type PlaceFinder,
  type partOf,
  shownCycles,
  shownEdge,
  shownNode,
} from '../answers/graph/whole.ts';
import type { DependencyGraph } from '../graph/graph.ts';
import { meshCycles } from '../graph/mesh-cycles.ts';
import { NearestTargets } from '../graph/nearest-targets.ts';
import type { ResourceSet } from '../mesh/resource-set.ts';

/** Nodes and edges of a graph that are asked for. */
export type GraphPart = ReturnType<typeof partOf>;

/** A part of a graph as it is shown, with the loops in it and the references that lead nowhere. */
export function shownPart(
  part: GraphPart,
  graph: DependencyGraph,
  resources: ResourceSet,
  /** Whether every node and reference says where it stands, or only what is wrong. */
  { placeOf, places }: { readonly placeOf: PlaceFinder; readonly places: boolean },
): Pick<GraphAnswer, 'nodes' | 'edges' | 'cycles' | 'dangling'> {
  const isShown = new Set(part.nodes.map(({ id }) => id));
  const shownPlace = places ? placeOf : undefined;
  const cycles = shownCycles(meshCycles(resources, graph), placeOf);
  return {
    nodes: part.nodes.map((node) => shownNode(graph, node, shownPlace)),
    edges: part.edges.map((edge) => shownEdge(edge, shownPlace)),
    cycles: cycles.filter(({ steps }) =>
      steps.some(({ resource }) => resource !== undefined && isShown.has(resource)),
    ),
    dangling: brokenReferences(graph, part.edges, new NearestTargets(resources, graph), placeOf),
  };
}
