import type { KubeObject } from '../kube/object.ts';
import { asObject, asString, field, type JsonObject } from '../util/json.ts';
import { editDistance } from '../util/text.ts';
import type { ConfigProblem } from './problem.ts';
import { type ConfigResource, ResourceOrigin, type SourceText } from './resource.ts';
import { findKind, groupVersion, servedKinds } from './served-kinds.ts';
import { buildDocument } from './yaml/build.ts';
import { LineIndex } from './yaml/line-index.ts';
import type { FieldPath } from './yaml/locate.ts';
import { DocumentFault, MAX_DEPTH, readEvents } from './yaml/read-events.ts';
import { isInBlock, lineStart } from './yaml/scalar-start.ts';
import { type DocumentSpan, splitDocuments } from './yaml/split.ts';

/** What a file holds: its resources in order, what is wrong with it, and documents that are no resources. */
export interface ParsedFile {
  readonly resources: readonly ConfigResource[];
  readonly problems: readonly ConfigProblem[];
  /** Documents with something in them that is no resource, such as values of a chart. */
  readonly otherDocuments: number;
}

/**
 * Reads the resources of a text in YAML or JSON, of any number of documents, Lists unfolded. Nothing is thrown: a
 * document that can't be read is a problem with its position, and the others are read all the same.
 */
export function parseFile(file: string, text: string): ParsedFile {
  const parser = new FileParser({ file, text, lines: new LineIndex(text) });
  for (const span of splitDocuments(text)) parser.document(span);
  return parser;
}

class FileParser implements ParsedFile {
  readonly resources: ConfigResource[] = [];
  readonly problems: ConfigProblem[] = [];
  otherDocuments = 0;

  constructor(private readonly source: SourceText) {}

  document({ start, end }: DocumentSpan): void {
    const text = this.source.text.slice(start, end);
    const value = this.value(text, start);
    if (value !== null && value !== undefined) this.take(value, [], { start, end });
  }

  /** The value of a document; `undefined` for none, and for one that can't be used. */
  private value(text: string, start: number): unknown {
    try {
      const document = readEvents(text);
      const { value, problems } = buildDocument(document.text, document.events);
      for (const { kind, message, offset, lost } of problems)
        this.report(kind, message, start + document.original(offset), lost);
      return problems.some(({ lost }) => lost) ? undefined : value;
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error;
      this.fault(error, text, start);
      return undefined;
    }
  }

  private fault({ message, offset, isTooDeep }: DocumentFault, text: string, start: number): void {
    const template = templateAt(text, offset);
    if (template !== undefined) {
      const shown = /^\{\{[^\r\n}]{0,60}(?:\}\})?/.exec(text.slice(template))?.[0] ?? '{{';
      this.report('template', `${shown} is left of a template: render it first`, start + template, true);
    } else if (isTooDeep) {
      this.report('depth', `it is nested deeper than ${MAX_DEPTH} levels`, start + offset, true);
    } else {
      this.report('syntax', `not valid YAML: ${message}`, start + offset, true);
    }
  }

  private report(kind: ConfigProblem['kind'], message: string, offset: number, lost: boolean): void {
    this.problems.push({ kind, message, file: this.source.file, ...this.source.lines.at(offset), lost });
  }

  private take(value: unknown, prefix: FieldPath, span: DocumentSpan, inherited?: TypeMeta): void {
    const object = asObject(value);
    const kind = asString(object?.['kind']) ?? inherited?.kind;
    const apiVersion = asString(object?.['apiVersion']) ?? inherited?.apiVersion;
    const origin = new ResourceOrigin(this.source, span.start, span.end, prefix);
    if (object === undefined || !kind || !apiVersion) {
      const half = object === undefined ? undefined : halfNamed(object, kind, apiVersion);
      if (half === undefined) this.otherDocuments++;
      else this.noResource(origin, half.path, half.message);
      return;
    }
    if (kind.endsWith('List') && Array.isArray(object['items'])) {
      const item = kind === 'List' ? undefined : { kind: kind.slice(0, -'List'.length), apiVersion };
      for (const [index, one] of object['items'].entries())
        this.take(one, [...prefix, 'items', index], span, item);
      return;
    }
    const isNamed = asString(field(object, 'metadata', 'name')) !== undefined;
    // Files of tools have kinds too, and often no name: only a kind of the mesh must have one.
    if (!isNamed && !isMeshKind(apiVersion, kind)) {
      this.otherDocuments++;
      return;
    }
    const problem = shapeProblem(object);
    if (problem !== undefined) {
      this.noResource(origin, problem.path, `${kind}: ${problem.message}`);
      return;
    }
    const meant = meantKind(apiVersion, kind);
    if (meant !== undefined) {
      const { line, column } = origin.field(['kind'], 'value');
      const message = `there is no kind ${kind} in ${apiVersion}; the nearest is ${meant}`;
      this.problems.push({
        kind: 'unknown-kind',
        message,
        file: this.source.file,
        line,
        column,
        lost: false,
      });
    }
    const metadata = withoutEmpty(asObject(object['metadata']) ?? {});
    this.resources.push({ object: { ...object, kind, apiVersion, metadata } as KubeObject, origin });
  }

  private noResource(origin: ResourceOrigin, path: FieldPath, message: string): void {
    const { line, column } = origin.field(path);
    this.problems.push({ kind: 'no-resource', message, file: this.source.file, line, column, lost: true });
  }
}

