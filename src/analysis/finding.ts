import { groupVersion } from '../config/served-kinds.ts';
import type { KubeObject } from '../kube/object.ts';
import { compareText } from '../util/text.ts';
import { LEVELS, type Level } from './message.ts';

/** The name of a resource: `namespace` is absent for cluster-scoped kinds, `group` for those of the core. */
export interface ResourceRef {
  readonly group?: string | undefined;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** A field inside a resource: keys and list indexes from the top. */
export type FieldPath = readonly (string | number)[];

/** Where a finding stands. `file`, `line` and `column` (from 1) are there when the resource came from a file. */
export interface FindingLocation {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** The field, written as `spec.containers[0].securityContext`. */
  readonly path?: string | undefined;
}

/** One thing that is wrong, the same type for every command that finds things. */
export interface Finding {
  readonly code: string;
  readonly level: Level;
  readonly message: string;
  /** What the sentence was made of, by the names of its placeholders. */
  readonly args?: Readonly<Record<string, string | number>> | undefined;
  readonly why: string;
  readonly fix: string;
  /** Absent when the finding is about the run itself. */
  readonly resource?: ResourceRef | undefined;
  /** The cluster that the resource is in, where more than one was read. */
  readonly cluster?: string | undefined;
  readonly location?: FindingLocation | undefined;
  readonly related: readonly ResourceRef[];
  /** What was seen that led to the finding, a line each. */
  readonly evidence: readonly string[];
  /** `certain`: follows from what was read. `likely`: something that was not read could make it untrue. */
  readonly confidence: 'certain' | 'likely';
  /** Where more is said: the page of the code in the documentation, or the command that explains it. */
  readonly docs: string;
}

/** The page of a code of our own or of the reference; codes of plugins, which have none, are explained by the command. */
export function docsOf(code: string): string {
  return /^(IST|MSH)0\d{3}$/.test(code) ? `docs/findings/${code}.md` : `meshscope explain ${code}`;
}

/** The name of an object. */
export function resourceRef(object: KubeObject): ResourceRef {
  const { name, namespace } = object.metadata;
  const { group } = groupVersion(object.apiVersion);
  return { ...(group ? { group } : {}), kind: object.kind, ...(namespace ? { namespace } : {}), name };
}

/** What tells a resource from all others of a mesh: two groups may have a kind of the same name. */
export function resourceKey(resource: ResourceRef): string {
  return `${resource.group ?? ''}/${resourceText(resource)}`;
}

/** `Kind namespace/name`, or `Kind name` for a cluster-scoped resource. */
export function resourceText({ kind, namespace, name }: ResourceRef): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}

/** A path as text: `metadata.annotations["a.b/c"]`, `spec.ports[0].name`. */
export function pathText(path: FieldPath): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[A-Za-z_][\w-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** The steps of a path that a finding has as text: `spec.ports[0]["a.b"]`. */
export function pathSteps(text: string): FieldPath {
  const steps: (string | number)[] = [];
  for (const [, index, quoted, name] of text.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([^.[\]]+)/g)) {
    if (index !== undefined) steps.push(Number(index));
    else steps.push(quoted === undefined ? (name ?? '') : String(JSON.parse(quoted)));
  }
  return steps;
}

/** Worst first, then by code, resource, field and text: the order never depends on that of the input. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
    compareText(a.code, b.code) ||
    compareText(sortKey(a), sortKey(b)) ||
    compareText(a.message, b.message)
  );
}

function sortKey({ resource, location }: Finding): string {
  if (resource === undefined) return '';
  const { group = '', kind, namespace = '', name } = resource;
  return [kind, namespace, name, location?.path ?? '', group].join('\u0000');
}
