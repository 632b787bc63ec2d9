import { CORE_SCHEMA, loadAll } from 'js-yaml';
import type { KubeObject } from '../../../kube/object.ts';
import { decodeText, loadJson } from '../../../util/load-json.ts';
import { escapeLine } from '../../../util/text.ts';
import { compareObjects, kubeItems, toKubeObject } from '../../kube-list.ts';
import type { Answer, ResourceQuery } from '../../source.ts';
import type { SourceError } from '../../source-error.ts';
import { describeKind } from '../layout.ts';
import { pluralOf } from '../reference-objects.ts';
import { failed, notRecorded, type Question } from '../snapshot-files.ts';
import type { SnapshotStore } from '../store.ts';
import type { ForeignLayout, ForeignPlace } from './layouts.ts';
import { holdsObject } from './recognise.ts';

type ObjectsPlace = ForeignPlace & { readonly holds: 'objects' };

/** A file of objects. */
export interface ObjectsFile {
  readonly path: string;
  readonly place: ObjectsPlace;
}

/** The largest file of YAML that is parsed: parsing takes many times its size. */
const MOST_YAML_BYTES = 64 * 1024 * 1024;

/** Files that are read at once. */
const AT_ONCE = 64;

type Parsed = { readonly objects: readonly KubeObject[]; readonly fault?: string };

/** The Kubernetes objects in files of another tool. A file is parsed when its kind is first asked for, then kept. */
export class ForeignObjects {
  private readonly parsed = new Map<string, Promise<Parsed>>();
  private readonly namespaces: readonly string[];

  constructor(
    private readonly store: SnapshotStore,
    private readonly layout: ForeignLayout,
    private readonly files: readonly ObjectsFile[],
  ) {
    this.namespaces = [...new Set(files.flatMap(({ place }) => place.namespace ?? []))].sort();
  }

  /** How many namespaces the paths name. */
  get namespaceCount(): number {
    return this.namespaces.length;
  }

  async find(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    const question: Question = { asked: describeKind(query.group, query.plural), of: this.store.label };
    const files = this.files.filter(({ place }) => mayHold(place, query));
    const objects = new Map<string, KubeObject>();
    const faults: string[] = [];
    for (let start = 0; start < files.length; start += AT_ONCE) {
      const some = files.slice(start, start + AT_ONCE);
      for (const { objects: found, fault } of await Promise.all(some.map((file) => this.objectsIn(file)))) {
        if (fault !== undefined) faults.push(fault);
        for (const object of found) if (isAsked(object, query)) objects.set(identity(object), object);
      }
    }
    const gap = this.gap(question, query, objects.size);
    const missing = faultsOf(question, faults);
    if (gap !== undefined) missing.push(gap);
    const first = missing[0];
    const value = [...objects.values()].sort(compareObjects);
    if (first === undefined) return { ok: true, value };
    const isUnknown = value.length === 0 && (query.namespace !== undefined || !this.isGathered(query));
    if (!isUnknown) return { ok: true, value, missing };
    if (gap === undefined || gap === first) return { ok: false, error: first };
    return { ok: false, error: { ...gap, reason: `${gap.reason}; ${first.reason}` } };
  }

  forget(): void {
    this.parsed.clear();
  }

  /** Why there may be more objects than were found; `undefined` when there are no others. */
  private gap(question: Question, query: ResourceQuery, found: number): SourceError | undefined {
    const { name } = this.layout;
    const ofKind = this.files.filter(({ place }) => isKind(place, query));
    if (ofKind.length === 0 && !this.isGathered(query)) {
      const reason = found === 0 ? 'holds none of this kind' : 'does not tell whether it holds all of them';
      return notRecorded(question, `${name} ${reason}`).error;
    }
    const isOfCluster = ofKind.length > 0 && ofKind.every(({ place }) => place.namespace === undefined);
    if (isOfCluster) {
      if (ofKind.some(({ place }) => place.isOne !== true)) return undefined;
      return notRecorded(question, `${name} holds only some objects of this kind`).error;
    }
    if (query.namespace !== undefined && this.namespaces.includes(query.namespace)) return undefined;
    const names = this.namespaces.slice(0, 6).map(escapeLine).join(', ');
    const more = this.namespaces.length > 6 ? ' …' : '';
    const which = `those of ${this.namespaces.length} namespaces alone: ${names}${more}`;
    return notRecorded(question, `${name} holds ${which}`).error;
  }

