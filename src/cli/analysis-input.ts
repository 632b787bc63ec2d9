import type { Analyzer } from '../analysis/analyzer.ts';
import { type ConfigProblem, problemText } from '../config/problem.ts';
import { findKind } from '../config/served-kinds.ts';
import type { KubeObject } from '../kube/object.ts';
import { defaultIngressGateway } from '../mesh/default-gateway.ts';
import type { Kind } from '../mesh/kinds.ts';
import type { ResourceSet } from '../mesh/resource-set.ts';
import { podTemplate } from '../mesh/template-pods.ts';
import type { RenderedConfig, RenderRequest } from '../sources/files/render-config.ts';
import { type SourceError, toMeshscopeError } from '../sources/source-error.ts';
import { dataError } from '../util/errors.ts';
import { asObject } from '../util/json.ts';
import { fileInput } from './admin-page.ts';
import { readAnalyzedMesh } from './analyzed-mesh.ts';
import type { CommandContext } from './context.ts';
import { meshConfigObjects } from './mesh-config-objects.ts';
import { readYaml } from './read-yaml.ts';
import { type ResourcePlace, renderedPlaces } from './rendered-places.ts';

/** Namespaces of Kubernetes itself: what is in them is nobody's configuration of the mesh. */
const IGNORED: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
]);
/** What to analyze. */
export interface AnalysisRequest {
  readonly paths: readonly string[];
  /** Configuration that a program renders, read like files. */
  readonly render?: Omit<RenderRequest, 'namespace'> | undefined;
  /** Read the cluster or recording, too (or alone, without paths). */
  readonly useMesh: boolean;
  readonly meshConfigFile: string | undefined;
  /** Namespace of documents that name none. */
  readonly defaultNamespace: string;
  /** Whoever reads the resources: of the mesh only the kinds among their inputs are asked for. */
  readonly analyzers: readonly Pick<Analyzer, 'inputs'>[];
  /** Files and folders with CRDs that stand for those of the cluster. */
  readonly crds?: readonly string[];
  /** Patterns of files in folders that are left out. */
  readonly ignore?: readonly string[];
  /** Contexts of further clusters; without any, those that the Secrets of the control plane name. */
  readonly remoteContexts?: readonly string[];
}

/** Resources to analyze, where each was read from, and what is missing. */
export interface AnalysisInput {
  readonly objects: readonly KubeObject[];
  /**
   * How many of them were read: the others stand for what an installation brings, or are Secrets that nothing names, for
   * which a cluster is not asked.
   */
  readonly count: number;
  /** Secrets that nothing names, which recordings alone hold. */
  readonly unnamed: ReadonlySet<KubeObject>;
  /** The same without what was read from files. */
  readonly meshObjects: readonly KubeObject[];
  /** Resources of further clusters. */
  readonly remotes: ReadonlyMap<string, ResourceSet>;
  /** Whether something of the mesh could not be read. */
  readonly hasGaps: boolean;
  /** Why nothing at all of a mesh that was to be read could be. */
  readonly failure: SourceError | undefined;
  /** Where a resource stands, if it was read from a file or rendered. */
  originOf(object: KubeObject): ResourcePlace | undefined;
  /** The cluster that a resource was read from, where there are several. */
  clusterOf(object: KubeObject): string | undefined;
  readonly problems: readonly ConfigProblem[];
  readonly files: readonly string[];
  readonly unavailable: ReadonlySet<Kind>;
  /** Kinds of which there may be more than were read. */
  readonly partial: ReadonlySet<Kind>;
  /** Kinds of which parts could not be read, or that files leave to the cluster. */
  readonly incomplete: ReadonlySet<Kind>;
  /** Kinds that files, looked at alone, hold none of, though their resources speak of them; empty with a mesh. */
  readonly leftToCluster: ReadonlySet<'Service' | 'Pod'>;
}

/** Kinds that are kept out of files: what is not among them may well be in the cluster. */
const NOT_IN_FILES: ReadonlySet<Kind> = new Set([
  'GatewayApiGateway',
  'GatewayClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Secret',
  'ServiceAccount',
]);

