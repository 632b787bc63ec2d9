import type { KubeObject } from '../kube/object.ts';
import { type LabelSelector, matchesSelector, selectorKey } from '../kube/selector.ts';
import { compareText } from '../util/text.ts';
import { type Kind, kindOf } from './kinds.ts';
import { podTemplate, templatePods } from './template-pods.ts';

/** Look-ups in the resources of some kinds: of a set, or of what an analyzer has declared to read. */
export interface ResourceLookup<K extends Kind = Kind> {
  /** All resources of a kind, by namespace and name. */
  all(kind: K): readonly KubeObject[];
  inNamespace(kind: K, namespace: string): readonly KubeObject[];
  get(kind: K, namespace: string | undefined, name: string): KubeObject | undefined;
  /**
   * Resources of a kind whose own labels satisfy a selector; in all namespaces when none is given. Of pods also those
   * that only the templates of their workloads are known of.
   */
  select(kind: K, selector: LabelSelector, namespace?: string): readonly KubeObject[];
}

/** Resources in memory with an index for every way in which analyzers look things up. */
export type ResourceSet = ResourceLookup;

/**
 * Indexes resources. Of two with the same kind, namespace and name the later one counts; kinds that no analyzer reads
 * are left out.
 */
export function createResourceSet(objects: Iterable<KubeObject>): ResourceSet {
  const byKind = new Map<Kind, Map<string, KubeObject>>();
  const workloads: KubeObject[] = [];
  for (const object of objects) {
    if (podTemplate(object) !== undefined) workloads.push(object);
    const kind = kindOf(object);
    if (kind !== undefined)
      inner(byKind, kind).set(key(object.metadata.namespace, object.metadata.name), object);
  }
  const indexes = new Map<Kind, KindIndex>();
  const indexOf = (kind: Kind): KindIndex => {
    const known = indexes.get(kind);
    if (known !== undefined) return known;
    const made = new KindIndex(byKind.get(kind)?.values() ?? []);
    indexes.set(kind, made);
    return made;
  };
  let standIns: KindIndex | undefined;
  const templates = (): KindIndex => {
    standIns ??= new KindIndex(templatePods(workloads, (...at) => indexOf('Pod').select(...at)));
    return standIns;
  };
  return {
    all: (kind) => indexOf(kind).all,
    inNamespace: (kind, namespace) => indexOf(kind).byNamespace.get(namespace) ?? [],
    get: (kind, namespace, name) => byKind.get(kind)?.get(key(namespace, name)),
    select: (kind, selector, namespace) => {
      const found = indexOf(kind).select(selector, namespace);
      if (kind !== 'Pod') return found;
      const standing = templates().select(selector, namespace);
      if (standing.length === 0) return found;
      return found.length === 0 ? standing : [...found, ...standing];
    },
  };
}

function key(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function inner(byKind: Map<Kind, Map<string, KubeObject>>, kind: Kind): Map<string, KubeObject> {
  const known = byKind.get(kind);
  if (known !== undefined) return known;
  const made = new Map<string, KubeObject>();
  byKind.set(kind, made);
  return made;
}

/** Up to this many candidates are looked through at once; beyond, an answer is kept. */
const SHORT = 32;

class KindIndex {
  readonly all: readonly KubeObject[];
  readonly byNamespace: ReadonlyMap<string, readonly KubeObject[]>;
  private labels: ReadonlyMap<string, readonly KubeObject[]> | undefined;
  /** Answers that took a long search: `version=v1` is asked for once for each subset of a mesh. */
  private readonly answers = new Map<string, readonly KubeObject[]>();

  constructor(objects: Iterable<KubeObject>) {
    this.all = [...objects].sort(
      (a, b) =>
        compareText(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
        compareText(a.metadata.name, b.metadata.name),
    );
    this.byNamespace = groupBy(this.all, (object) => [object.metadata.namespace ?? '']);
  }

  select(selector: LabelSelector, namespace: string | undefined): readonly KubeObject[] {
    const candidates = this.candidates(selector, namespace);
    if (candidates.length <= SHORT) return matching(candidates, selector, namespace);
    const asked = `${namespace ?? ''}\u0002${selectorKey(selector)}`;
    const known = this.answers.get(asked);
    if (known !== undefined) return known;
    const found = matching(candidates, selector, namespace);
    this.answers.set(asked, found);
    return found;
  }

  /** The shortest indexed list that holds everything the selector can match. */
  private candidates(selector: LabelSelector, namespace: string | undefined): readonly KubeObject[] {
    this.labels ??= groupBy(this.all, (object) => Object.entries(object.metadata.labels ?? {}).map(labelKey));
    let best = namespace === undefined ? this.all : (this.byNamespace.get(namespace) ?? []);
    for (const { key: label, operator, values } of selector) {
      const [value] = values;
      if (operator !== 'In' || values.length !== 1 || value === undefined) continue;
      const list = this.labels.get(labelKey([label, value])) ?? [];
      if (list.length < best.length) best = list;
    }
    return best;
  }
}

function matching(
  candidates: readonly KubeObject[],
  selector: LabelSelector,
  namespace: string | undefined,
): readonly KubeObject[] {
  return candidates.filter(
    (object) =>
      (namespace === undefined || object.metadata.namespace === namespace) &&
      matchesSelector(selector, object.metadata.labels),
  );
}

function labelKey([label, value]: readonly [string, string]): string {
  return `${label}=${value}`;
}

function groupBy(
  objects: readonly KubeObject[],
  keysOf: (object: KubeObject) => readonly string[],
): ReadonlyMap<string, readonly KubeObject[]> {
  const groups = new Map<string, KubeObject[]>();
  for (const object of objects) {
    for (const name of keysOf(object)) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [object]);
      else group.push(object);
    }
  }
  return groups;
}
