import type { Finding } from '../../analysis/finding.ts';
import type { ConfigProblem } from '../../config/problem.ts';
import type { EdgeState, Relation } from '../../graph/graph.ts';
import type { CycleKind } from '../../graph/mesh-cycles.ts';

/** Where something is written: the field, and the file where it was read from one. */
export interface Place {
  readonly path: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/**
 * `there`; `missing`: named, and does not exist; `unknown`: named, and may exist where nothing was read; `outside`: no
 * object of the mesh.
 */
export type NodeState = 'there' | 'missing' | 'unknown' | 'outside';

/** A place in the graph. */
export interface ShownNode {
  readonly id: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly state: NodeState;
  readonly place?: Place | undefined;
}

/** A reference. */
export interface ShownEdge {
  readonly from: string;
  readonly to: string;
  readonly relation: Relation;
  readonly written: string;
  readonly state: EdgeState;
  readonly note?: string | undefined;
  readonly place: Place;
}

/** One step of a cycle. */
export interface ShownStep {
  readonly from: string;
  readonly to: string;
  readonly resource: string | undefined;
  readonly place: Place;
}

/** A cycle with its meaning; `info` for those that do no harm. */
export interface ShownCycle {
  readonly kind: CycleKind;
  readonly level: 'error' | 'info';
  readonly title: string;
  readonly why: string;
  readonly fix?: string | undefined;
  readonly steps: readonly ShownStep[];
}

/** A reference that leads nowhere. */
export interface BrokenReference extends ShownEdge {
  readonly level: 'error' | 'warning';
  /** What is wrong, in words. */
  readonly what: string;
  readonly why: string;
  /** Names that exist and look like what is written. */
  readonly near: readonly string[];
}

/** What an object depends on: a tree, in which a node that was shown before is not unfolded again. */
export interface DependencyTree {
  readonly id: string;
  readonly branches: readonly DependencyBranch[];
}

/** A branch of the tree. */
export interface DependencyBranch extends ShownEdge {
  readonly branches: readonly DependencyBranch[];
  /** `shown elsewhere`, or that the depth ends here. */
  readonly ends?: 'shown elsewhere' | 'deeper' | undefined;
}

/** Who is affected by a change of an object. */
export interface ShownImpact {
  readonly id: string;
  readonly objects: readonly (ShownEdge & { readonly id: string; readonly distance: number })[];
  readonly workloads: readonly string[];
  readonly proxies: readonly ShownProxy[];
}

/** A proxy that is sent other configuration. */
export interface ShownProxy {
  readonly proxy: string;
  readonly type: string;
  readonly namespace: string;
  readonly workload: string;
}

/** What `graph` answers. */
export interface GraphAnswer {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'DependencyGraph';
  /** What the graph is of, in words. */
  readonly target: string;
  readonly nodes: readonly ShownNode[];
  readonly edges: readonly ShownEdge[];
  readonly cycles: readonly ShownCycle[];
  readonly dangling: readonly BrokenReference[];
  readonly dependencies?: DependencyTree | undefined;
  readonly impact?: ShownImpact | undefined;
  /** Findings of the analyzers, by node; only asked for where they are shown. */
  readonly findings?: Readonly<Record<string, readonly Finding[]>> | undefined;
  readonly unreadable: readonly ConfigProblem[];
}
