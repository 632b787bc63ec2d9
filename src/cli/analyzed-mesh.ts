import type { Analyzer } from '../analysis/analyzer.ts';
import type { KubeObject } from '../kube/object.ts';
import { KINDS, type Kind } from '../mesh/kinds.ts';
import { namedSecrets, REMOTE_LABEL } from '../mesh/named-secrets.ts';
import type { ResourceSet } from '../mesh/resource-set.ts';
import type { Answer, MeshSource } from '../sources/source.ts';
import type { SourceError } from '../sources/source-error.ts';
import type { CommandContext } from './context.ts';
import { lacks, noteMissing } from './missing.ts';
import { readRemotes } from './remote-clusters.ts';

/** Kinds that are made from the mesh configuration, and are no kinds of the API server. */
const MADE: ReadonlySet<Kind> = new Set(['MeshConfig', 'MeshNetworks']);
/** Workloads whose templates stand for pods that are not there. */
const WORKLOADS = [
  { group: 'apps', plural: 'deployments' },
  { group: 'apps', plural: 'statefulsets' },
  { group: 'apps', plural: 'daemonsets' },
] as const;

/** What is read of a mesh, for which analyzers. */
export interface MeshRequest {
  readonly analyzers: readonly Pick<Analyzer, 'inputs'>[];
  readonly remoteContexts?: readonly string[];
}

/** The resources of a mesh, and what could not be had. */
export interface AnalyzedMesh {
  readonly objects: readonly KubeObject[];
  readonly unavailable: ReadonlySet<Kind>;
  /** Why nothing at all could be read; absent as soon as one kind was. */
  readonly failure: SourceError | undefined;
  /** Kinds of which parts could not be read. */
  readonly incomplete: ReadonlySet<Kind>;
  /** Secrets that nothing names: a recording may hold them, a cluster is not asked for them. */
  readonly unnamed: ReadonlySet<KubeObject>;
  /** Resources of further clusters by their name. */
  readonly remotes: ReadonlyMap<string, ResourceSet>;
  /** The cluster of an object, where more than one was read. */
  clusterOf(object: KubeObject): string | undefined;
}

/**
 * Reads of a cluster or recording the kinds that the analyzers need and, of its Secrets, those that something names.
 * What can't be had is noted as a gap: the analyzers that need it are skipped.
 */
export async function readAnalyzedMesh(
  context: CommandContext,
  { analyzers, remoteContexts = [] }: MeshRequest,
): Promise<AnalyzedMesh> {
  const source = await context.source();
  const wanted = new Set(analyzers.flatMap(({ inputs }) => inputs));
  const cluster = await firstCluster(source);
  const read = new MeshReader(context, source, cluster);
  const plain = [...wanted].filter((kind) => !MADE.has(kind) && kind !== 'Secret');
  const lists = await Promise.all([
    ...plain.map((kind) => read.kind(kind)),
    ...WORKLOADS.map((one) => read.quietly(one)),
  ]);
  const secrets = wanted.has('Secret') ? await read.secrets(lists.flat()) : [];
  const { revision } = context.globals;
  const remotes = await readRemotes(context, source, { cluster, wanted, remoteContexts, secrets });
  const own = cluster ?? source.context ?? source.label;
  const objects = [...lists.flat(), ...secrets, ...remotes.configuration.keys()];
  return {
    objects: objects.filter((object) => isOfRevision(object, revision)),
    unavailable: read.unavailable,
    failure: read.answered ? undefined : read.failure,
    incomplete: read.incomplete,
    unnamed: read.unnamed,
    remotes: remotes.sets,
    clusterOf: (object) => (remotes.sets.size === 0 ? undefined : (remotes.configuration.get(object) ?? own)),
  };
}

/** Of a recording of several clusters the first one is the mesh's own. */
async function firstCluster(source: MeshSource): Promise<string | undefined> {
  if (source.kind === 'cluster') return undefined;
  const [first, second] = await source.clusters();
  return second === undefined ? undefined : first;
}

