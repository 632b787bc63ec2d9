import type { KubeObject } from '../../../kube/object.ts';
import { type PodRef, proxyId } from '../../../kube/pod-ref.ts';
import { named } from '../../named-objects.ts';
import type {
  Answer,
  Capability,
  EnvoyPage,
  IstiodReply,
  IstiodRequest,
  LogQuery,
  MeshSource,
  ProxyEntry,
  ResourceQuery,
} from '../../source.ts';
import { describeKind, describeRequest } from '../layout.ts';
import { failed, notRecorded, type Question } from '../snapshot-files.ts';
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
  return new ForeignSource(store, layout, index, objects, { now, cluster, notes: [recognised, ...notes] });
}

interface Head {
  readonly now: Date;
  readonly cluster: string;
  readonly notes: readonly string[];
}

class ForeignSource implements MeshSource {
  readonly kind = 'snapshot';
  readonly label: string;
  readonly now: Date;
  readonly notes: readonly string[];
  readonly istioNamespace: string | undefined;
  readonly revision = undefined;

  constructor(
    private readonly store: SnapshotStore,
    private readonly layout: ForeignLayout,
    private readonly index: ForeignIndex,
    private readonly objects: ForeignObjects,
    private readonly head: Head,
  ) {
    this.label = store.label;
    this.now = head.now;
    this.notes = head.notes;
    this.istioNamespace = index.istioNamespace;
  }

  get capabilities(): ReadonlySet<Capability> {
    const found = new Set<Capability>();
    if (this.index.objects.length > 0) found.add('kubernetes');
    if (this.index.pages.length > 0) found.add('envoy');
    if (this.index.istiodPages.length > 0) found.add('istiod');
    if (this.index.logs.length > 0) found.add('logs');
    return found;
  }

  async clusters(): Promise<readonly string[]> {
    return [this.head.cluster];
  }

  async resources(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    if (this.isElsewhere(query.cluster)) return this.elsewhere(describeKind(query.group, query.plural));
    return named(await this.objects.find(query), query.name);
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
        return { istiod, answer: await this.file(question, this.index.istiodPage(pod, request)) };
      }),
    );
  }

  async envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    const asked = `${page} of ${proxyId(proxy)}`;
    if (this.isElsewhere(proxy.cluster)) return this.elsewhere(asked);
    return this.file({ asked, of: this.label }, this.index.page(proxy, page));
  }

  async ztunnel(proxy: PodRef, page: string): Promise<Answer<Uint8Array>> {
    return this.file({ asked: `${page} of ${proxyId(proxy)}`, of: this.label }, undefined);
  }

  async cni(pod: PodRef, page: string): Promise<Answer<Uint8Array>> {
    return this.file({ asked: `CNI ${page} of ${proxyId(pod)}`, of: this.label }, undefined);
  }

  async logs({ pod, container, previous = false }: LogQuery): Promise<Answer<Uint8Array>> {
    const asked = `${previous ? 'previous log' : 'log'} of ${container} in ${proxyId(pod)}`;
    const question = { asked, of: this.label };
    if (this.isElsewhere(pod.cluster)) return this.elsewhere(asked);
    const found = this.index.log(pod, container, previous);
    const answer = await this.file(question, found?.path);
    if (!answer.ok || found?.isMixed !== true) return answer;
    const part = containerPart(answer.value, container);
    return part === undefined ? notRecorded(question, this.reason()) : { ok: true, value: part };
  }

  async close(): Promise<void> {
    this.objects.forget();
    await this.store.close();
  }

  private isElsewhere(cluster: string | undefined): boolean {
    return cluster !== undefined && cluster !== this.head.cluster;
  }

  private elsewhere(asked: string): Answer<never> {
    return notRecorded({ asked, of: this.label }, `${this.layout.name} is of one cluster`);
  }

  private reason(): string {
    return `${this.layout.name} does not hold it`;
  }

  private async file(question: Question, path: string | undefined): Promise<Answer<Uint8Array>> {
    if (path === undefined) return notRecorded(question, this.reason());
    const file = await this.store.read(path);
    return file.ok ? { ok: true, value: file.bytes } : failed(question, file.code, file.reason);
  }
}
