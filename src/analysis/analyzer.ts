import type { Refusal } from '../config/crd/refusal.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Kind } from '../mesh/kinds.ts';
import type { ResourceLookup } from '../mesh/resource-set.ts';
import type { FieldPath } from './finding.ts';
import type { Catalogue, MessageArgs, MessageDefinition } from './message.ts';

/** Where a finding stands and what it rests on. Line and column are looked up from `path` later. */
export interface FindingPlace {
  readonly resource: KubeObject;
  readonly path?: FieldPath;
  readonly related?: readonly KubeObject[];
  readonly evidence?: readonly string[];
  /** `certain` when absent. */
  readonly confidence?: 'certain' | 'likely';
}

/**
 * What an analyzer may see and say: indexed look-ups in the kinds it declared, and findings by the codes it declared.
 * Lists come in a stable order (namespace, name).
 */
export interface AnalysisContext<
  K extends Kind = Kind,
  M extends Catalogue = Catalogue,
  C extends keyof M & string = keyof M & string,
> extends ResourceLookup<K> {
  /** Names of the other clusters whose resources are at hand; empty for a single cluster. */
  readonly remoteClusters: readonly string[];
  /** All resources of a kind in another cluster; the look-ups above are about the first one alone. */
  allIn(cluster: string, kind: K): readonly KubeObject[];
  /** The moment that dates are judged by. */
  readonly now: Date;
  /** Whether there may be more resources of a kind than were read: files seldom hold Secrets, for one. */
  mayLack(kind: K): boolean;
  /** What the API server would refuse by the CRD of the resource's kind; nothing where no CRD of it is at hand. */
  refused(resource: KubeObject): readonly Refusal[];
  report<Code extends C>(code: Code, args: MessageArgs<M[Code]>, at: FindingPlace): void;
}

/** What an analyzer promises; the tests compare it with what the analyzer does. */
export interface AnalyzerDefinition<K extends Kind, M extends Catalogue, C extends keyof M & string> {
  /** Public name, `<family>.<Name>`. Never renamed. */
  readonly name: string;
  /** The reference tool's name for the same check, where it has one: accepted wherever `name` is. */
  readonly referenceName?: string;
  /** One sentence in the present tense: what it checks. */
  readonly description: string;
  /** The kinds it reads. A source that can't give one of them skips the analyzer, and the answer says so. */
  readonly inputs: readonly K[];
  /** Those of the inputs that it can do without: where the source can't give them it judges what there is. */
  readonly optionalInputs?: readonly K[];
  readonly messages: M;
  /** The codes it may report. */
  readonly codes: readonly C[];
  /** `object`: each resource is judged by itself. `mesh`: resources are compared with each other. */
  readonly scope: 'object' | 'mesh';
  /** It runs only where it is asked for by name: what it finds is a matter of taste in most meshes. */
  readonly isOptIn?: boolean;
  /** Synchronous and pure: all reading is over before it is called. */
  analyze(context: AnalysisContext<K, M, C>): void;
}

/** An analyzer as the runner sees it. */
export interface Analyzer {
  readonly name: string;
  readonly referenceName?: string;
  readonly description: string;
  readonly inputs: readonly Kind[];
  readonly optionalInputs?: readonly Kind[];
  readonly messages: Readonly<Record<string, MessageDefinition>>;
  readonly codes: readonly string[];
  readonly scope: 'object' | 'mesh';
  readonly isOptIn?: boolean;
  analyze(context: AnalysisContext): void;
}

/**
 * Defines an analyzer. The compiler refuses reading a kind that is not among `inputs`, a code that is not among
 * `codes`, and arguments that the code's template does not name.
 */
export function defineAnalyzer<const K extends Kind, M extends Catalogue, const C extends keyof M & string>(
  definition: AnalyzerDefinition<K, M, C>,
): Analyzer {
  // The runner gives every analyzer a context that is checked against its own declaration.
  return definition as unknown as Analyzer;
}