  /** Whether all of a kind was gathered in the namespaces at hand, so that none means none. */
  private isGathered(query: ResourceQuery): boolean {
    const proof = this.layout.proof?.(query);
    return (
      proof !== undefined && this.namespaces.length > 0 && this.store.paths.some((path) => proof.test(path))
    );
  }

  private objectsIn(file: ObjectsFile): Promise<Parsed> {
    const known = this.parsed.get(file.path) ?? this.parse(file);
    this.parsed.set(file.path, known);
    return known;
  }

  private async parse({ path, place }: ObjectsFile): Promise<Parsed> {
    const isJson = path.endsWith('.json');
    const file = await this.store.read(path, isJson ? undefined : MOST_YAML_BYTES);
    if (!file.ok) return { objects: [], fault: `${path}: ${file.reason}` };
    // Among files of any kind there may be dumps of Envoys, which are large.
    if (place.kind === undefined && isJson && !namesVersion(file.bytes)) return { objects: [] };
    try {
      const documents = isJson ? [loadJson(file.bytes, path)] : yamlDocuments(file.bytes);
      const objects = documents.flatMap((document) => objectsOf(document));
      return { objects };
    } catch (cause) {
      // A file whose path does not say that it holds objects may be anything, unless it begins like one.
      const head = decodeText(file.bytes.subarray(0, 4096));
      if (place.kind === undefined && !holdsObject(head, isJson)) return { objects: [] };
      return { objects: [], fault: `${path} can't be parsed: ${firstLine(cause)}` };
    }
  }
}

/** Faults that are told one by one; the others are counted. */
const MOST_FAULTS = 3;

function faultsOf(question: Question, faults: readonly string[]): SourceError[] {
  const more = faults.length - MOST_FAULTS;
  const told = more > 1 ? [...faults.slice(0, MOST_FAULTS), `${more} more files can't be read`] : faults;
  return told.map((fault) => failed(question, 'Corrupt', fault).error);
}

/** Whether a file of JSON may hold objects: writers put their version first, or after little else. */
function namesVersion(bytes: Uint8Array): boolean {
  return decodeText(bytes.subarray(0, 64 * 1024)).includes('"apiVersion"');
}

function isKind({ kind }: ObjectsPlace, { group, plural }: ResourceQuery): boolean {
  return kind?.group === group && kind.plural === plural;
}

function mayHold(place: ObjectsPlace, query: ResourceQuery): boolean {
  if (place.kind !== undefined && !isKind(place, query)) return false;
  const { namespace } = query;
  return namespace === undefined || place.namespace === undefined || place.namespace === namespace;
}

function isAsked({ apiVersion, kind, metadata }: KubeObject, query: ResourceQuery): boolean {
  const slash = apiVersion.indexOf('/');
  const group = slash === -1 ? '' : apiVersion.slice(0, slash);
  if (group !== query.group || pluralOf(kind) !== query.plural) return false;
  return query.namespace === undefined || metadata.namespace === query.namespace;
}

function identity({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}\0${metadata.name}`;
}

function objectsOf(document: unknown): readonly KubeObject[] {
  const list = kubeItems(document);
  if (list !== undefined) return list.objects;
  const object = toKubeObject(document);
  return object === undefined ? [] : [object];
}

function yamlDocuments(bytes: Uint8Array): unknown[] {
  // Tools that print objects write no anchors: an alias here is an attempt to blow up whoever copies the value.
  return loadAll(decodeText(bytes), { schema: CORE_SCHEMA, maxAliases: 0 });
}

function firstLine(cause: unknown): string {
  return escapeLine(String(cause instanceof Error ? cause.message : cause).split('\n')[0] ?? '').slice(
    0,
    200,
  );
}
