import { type PodRef, proxyId } from '../../../kube/pod-ref.ts';
import type {
  Answer,
  Capability,
  EnvoyPage,
  IstiodReply,
  IstiodRequest,
  LogQuery,
  MeshSource,
  ProxyEntry,
} from '../../source.ts';
import { describeRequest } from '../layout.ts';
import { type OneClusterHead, OneClusterSource } from '../one-cluster-source.ts';
import { notRecorded, type Question } from '../snapshot-files.ts';
import { compareProxies } from '../snapshot-source.ts';
import type { SnapshotStore } from '../store.ts';
import { containerPart } from './dumped-logs.ts';
import { readForeignFacts } from './facts.ts';
import { ForeignIndex } from './foreign-index.ts';
import type { ForeignLayout } from './layouts.ts';
import { ForeignObjects } from './objects.ts';

/** Opens what another tool collected, as far as its layout is known; notes say what was recognised. */
export async function openForeign(
  store: SnapshotStore,
  layout: ForeignLayout,
  clock: () => Date,
): Promise<MeshSource> {
  const index = new ForeignIndex(store.paths, layout);
  const objects = new ForeignObjects(store, layout, index.objects);
  const { now, cluster, notes } = await readForeignFacts(store, index, clock);
  const summary = index.summary(objects.namespaceCount);
  const recognised = `${store.label} is read as ${layout.name}: ${summary}; whatever else is asked was not recorded`;
  const { istioNamespace } = index;
  const head = { now, cluster, istioNamespace, notes: [recognised, ...notes] };
  return new ForeignSource({ store, layout, index, objects, head });
}

interface Parts {
  readonly store: SnapshotStore;
  readonly layout: ForeignLayout;
  readonly index: ForeignIndex;
  readonly objects: ForeignObjects;
  readonly head: OneClusterHead;
}

class ForeignSource extends OneClusterSource implements MeshSource {
  protected readonly otherCluster: string;
  private readonly layout: ForeignLayout;
  private readonly index: ForeignIndex;

  constructor({ store, layout, index, objects, head }: Parts) {
    super(store, head, objects);
    this.layout = layout;
    this.index = index;
    this.otherCluster = `${layout.name} is of one cluster`;
  }

  get capabilities(): ReadonlySet<Capability> {
    const found = new Set<Capability>();
    if (this.index.objects.length > 0) found.add('kubernetes');
    if (this.index.pages.length > 0) found.add('envoy');
    if (this.index.istiodPages.length > 0) found.add('istiod');
    if (this.index.logs.length > 0) found.add('logs');
    return found;
  }

  async proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    const { cluster } = this.head;
    const entries = this.index.proxies.map(
      (pod): ProxyEntry => ({ pod: { ...pod, cluster }, kind: 'envoy' }),
    );
    return { ok: true, value: entries.sort(compareProxies) };
  }

  async istiod(request: IstiodRequest): Promise<readonly IstiodReply[]> {
    return Promise.all(
      this.index.istiods.map(async (pod) => {
        const istiod = { ...pod, cluster: this.head.cluster };
        const question = { asked: describeRequest(request), of: proxyId(istiod) };
        return { istiod, answer: await this.found(question, this.index.istiodPage(pod, request)) };
      }),
    );
  }

  async envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    const asked = `${page} of ${proxyId(proxy)}`;
    if (this.isElsewhere(proxy.cluster)) return this.elsewhere(asked);
    return this.found({ asked, of: this.label }, this.index.page(proxy, page));
  }

  async ztunnel(proxy: PodRef, page: string): Promise<Answer<Uint8Array>> {
    return this.found({ asked: `${page} of ${proxyId(proxy)}`, of: this.label }, undefined);
  }

  async cni(pod: PodRef, page: string): Promise<Answer<Uint8Array>> {
    return this.found({ asked: `CNI ${page} of ${proxyId(pod)}`, of: this.label }, undefined);
  }

  async logs({ pod, container, previous = false }: LogQuery): Promise<Answer<Uint8Array>> {
    const asked = `${previous ? 'previous log' : 'log'} of ${container} in ${proxyId(pod)}`;
    const question = { asked, of: this.label };
    if (this.isElsewhere(pod.cluster)) return this.elsewhere(asked);
    const found = this.index.log(pod, container, previous);
    const answer = await this.found(question, found?.path);
    if (!answer.ok || found?.isMixed !== true) return answer;
    const part = containerPart(answer.value, container);
    return part === undefined ? notRecorded(question, this.reason()) : { ok: true, value: part };
  }

  private reason(): string {
    return `${this.layout.name} does not hold it`;
  }

  private found(question: Question, path: string | undefined): Promise<Answer<Uint8Array>> {
    return this.file(question, path, this.reason());
  }
}
