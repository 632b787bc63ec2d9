import type { Analyzer } from '../analysis/analyzer.ts';
import type { ConfigProblem } from '../config/problem.ts';
import type { ResourceOrigin } from '../config/resource.ts';
import { findKind } from '../config/served-kinds.ts';
import type { KubeObject } from '../kube/object.ts';
import { defaultIngressGateway } from '../mesh/default-gateway.ts';
import { KINDS, type Kind } from '../mesh/kinds.ts';
import { dataError } from '../util/errors.ts';
import { asObject } from '../util/json.ts';
import { fileInput } from './admin-page.ts';
import type { CommandContext } from './context.ts';
import { meshConfigObjects } from './mesh-config-objects.ts';
import { noteMissing } from './missing.ts';
import { readYaml } from './read-yaml.ts';

/** Namespaces of Kubernetes itself: what is in them is nobody's configuration of the mesh. */
const IGNORED: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
]);
/** Kinds that are made from the mesh configuration, and are no kinds of the API server. */
const MADE: ReadonlySet<Kind> = new Set(['MeshConfig', 'MeshNetworks']);
/** Workloads whose templates stand for the pods that files do not hold. */
const WORKLOADS = [
  { group: 'apps', plural: 'deployments' },
  { group: 'apps', plural: 'statefulsets' },
  { group: 'apps', plural: 'daemonsets' },
] as const;

/** What to analyze. */
export interface AnalysisRequest {
  readonly paths: readonly string[];
  /** Read the cluster or recording, too (or alone, without paths). */
  readonly useMesh: boolean;
  readonly meshConfigFile: string | undefined;
  /** Namespace of documents that name none. */
  readonly defaultNamespace: string;
  /** Whoever reads the resources: of the mesh only the kinds among their inputs are asked for. */
  readonly analyzers: readonly Pick<Analyzer, 'inputs' | 'optionalInputs'>[];
  /** Files and folders with CRDs that stand for those of the cluster. */
  readonly crds: readonly string[];
  /** Patterns of files in folders that are left out. */
  readonly ignore?: readonly string[];
}

/** Resources to analyze, where each was read from, and what is missing. */
export interface AnalysisInput {
  readonly objects: readonly KubeObject[];
  /** Where a resource stands, if it was read from a file. */
  originOf(object: KubeObject): ResourceOrigin | undefined;
  readonly problems: readonly ConfigProblem[];
  readonly files: readonly string[];
  readonly unavailable: ReadonlySet<Kind>;
  /** Kinds of which there may be more than were read. */
  readonly partial: ReadonlySet<Kind>;
}

/** Kinds that are kept out of files: what is not among them may well be in the cluster. */
const NOT_IN_FILES: ReadonlySet<Kind> = new Set([
  'GatewayApiGateway',
  'GatewayClass',
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
  const files = await readFiles(context, request);
  const mesh = request.useMesh ? await readMesh(context, request.analyzers) : undefined;
  const istioNamespace =
    context.globals.istioNamespace ?? (request.useMesh ? await context.istioNamespace() : 'istio-system');
  const configMaps = [...(mesh?.objects ?? []), ...files.objects].filter(({ kind }) => kind === 'ConfigMap');
  const fromFile =
    request.meshConfigFile === undefined ? undefined : await meshConfigFile(context, request.meshConfigFile);
  const { meshConfig, meshNetworks } = await meshConfigObjects(configMaps, fromFile, istioNamespace);
  const crds = await readFiles(context, { ...request, paths: request.crds });
  const objects = [
    ...crds.objects.filter(({ kind }) => kind === 'CustomResourceDefinition'),
    ...(mesh === undefined ? defaultIngressGateway(meshConfig, istioNamespace) : mesh.objects),
    ...files.objects,
    meshConfig,
    meshNetworks,
  ];
  return {
    objects: objects.filter(isOfTheMesh),
    originOf: (object) => files.origins.get(object),
    problems: [...files.problems, ...crds.problems],
    files: files.names,
    unavailable: mesh?.unavailable ?? new Set(),
    partial: mesh === undefined ? NOT_IN_FILES : new Set(),
  };
}

function isOfTheMesh({ kind, metadata }: KubeObject): boolean {
  return !IGNORED.has(kind === 'Namespace' ? metadata.name : (metadata.namespace ?? ''));
}

interface FileResources {
  readonly objects: readonly KubeObject[];
  readonly origins: ReadonlyMap<KubeObject, ResourceOrigin>;
  readonly problems: readonly ConfigProblem[];
  readonly names: readonly string[];
}

async function readFiles(
  context: CommandContext,
  { paths, defaultNamespace, ignore = [] }: AnalysisRequest,
): Promise<FileResources> {
  if (paths.length === 0) return { objects: [], origins: new Map(), problems: [], names: [] };
  const { readConfig } = await import('../sources/files/read-config.ts');
  const { cwd, stdin } = context.io;
  const read = await readConfig(paths, { cwd, stdin, signal: context.signal, ignore });
  const origins = new Map(
    read.resources.map(({ object, origin }) => [withNamespace(object, defaultNamespace), origin] as const),
  );
  return { objects: [...origins.keys()], origins, problems: read.problems, names: read.files };
}

/** A document without a namespace is of the default one; kinds that have none lose what is written. */
function withNamespace(object: KubeObject, namespace: string): KubeObject {
  const namespaced = findKind(object.apiVersion, object.kind)?.served.namespaced ?? true;
  const { namespace: written, ...metadata } = object.metadata;
  if (!namespaced) return written === undefined ? object : { ...object, metadata };
  return written ? object : { ...object, metadata: { ...metadata, namespace } };
}

async function readMesh(
  context: CommandContext,
  analyzers: AnalysisRequest['analyzers'],
): Promise<{ readonly objects: readonly KubeObject[]; readonly unavailable: ReadonlySet<Kind> }> {
  const source = await context.source();
  const kinds = [...new Set(analyzers.flatMap(({ inputs }) => inputs))].filter((kind) => !MADE.has(kind));
  const unavailable = new Set<Kind>();
  const lists = await Promise.all([
    ...kinds.map(async (kind) => {
      const answer = await source.resources(KINDS[kind]);
      if (answer.ok) {
        noteMissing(context, KINDS[kind].plural, answer);
        return answer.value;
      }
      // A kind whose CRD is not installed has no objects; that is known.
      if (answer.error.code === 'NotFound') return [];
      noteMissing(context, KINDS[kind].plural, answer, 'what needs them is not checked');
      unavailable.add(kind);
      return [];
    }),
    ...WORKLOADS.map(async (query) => {
      const answer = await source.resources(query);
      return answer.ok ? answer.value : [];
    }),
  ]);
  const revision = context.globals.revision;
  return { objects: lists.flat().filter((object) => isOfRevision(object, revision)), unavailable };
}

/** Resources of Istio may be for one revision only. */
function isOfRevision({ apiVersion, metadata }: KubeObject, revision: string | undefined): boolean {
  if (revision === undefined || !/\.istio\.io\//.test(apiVersion)) return true;
  const own = metadata.labels?.['istio.io/rev'];
  return own === undefined || own === revision;
}

async function meshConfigFile(context: CommandContext, path: string): Promise<unknown> {
  const { bytes, label } = await fileInput(context, path);
  const value = await readYaml(Buffer.from(bytes).toString('utf8'));
  if (asObject(value) === undefined)
    throw dataError(`${label} is no mesh configuration: it holds no map in YAML`);
  return value;
}
