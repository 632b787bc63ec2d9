import { nodeId } from '../graph/collector.ts';
import type { DependencyGraph, GraphNode } from '../graph/graph.ts';
import { podRunner } from '../kube/workload.ts';
import { KINDS, type Kind } from '../mesh/kinds.ts';
import type { ResourceLookup } from '../mesh/resource-set.ts';
import { notFoundError, usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';
import { graphKinds, kindArgument } from './graph-kinds.ts';

/** How an object of a graph is written on the command line. */
export const OBJECT_FORMS = 'KIND/NAME, KIND/NAME.NAMESPACE or KIND/NAMESPACE/NAME';

/** An object of a graph as it is asked for on the command line. */
export interface ObjectArgument {
  readonly option: string;
  /** In one of `OBJECT_FORMS`. */
  readonly text: string;
  /** Namespace that was given by itself; counts when the text names none. */
  readonly namespace: string | undefined;
}

/** Checks the form of an object argument; throws a usage error. */
export function checkObjectArgument({ option, text }: ObjectArgument): void {
  const slash = text.indexOf('/');
  if (slash <= 0 || slash === text.length - 1)
    throw usageError(`${option}: "${text}" is not of the form ${OBJECT_FORMS}`, {
      hint: `${option} virtualservice/cart.shop`,
    });
  graphKinds(text.slice(0, slash), option);
}

/**
 * The node that an argument means. Throws not-found with the nearest names, and a usage error when several objects have
 * the name.
 */
export function findObject(
  graph: DependencyGraph,
  resources: ResourceLookup,
  argument: ObjectArgument,
): GraphNode {
  const { option, text } = argument;
  const slash = text.indexOf('/');
  const kinds = graphKinds(text.slice(0, slash), option);
  const rest = text.slice(slash + 1);
  if (kinds.includes('Pod')) return podWorkload(graph, resources, argument, rest);
  const nodes = [
    ...[...graph.nodes.values()].filter(({ kind }) => kinds.includes(kind)),
    ...unreferenced(graph, resources, kinds),
  ];
  const found = nodes.filter((node) => isNamed(node, rest, argument.namespace));
  const [first] = found;
  if (first === undefined) throw notFound(argument, nodes, rest);
  if (found.length > 1) throw ambiguous(argument, found);
  return first;
}

/** Resources that are in the graph only when something refers to them, such as Secrets: nothing does. */
function unreferenced(
  graph: DependencyGraph,
  resources: ResourceLookup,
  kinds: readonly string[],
): readonly GraphNode[] {
  return kinds.filter(isKind).flatMap((kind) =>
    resources.all(kind).flatMap((object): GraphNode[] => {
      const { namespace, name } = object.metadata;
      const id = nodeId(kind, namespace, name);
      return graph.nodes.has(id) ? [] : [{ id, kind, namespace, name, object }];
    }),
  );
}

function isKind(kind: string): kind is Kind {
  return Object.hasOwn(KINDS, kind);
}

function isNamed({ name, namespace }: GraphNode, text: string, given: string | undefined): boolean {
  if (namespace && (text === `${name}.${namespace}` || text === `${namespace}/${name}`)) return true;
  return name === text && (given === undefined || namespace === undefined || namespace === given);
}

/** A pod is not in the graph itself: its workload stands for it. */
function podWorkload(
  graph: DependencyGraph,
  resources: ResourceLookup<'Pod'>,
  argument: ObjectArgument,
  text: string,
): GraphNode {
  const pods = resources.all('Pod').map((pod) => {
    const { kind, namespace, name } = podRunner(pod);
    const { name: own, namespace: at } = pod.metadata;
    return {
      id: nodeId('Pod', at, own),
      kind: 'Pod',
      namespace: at,
      name: own,
      object: pod,
      workload: nodeId(kind, namespace, name),
    };
  });
  const found = pods.filter((pod) => isNamed(pod, text, argument.namespace));
  const [first] = found;
  if (first === undefined) throw notFound(argument, pods, text);
  if (found.length > 1) throw ambiguous(argument, found);
  return graph.nodes.get(first.workload) ?? first;
}

function notFound({ text, namespace }: ObjectArgument, nodes: readonly GraphNode[], rest: string) {
  const [own = '', inFront] = rest.split('/').reverse();
  const isQualified = inFront !== undefined || rest.includes('.');
  const near = isQualified
    ? nearest(argumentName({ name: own, namespace: inFront }), nodes.map(argumentName))
    : nearest(
        rest,
        nodes.map(({ name }) => name),
      ).flatMap((name) => nodes.filter((node) => node.name === name).map(argumentName));
  const word = text.slice(0, text.indexOf('/'));
  const at = inFront ?? (isQualified ? undefined : namespace);
  return notFoundError(`there is no ${word} "${own}"${at === undefined ? '' : ` in namespace ${at}`}`, {
    lines:
      near.length === 0
        ? []
        : [
            [
              'near',
              near
                .slice(0, 3)
                .map((name) => `${word}/${name}`)
                .join(', '),
            ],
          ],
    hint:
      nodes.length === 0
        ? 'no object of this kind was read'
        : `meshscope graph --kind ${word} shows those that are there`,
  });
}

function argumentName({ name, namespace }: Pick<GraphNode, 'name' | 'namespace'>): string {
  return namespace ? `${name}.${namespace}` : name;
}

function ambiguous({ option, text }: ObjectArgument, found: readonly GraphNode[]) {
  const names = found.slice(0, 5).map(({ kind, name, namespace }) => {
    return `${kindArgument(kind)}/${argumentName({ name, namespace })}`;
  });
  return usageError(`${option}: ${found.length} objects are called "${text}"`, {
    lines: [['one of', `${names.join(', ')}${found.length > 5 ? ' …' : ''}`]],
  });
}
