import type { KubeObject } from '../kube/object.ts';
import type { PodRef } from '../kube/pod-ref.ts';
import { ClusterView } from './cluster-view.ts';
import { joinedLists } from './joined-lists.ts';
import { compareObjects } from './kube-list.ts';
import { compareProxies } from './snapshot/snapshot-source.ts';
import type {
  Answer,
  Capability,
  CniPage,
  EnvoyPage,
  IstiodReply,
  IstiodRequest,
  LogQuery,
  MeshSource,
  ProxyEntry,
  ResourceQuery,
  ZtunnelPage,
} from './source.ts';
import { WrappedSource } from './wrapped-source.ts';

/** Several live clusters as one source, each under a name of its own. There is at least one, which speaks for all. */
export class JoinedSource extends WrappedSource {
  /** `members`: sources of one cluster each, by the name that their answers carry. Throws `RangeError` for none. */
  constructor(private readonly members: ReadonlyMap<string, MeshSource>) {
    super(firstOf(members));
  }

  override get label(): string {
    return [...this.members.values()].map(({ label }) => label).join(', ');
  }
  override get context(): string {
    return [...this.members.values()].map(({ context = '' }) => context).join(', ');
  }
  override get capabilities(): ReadonlySet<Capability> {
    return new Set([...this.members.values()].flatMap(({ capabilities }) => [...capabilities]));
  }
  override get notes(): readonly string[] {
    return [...this.members.values()].flatMap(({ notes = [] }) => notes);
  }

  /** The source of one of `clusters()`. */
  of(cluster: string): MeshSource | undefined {
    return this.members.get(cluster);
  }

  /** The same clusters, each behind another source. */
  map(wrap: (member: MeshSource, cluster: string) => MeshSource): JoinedSource {
    return new JoinedSource(new Map([...this.members].map(([name, member]) => [name, wrap(member, name)])));
  }

  async clusters(): Promise<readonly string[]> {
    return [...this.members.keys()];
  }

  async resources(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    const asked = [...this.members].filter(([name]) => query.cluster === undefined || name === query.cluster);
    const answers = await Promise.all(
      asked.map(([name, source]) => source.resources({ ...query, cluster: name })),
    );
    return joinedLists(answers, compareObjects);
  }

  async proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    return joinedLists(
      await Promise.all([...this.members.values()].map((one) => one.proxies())),
      compareProxies,
    );
  }

  async istiod(request: IstiodRequest): Promise<readonly IstiodReply[]> {
    const replies = await Promise.all([...this.members.values()].map((one) => one.istiod(request)));
    return replies.flat();
  }

  envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    return this.memberOf(proxy).envoy(proxy, page);
  }

  ztunnel(proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>> {
    return this.memberOf(proxy).ztunnel(proxy, page);
  }

  cni(pod: PodRef, page: CniPage): Promise<Answer<Uint8Array>> {
    return this.memberOf(pod).cni(pod, page);
  }

  logs(query: LogQuery): Promise<Answer<Uint8Array>> {
    return this.memberOf(query.pod).logs(query);
  }

  override async close(): Promise<void> {
    await Promise.all([...this.members.values()].map((one) => one.close()));
  }

  private memberOf({ cluster }: PodRef): MeshSource {
    return this.members.get(cluster ?? '') ?? this.source;
  }
}

function firstOf(members: ReadonlyMap<string, MeshSource>): MeshSource {
  const [first] = members.values();
  if (first === undefined) throw new RangeError('there is no cluster');
  return first;
}

/** The clusters of a source one by one: itself where it has but one. A live cluster is not asked for that. */
export async function clusterViews(source: MeshSource): Promise<readonly MeshSource[]> {
  if (source.kind === 'cluster' && !(source instanceof JoinedSource)) return [source];
  const names = await source.clusters();
  if (names.length < 2) return [source];
  return names.map((name) => {
    const member = source instanceof JoinedSource ? source.of(name) : undefined;
    return member ?? new ClusterView(source, name, name);
  });
}