/**
 * Reads what is to be analyzed: files, the mesh, or files over the mesh (a resource of a file takes the place of the
 * one with the same kind and name). Of the mesh only the kinds that the analyzers read are asked for; those that can't
 * be had are named as gaps.
 */
export async function readAnalysisInput(
  context: CommandContext,
  request: AnalysisRequest,
): Promise<AnalysisInput> {
  let gaps = 0;
  const counting: CommandContext = {
    ...context,
    gap: (gap) => {
      gaps++;
      context.gap(gap);
    },
  };
  const crds = await readCrds(context, request);
  const files = await readFiles(context, request);
  const mesh = request.useMesh ? await readAnalyzedMesh(counting, request) : undefined;
  const istioNamespace =
    context.globals.istioNamespace ?? (request.useMesh ? await context.istioNamespace() : 'istio-system');
  const configMaps = [...(mesh?.objects ?? []), ...files.objects].filter(({ kind }) => kind === 'ConfigMap');
  const fromFile =
    request.meshConfigFile === undefined ? undefined : await meshConfigFile(context, request.meshConfigFile);
  const { meshConfig, meshNetworks } = await meshConfigObjects(configMaps, fromFile, istioNamespace);
  const made = mesh === undefined ? defaultIngressGateway(meshConfig, istioNamespace) : mesh.objects;
  const meshObjects = new Set(mesh?.objects);
  const objects = [...crds, ...made, ...files.objects, meshConfig, meshNetworks];
  const left = mesh === undefined ? leftToCluster(files.objects) : new Set<never>();
  const before = request.useMesh ? await withoutFiles(mesh?.objects ?? [], fromFile, istioNamespace) : [];
  return {
    objects: objects.filter(isOfTheMesh),
    count: [...(mesh?.objects ?? []), ...files.objects].filter(
      (object) => isOfTheMesh(object) && mesh?.unnamed.has(object) !== true,
    ).length,
    unnamed: mesh?.unnamed ?? new Set(),
    meshObjects: before.filter(isOfTheMesh),
    remotes: mesh?.remotes ?? new Map(),
    hasGaps: gaps > 0,
    failure: mesh?.failure,
    originOf: (object) => files.origins.get(object),
    clusterOf: (object) => (meshObjects.has(object) ? mesh?.clusterOf(object) : undefined),
    problems: files.problems,
    files: files.names,
    unavailable: mesh?.unavailable ?? new Set(),
    partial: mesh === undefined ? NOT_IN_FILES : new Set(),
    incomplete: mesh?.incomplete ?? left,
    leftToCluster: left,
  };
}

/**
 * Kinds that configuration speaks of and that these files hold none of. Repositories of mesh configuration leave Services
 * and workloads to those of the applications: that one does not exist is not known then.
 */
function leftToCluster(objects: readonly KubeObject[]): ReadonlySet<'Service' | 'Pod'> {
  const left = new Set<'Service' | 'Pod'>();
  if (!objects.some(({ kind }) => kind === 'Service')) left.add('Service');
  if (!objects.some((object) => object.kind === 'Pod' || podTemplate(object) !== undefined)) left.add('Pod');
  return left;
}

/** Throws where nothing of the mesh could be read: an answer about it would say that nothing is wrong. */
export function requireRead({ failure }: AnalysisInput): void {
  if (failure !== undefined) throw toMeshscopeError({ ...failure, asked: 'the configuration of the mesh' });
}

function isOfTheMesh({ kind, metadata }: KubeObject): boolean {
  return !IGNORED.has(kind === 'Namespace' ? metadata.name : (metadata.namespace ?? ''));
}

interface FileResources {
  readonly objects: readonly KubeObject[];
  readonly origins: ReadonlyMap<KubeObject, ResourcePlace>;
  readonly problems: readonly ConfigProblem[];
  readonly names: readonly string[];
}

