import { type ClusterPair, pairClusters } from '../../answers/mesh-diff/cluster-pairs.ts';
import { isNoiseKind } from '../../answers/mesh-diff/object-noise.ts';
import {
  diffObjects,
  type KindGap,
  type KindList,
  type KindPair,
  type ObjectsDiff,
  type Side,
} from '../../answers/mesh-diff/objects.ts';
import type { KubeObject } from '../../kube/object.ts';
import { KINDS } from '../../mesh/kinds.ts';
import type { Answer, MeshSource, RecordedKind } from '../../sources/source.ts';
import { compareText } from '../../util/text.ts';
import { lacks } from '../missing.ts';
import { wantedNamespace } from '../namespaces.ts';
import type { DiffSide, DiffSides } from './sides.ts';

/** Kinds that are looked for in sources that don't tell what they hold, besides those that analyzers read. */
const OTHER_KINDS: readonly RecordedKind[] = [
  ...['endpoints', 'resourcequotas', 'limitranges'].map((plural) => ({ group: '', plural })),
  ...['replicasets', 'statefulsets', 'daemonsets'].map((plural) => ({ group: 'apps', plural })),
  ...['jobs', 'cronjobs'].map((plural) => ({ group: 'batch', plural })),
  { group: 'discovery.k8s.io', plural: 'endpointslices' },
  { group: 'autoscaling', plural: 'horizontalpodautoscalers' },
];

/** Compares the objects of all kinds that a side may hold. A kind that one side lacks is named, never taken for empty. */
export async function readObjectsDiff(
  { left, right }: DiffSides,
  sameCluster: boolean | undefined,
): Promise<ObjectsDiff> {
  const { context } = right;
  context.terminal.progress('comparing objects');
  const clusters = pairClusters(await left.source.clusters(), await right.source.clusters());
  const kinds = await kindsOf(left.source, right.source);
  const pairs: KindPair[] = [];
  const gaps: KindGap[] = [
    ...clusters.onlyLeft.map((cluster) => clusterGap(cluster, 'right')),
    ...clusters.onlyRight.map((cluster) => clusterGap(cluster, 'left')),
  ];
  for (const cluster of clusters.pairs) {
    const read = await Promise.all(kinds.map((kind) => readKind({ left, right }, kind, cluster)));
    for (const one of read) {
      if (one === undefined) continue;
      if ('why' in one) gaps.push(one);
      else pairs.push(one);
    }
  }
  return diffObjects(pairs, gaps, sameCluster ?? true);
}

function clusterGap(cluster: string, side: Side): KindGap {
  return { kind: 'all kinds', cluster, side, why: `cluster ${cluster} is not in it` };
}

/** What is recorded says which kinds there are; a live mesh is asked about those that the other side was. */
async function kindsOf(...sources: readonly MeshSource[]): Promise<readonly RecordedKind[]> {
  const told = await Promise.all(sources.map((source) => source.recordedKinds?.()));
  const isUnknown = sources.some((source, index) => source.kind !== 'cluster' && told[index] === undefined);
  const ofAnalyzers = Object.values(KINDS).filter(({ group }) => group !== 'mesh.istio.io');
  const nothingTold = told.every((kinds) => kinds === undefined);
  const all = [
    ...told.flatMap((kinds) => kinds ?? []),
    ...(isUnknown || nothingTold ? [...ofAnalyzers, ...OTHER_KINDS] : []),
  ];
  const byName = new Map(all.map(({ group, plural }) => [nameOf({ group, plural }), { group, plural }]));
  return [...byName]
    .filter(([name]) => !isNoiseKind(name))
    .sort(([a], [b]) => compareText(a, b))
    .map(([, kind]) => kind);
}

function nameOf({ group, plural }: RecordedKind): string {
  return group === '' ? plural : `${plural}.${group}`;
}