/** What one of the mesh's resources lacks that has a name, but `kind` or `apiVersion` alone: the API server refuses it. */
function halfNamed(
  object: JsonObject,
  kind: string | undefined,
  apiVersion: string | undefined,
): { readonly path: FieldPath; readonly message: string } | undefined {
  if (asString(field(object, 'metadata', 'name')) === undefined) return undefined;
  if (kind && servedKinds().some((one) => one.kind === kind))
    return { path: ['kind'], message: `${kind}: it has no apiVersion` };
  if (apiVersion && servedKinds().some(({ group }) => group === groupVersion(apiVersion).group))
    return {
      path: ['apiVersion'],
      message: `it has no kind, only the apiVersion ${apiVersion.slice(0, LONGEST_KIND)}`,
    };
  return undefined;
}

/** Members that are written but empty (`labels:`) are not there, as for the API server. */
function withoutEmpty(metadata: JsonObject): JsonObject {
  const entries = Object.entries(metadata);
  const kept = entries.filter(([, value]) => value !== null);
  return kept.length === entries.length ? metadata : Object.fromEntries(kept);
}

interface TypeMeta {
  readonly kind: string;
  readonly apiVersion: string;
}

/** The kinds that configuration of a mesh is made of; the settings of an installation may go without a name. */
function isMeshKind(apiVersion: string, kind: string): boolean {
  return kind !== 'IstioOperator' && findKind(apiVersion, kind) !== undefined;
}

/** Letters by which a kind of Istio that is not known may differ from the one that was meant; newer kinds differ by more. */
const MISSPELT = 2;
const LONGEST_KIND = 80;

/** The kind of Istio that was meant by one that does not exist. */
function meantKind(apiVersion: string, kind: string): string | undefined {
  const { group } = groupVersion(apiVersion);
  if (!group.endsWith('.istio.io') || findKind(apiVersion, kind) !== undefined) return undefined;
  const word = kind.slice(0, LONGEST_KIND);
  return servedKinds().find((one) => one.group === group && editDistance(one.kind, word) <= MISSPELT)?.kind;
}

/** What keeps an object of a kind from being a resource that can be looked at. */
function shapeProblem(
  object: JsonObject,
): { readonly path: FieldPath; readonly message: string } | undefined {
  const metadata = asObject(object['metadata']);
  if (metadata === undefined)
    return {
      path: ['metadata'],
      message: object['metadata'] === undefined ? 'it has no metadata' : 'metadata is no map',
    };
  const name = metadata['name'] ?? metadata['generateName'];
  if (name === undefined || name === '') return { path: ['metadata', 'name'], message: 'it has no name' };
  for (const key of ['name', 'namespace'] as const) {
    const value = metadata[key];
    if (value !== undefined && value !== null && typeof value !== 'string')
      return {
        path: ['metadata', key],
        message: `metadata.${key} is ${JSON.stringify(value).slice(0, 40)}, which is no text: put it in quotes`,
      };
  }
  for (const key of ['labels', 'annotations'] as const) {
    const members = metadata[key];
    if (members === undefined || members === null) continue;
    if (asObject(members) === undefined)
      return { path: ['metadata', key], message: `metadata.${key} is no map` };
    for (const [label, value] of Object.entries(members as JsonObject)) {
      if (typeof value !== 'string')
        return {
          path: ['metadata', key, label],
          message: `metadata.${key}.${label} is ${JSON.stringify(value)?.slice(0, 40) ?? 'nothing'}, which is no text: put it in quotes`,
        };
    }
  }
  return undefined;
}

/** The template expression that a fault at `offset` comes from: on its line, or all there is of the line in front of it. */
function templateAt(text: string, offset: number): number | undefined {
  const start = lineStart(text, offset);
  const end = text.indexOf('\n', offset);
  const onLine = text.slice(start, end < 0 ? text.length : end).indexOf('{{');
  if (onLine >= 0) return isInBlock(text, start) ? undefined : start + onLine;
  const above = lineStart(text, Math.max(0, start - 1));
  const indent = /^[ \t]*(?=\{\{)/.exec(text.slice(above, start))?.[0];
  return indent === undefined || isInBlock(text, above) ? undefined : above + indent.length;
}
