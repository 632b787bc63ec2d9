import { isAbsolute, join } from 'node:path';
import type { ConfigResource, ResourceOrigin } from '../config/resource.ts';
import type { FieldPath } from '../config/yaml/locate.ts';
import type { KubeObject } from '../kube/object.ts';
import type { RenderedConfig } from '../sources/files/render-config.ts';
import { asObject, asString } from '../util/json.ts';
import { readYaml } from './read-yaml.ts';

/** Where a resource stands: in a file, and where in there, if that can be known. */
export interface ResourcePlace {
  readonly file: string;
  /** Line and column of a field, from 1; neither is known of what a program has rendered from the file. */
  field(path: FieldPath): { readonly line?: number | undefined; readonly column?: number | undefined };
}

const ORIGIN = 'config.kubernetes.io/origin';

/**
 * Where rendered resources come from: the template that helm names above each document, or the file that kustomize
 * notes on a resource under `buildMetadata: [originAnnotations]`. Without either, the place in the rendered text.
 */
export async function renderedPlaces(
  rendered: RenderedConfig,
  resources: readonly ConfigResource[],
): Promise<ReadonlyMap<KubeObject, ResourcePlace>> {
  const templates = rendered.by === 'helm' ? templateLines(rendered.bytes) : [];
  const places = new Map<KubeObject, ResourcePlace>();
  for (const { object, origin } of resources) {
    const source = rendered.by === 'helm' ? templateOf(origin, templates) : await annotatedSource(object);
    const file = source === undefined ? undefined : join(rendered.of, source);
    places.set(object, file === undefined ? origin : { file, field: () => ({}) });
  }
  return places;
}

interface TemplateLine {
  readonly line: number;
  readonly template: string;
}

/** Lines on which helm says which template the document comes from: always the first of a document. */
function templateLines(bytes: Uint8Array): readonly TemplateLine[] {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const template = /^# Source: (.+)$/.exec(line)?.[1];
    return template === undefined || lines[index - 1] !== '---' ? [] : [{ line: index + 1, template }];
  });
}

/** The template inside the chart: helm writes the name of the chart in front, which the folder need not have. */
function templateOf(origin: ResourceOrigin, templates: readonly TemplateLine[]): string | undefined {
  const { line } = origin.position();
  const steps =
    templates
      .findLast((one) => one.line <= line)
      ?.template.split('/')
      .slice(1) ?? [];
  return steps.length === 0 || steps.includes('..') ? undefined : steps.join('/');
}

/** The file of a resource, or the kustomization that makes it; one of another repository is not here. */
async function annotatedSource({ metadata }: KubeObject): Promise<string | undefined> {
  const written = metadata.annotations?.[ORIGIN];
  const origin = written === undefined ? undefined : asObject(await readYaml(written));
  if (origin === undefined || origin['repo'] !== undefined) return undefined;
  const path = asString(origin['path']) ?? asString(origin['configuredIn']);
  return path === undefined || path === '' || isAbsolute(path) ? undefined : path;
}