class MeshReader {
  readonly unavailable = new Set<Kind>();
  readonly incomplete = new Set<Kind>();
  readonly unnamed = new Set<KubeObject>();
  /** Whether a question was answered, if only by "there is no such kind". */
  answered = false;
  /** The first question that was not. */
  failure: SourceError | undefined;

  constructor(
    private readonly context: CommandContext,
    private readonly source: MeshSource,
    private readonly cluster: string | undefined,
  ) {}

  async kind(kind: Kind): Promise<readonly KubeObject[]> {
    return this.taken(kind, await this.source.resources({ ...KINDS[kind], cluster: this.cluster }));
  }

  async quietly(query: { group: string; plural: string }): Promise<readonly KubeObject[]> {
    const answer = await this.source.resources({ ...query, cluster: this.cluster });
    return answer.ok ? answer.value : [];
  }

  /** The Secrets that something names and those of other clusters: a cluster is asked for no others. */
  async secrets(objects: readonly KubeObject[]): Promise<readonly KubeObject[]> {
    const ofKind = (kind: string): readonly KubeObject[] => objects.filter((object) => object.kind === kind);
    const names = namedSecrets(ofKind('Gateway'), ofKind('Pod'));
    if (this.source.kind !== 'cluster') return this.recordedSecrets(names);
    const [named, remote] = await Promise.all([
      Promise.all(names.map(({ namespace, name }) => this.secret(namespace, name))),
      this.remoteSecrets(),
    ]);
    return [...named.flat(), ...remote];
  }

  /** A recording gives all that it holds. */
  private async recordedSecrets(names: ReturnType<typeof namedSecrets>): Promise<readonly KubeObject[]> {
    const [all, system] = [await this.kind('Secret'), await this.context.istioNamespace()];
    const wanted = new Set(names.map(({ namespace, name }) => `${namespace}/${name}`));
    for (const secret of all) {
      const { namespace, name, labels } = secret.metadata;
      const isRemote = namespace === system && labels?.[REMOTE_LABEL] === 'true';
      if (!isRemote && !wanted.has(`${namespace}/${name}`)) this.unnamed.add(secret);
    }
    return all;
  }

  private async secret(namespace: string, name: string): Promise<readonly KubeObject[]> {
    return this.taken('Secret', await this.source.resources({ ...KINDS.Secret, namespace, name }));
  }

  /** Names and labels are enough to tell which Secrets are those of other clusters. */
  private async remoteSecrets(): Promise<readonly KubeObject[]> {
    const namespace = await this.context.istioNamespace();
    const query = { ...KINDS.Secret, namespace, metadataOnly: true };
    const labelled = this.taken('Secret', await this.source.resources(query)).filter(
      ({ metadata }) => metadata.labels?.[REMOTE_LABEL] === 'true',
    );
    const whole = await Promise.all(labelled.map(({ metadata }) => this.secret(namespace, metadata.name)));
    return whole.flat();
  }

  private taken(kind: Kind, answer: Answer<readonly KubeObject[]>): readonly KubeObject[] {
    const { plural } = KINDS[kind];
    if (answer.ok || answer.error.code === 'NotFound') this.answered = true;
    else this.failure ??= answer.error;
    if (answer.ok) {
      noteMissing(this.context, plural, answer, 'what rests on them is likely, not certain');
      if (lacks(answer).length > 0) this.incomplete.add(kind);
      return answer.value;
    }
    // A kind whose CRD is not installed has no objects; that is known.
    if (answer.error.code === 'NotFound') return [];
    noteMissing(this.context, plural, answer, 'what needs them is not checked');
    this.unavailable.add(kind);
    return [];
  }
}

/** Resources of Istio may be for one revision only. */
function isOfRevision({ apiVersion, metadata }: KubeObject, revision: string | undefined): boolean {
  if (revision === undefined || !/\.istio\.io\//.test(apiVersion)) return true;
  const own = metadata.labels?.['istio.io/rev'];
  return own === undefined || own === revision;
}