async function readKind(
  sides: Pick<DiffSides, 'left' | 'right'>,
  kind: RecordedKind,
  { name: cluster, ...clusters }: ClusterPair,
): Promise<KindPair | KindGap | undefined> {
  const name = nameOf(kind);
  const namespace = wantedNamespace(sides.right.context);
  if (namespace !== undefined && (await standsInNone(sides, kind))) return undefined;
  const isLive = [sides.left, sides.right].some(({ source }) => source.kind === 'cluster');
  const reading = (side: Side) => new KindReading(sides[side], kind, clusters[side], { namespace, isLive });
  const [left, right] = [reading('left'), reading('right')];
  const [a, b] = [await left.list(), await right.list()];
  if (a.ok && b.ok) {
    const namespaces = new Set([...a.value, ...b.value].map(({ metadata }) => metadata.namespace ?? ''));
    return {
      kind: name,
      cluster,
      left: await left.whole(a, namespaces),
      right: await right.whole(b, namespaces),
    };
  }
  const [failedLeft, failedRight] = [lacks(a)[0], lacks(b)[0]];
  const isBoth = !a.ok && !b.ok;
  const failed = a.ok ? failedRight : failedLeft;
  // Neither was meant to hold it: nobody misses anything.
  if (isBoth && failedLeft?.leftOut === true && failedRight?.leftOut === true) return undefined;
  const side = isBoth ? 'both' : a.ok ? 'right' : 'left';
  return { kind: name, cluster, side, why: failed?.reason ?? 'it could not be read' };
}

/** Whether objects of a kind stand in no namespace, as far as a recording tells: with `-n` they are not looked at. */
async function standsInNone(
  { left, right }: Pick<DiffSides, 'left' | 'right'>,
  { group, plural }: RecordedKind,
): Promise<boolean> {
  if (group === '' && plural === 'namespaces') return false;
  for (const { source } of [left, right]) {
    if (source.kind === 'cluster') continue;
    const answer = await source.resources({ group, plural });
    const [first] = answer.ok ? answer.value : [];
    if (first !== undefined) return (first.metadata.namespace ?? '') === '';
  }
  return false;
}

interface Wanted {
  readonly namespace: string | undefined;
  /** Whether a side is a live mesh, whose Secrets are not read. */
  readonly isLive: boolean;
}

class KindReading {
  constructor(
    private readonly side: DiffSide,
    private readonly kind: RecordedKind,
    private readonly cluster: string | undefined,
    private readonly wanted: Wanted,
  ) {}

  /** The objects; none, with certainty, of a kind that is not served. */
  async list(): Promise<Answer<readonly KubeObject[]>> {
    const answer = await this.ask(this.wanted.namespace);
    return !answer.ok && answer.error.code === 'NotFound' ? { ok: true, value: [] } : answer;
  }

  /** The list with what can be said of objects that are not in it. */
  async whole(
    answer: Answer<readonly KubeObject[]> & { readonly ok: true },
    namespaces: ReadonlySet<string>,
  ): Promise<KindList> {
    const { value: objects } = answer;
    if ((answer.missing ?? []).length === 0) return { objects, isWhole: () => true };
    const known = new Set<string>();
    for (const namespace of namespaces) {
      if (namespace === '') continue;
      const one = await this.ask(namespace);
      if (one.ok && (one.missing ?? []).length === 0) known.add(namespace);
    }
    return { objects, isWhole: (namespace) => known.has(namespace) };
  }

  private async ask(namespace: string | undefined): Promise<Answer<readonly KubeObject[]>> {
    const { source } = this.side;
    const { group, plural } = this.kind;
    const [isNamespaces, isSecrets] = [
      group === '' && plural === 'namespaces',
      group === '' && plural === 'secrets',
    ];
    const answer = await source.resources({
      group,
      plural,
      cluster: source.kind === 'cluster' ? undefined : this.cluster,
      ...(isNamespaces ? { name: namespace } : { namespace }),
      ...(isSecrets && source.kind === 'cluster' ? { metadataOnly: true } : {}),
    });
    if (!answer.ok) return answer;
    // What stands in no namespace is listed whatever namespace is asked for.
    const inNamespace =
      namespace === undefined || isNamespaces
        ? answer.value
        : answer.value.filter(({ metadata }) => metadata.namespace === namespace);
    return { ...answer, value: isSecrets && this.wanted.isLive ? inNamespace.map(metadataOf) : inNamespace };
  }
}

/** Of the Secrets of a live mesh the names and labels are compared, and nothing else is asked for. */
function metadataOf({ metadata }: KubeObject): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata };
}