async function readFiles(
  context: CommandContext,
  { paths, render, defaultNamespace, ignore }: AnalysisRequest,
): Promise<FileResources> {
  const rendered = render === undefined ? [] : await renderedConfig(context, render, defaultNamespace);
  if (paths.length + rendered.length === 0)
    return { objects: [], origins: new Map(), problems: [], names: [] };
  const { readConfig } = await import('../sources/files/read-config.ts');
  const { cwd, stdin } = context.io;
  const { signal } = context;
  const read = await readConfig(paths, {
    cwd,
    stdin,
    signal,
    onlyConfigNames: true,
    texts: rendered,
    ...(ignore === undefined ? {} : { ignore }),
  });
  for (const file of read.otherFiles)
    await (context.globals.compat
      ? context.io.stderr.write(`Skipping file ${file}, recognized file extensions are: [.json .yaml .yml]\n`)
      : context.terminal.note(`${file} is not read: it does not end in .yaml, .yml or .json`));
  const places = new Map<KubeObject, ResourcePlace>();
  for (const one of rendered) {
    const its = read.resources.filter(({ origin }) => origin.file === one.label);
    for (const [object, place] of await renderedPlaces(one, its)) places.set(object, place);
  }
  const origins = new Map(
    read.resources.map(({ object, origin }) => [
      withNamespace(object, defaultNamespace),
      places.get(object) ?? origin,
    ]),
  );
  return { objects: [...origins.keys()], origins, problems: read.problems, names: read.files };
}

/** The CRDs to judge by. Throws exit 65 for a path that holds none, or one that can't be read: half of them judge nothing. */
async function readCrds(context: CommandContext, request: AnalysisRequest): Promise<readonly KubeObject[]> {
  const found: KubeObject[] = [];
  for (const path of request.crds ?? []) {
    const { objects, problems } = await readFiles(context, { ...request, paths: [path], render: undefined });
    const [problem] = problems.filter(({ lost }) => lost);
    if (problem !== undefined) throw dataError(`--crds: ${problemText(problem)}`);
    const crds = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
    if (crds.length === 0)
      throw dataError(`there is no CRD in ${path}`, {
        hint: 'kubectl get crds -o yaml > crds.yaml keeps those of a cluster, for --crds crds.yaml',
      });
    found.push(...crds);
  }
  return found;
}

async function renderedConfig(
  { io, signal }: CommandContext,
  render: Omit<RenderRequest, 'namespace'>,
  namespace: string,
): Promise<readonly RenderedConfig[]> {
  if (render.helm === undefined && render.kustomize.length === 0) return [];
  const { renderConfig } = await import('../sources/files/render-config.ts');
  const { cwd, env } = io;
  return renderConfig({ ...render, namespace: namespace || 'default' }, { cwd, env, signal });
}

/** A document without a namespace is of the default one; kinds that have none lose what is written. */
function withNamespace(object: KubeObject, namespace: string): KubeObject {
  const namespaced = findKind(object.apiVersion, object.kind)?.served.namespaced ?? true;
  const { namespace: written, ...metadata } = object.metadata;
  if (!namespaced) return written === undefined ? object : { ...object, metadata };
  return written ? object : { ...object, metadata: { ...metadata, namespace } };
}

/** The mesh as it is, with its own configuration. */
async function withoutFiles(
  objects: readonly KubeObject[],
  fromFile: unknown,
  istioNamespace: string,
): Promise<readonly KubeObject[]> {
  const configMaps = objects.filter(({ kind }) => kind === 'ConfigMap');
  const { meshConfig, meshNetworks } = await meshConfigObjects(configMaps, fromFile, istioNamespace);
  return [...objects, meshConfig, meshNetworks];
}

async function meshConfigFile(context: CommandContext, path: string): Promise<unknown> {
  const { bytes, label } = await fileInput(context, path);
  const value = await readYaml(Buffer.from(bytes).toString('utf8'));
  if (asObject(value) === undefined)
    throw dataError(`${label} is no mesh configuration: it holds no map in YAML`);
  return value;
}
