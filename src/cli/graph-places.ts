import { idOf, type PlaceFinder } from '../answers/graph/whole.ts';
import type { KubeObject } from '../kube/object.ts';
import type { AnalysisInput } from './analysis-input.ts';

/** Finds file, line and column of the fields of nodes, where their resources were read from files. */
export function placeFinder({ objects, originOf }: AnalysisInput): PlaceFinder {
  let byNode: Map<string, KubeObject> | undefined;
  return (node, path) => {
    byNode ??= new Map(objects.map((object) => [idOf(object), object]));
    const object = byNode.get(node);
    const origin = object && originOf(object);
    if (origin === undefined) return undefined;
    const { line, column } = origin.field(path);
    return { file: origin.file, line, column };
  };
}
