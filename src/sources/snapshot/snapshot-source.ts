import type { KubeObject } from '../../kube/object.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { nearest } from '../../util/text.ts';
import { named } from '../named-objects.ts';
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
  RecordedFacts,
  RecordedKind,
  ResourceQuery,
  ZtunnelPage,
} from '../source.ts';
import type { SourceError } from '../source-error.ts';
import {
  CNI_FILES,
  describeRequest,
  ENVOY_FILES,
  istiodFiles,
  logFile,
  type PodRoom,
  podSegments,
  proxyListSegments,
  type Segments,
  ZTUNNEL_FILES,
} from './layout.ts';
import type { Manifest } from './manifest.ts';
import { notRecorded, SnapshotFiles } from './snapshot-files.ts';
import { SnapshotIndex } from './snapshot-index.ts';
import { SnapshotObjects } from './snapshot-objects.ts';
import type { SnapshotStore } from './store.ts';

/** What is known of a snapshot as a whole; a folder without `snapshot.json` has only a time. */
export interface SnapshotHead {
  readonly manifest: Manifest | undefined;
  readonly now: Date;
  readonly notes: readonly string[];
}

/**
 * A mesh as a snapshot recorded it. Only the index is read beforehand; a file is read and checked against its
 * recorded sha256 when a question asks for it. Recorded failures answer `NotRecorded` with the recorded reason.
 */
export class SnapshotSource implements MeshSource {
  readonly kind = 'snapshot';
  readonly label: string;
  readonly now: Date;
  readonly notes: readonly string[];
  readonly istioNamespace: string | undefined;
  readonly revision: string | undefined;
  readonly context: string | undefined;
  readonly pseudonyms: readonly string[] | undefined;
  readonly recorded: RecordedFacts | undefined;
  private readonly index: SnapshotIndex;
  private readonly files: SnapshotFiles;
  private readonly objects: SnapshotObjects;

  constructor(
    private readonly store: SnapshotStore,
    head: SnapshotHead,
  ) {
    this.label = store.label;
    this.now = head.now;
    this.notes = head.notes;
    this.istioNamespace = head.manifest?.istioNamespace;
    this.revision = head.manifest?.revision;
    this.context = head.manifest?.context;
    this.pseudonyms = head.manifest?.redaction.pseudonyms;
    this.recorded = head.manifest && {
      redaction: head.manifest.redaction.mode,
      contents: head.manifest.contents,
    };
    this.index = new SnapshotIndex(store.paths, head.manifest?.contents ?? []);
    this.files = new SnapshotFiles(store, this.index);
    this.objects = new SnapshotObjects(store.label, this.files, this.index);
  }

  get capabilities(): ReadonlySet<Capability> {
    const found = new Set<Capability>();
    for (const path of this.store.paths) {
      const [, , room, , , file] = path.split('/');
      if (room === 'kubernetes') found.add('kubernetes');
      if (file === 'logs') found.add('logs');
      else if (room === 'istiod') found.add('istiod');
      else if (room === 'proxies') found.add('envoy');
      else if (room === 'ztunnel') found.add('ztunnel');
    }
    return found;
  }

  async clusters(): Promise<readonly string[]> {
    return this.index.clusters();
  }

  async recordedKinds(): Promise<readonly RecordedKind[]> {
    return this.index.kindNames();
  }

  async resources(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    return named(await this.objects.find(query), query.name);
  }

  async proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    const entries: ProxyEntry[] = [];
    const missing: SourceError[] = [];
    const clusters = this.index.clusters();
    let failures = 0;
    for (const cluster of clusters) {
      const noted = this.index.get(proxyListSegments(cluster))?.entry;
      const question = { asked: 'the list of proxies', of: this.label };
      if (noted?.status === 'failed') failures += 1;
      if (noted?.status === 'failed' || noted?.status === 'partial')
        missing.push(notRecorded(question, noted.reason).error);
      for (const [room, kind] of [
        ['proxies', 'envoy'],
        ['ztunnel', 'ztunnel'],
      ] as const) {
        for (const folder of this.index.podsIn(cluster, room)) {
          if (folder.hasPages) entries.push({ pod: folder.pod, kind });
        }
      }
    }
    const [first] = missing;
    // Pages that were taken all the same, such as those of one namespace, are not all there are.
    if (first !== undefined && failures === clusters.length && entries.length === 0)
      return { ok: false, error: first };
    entries.sort(compareProxies);
    return missing.length === 0 ? { ok: true, value: entries } : { ok: true, value: entries, missing };
  }

  async istiod(request: IstiodRequest): Promise<readonly IstiodReply[]> {
    const known = this.index.clusters().flatMap((cluster) => this.index.podsIn(cluster, 'istiod'));
    // Of an istiod that was not asked, such as that of another control plane, only the log may be there.
    const asked = known.filter(({ hasPages }) => hasPages);
    return Promise.all(
      (asked.length > 0 ? asked : known).map(async ({ pod }): Promise<IstiodReply> => {
        const folder = podSegments(pod.cluster ?? '', 'istiod', pod);
        const candidates = istiodFiles(request).map((file) => [...folder, ...file]);
        return {
          istiod: pod,
          answer: await this.files.first({ asked: describeRequest(request), of: proxyId(pod) }, candidates),
        };
      }),
    );
  }

  envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    return this.page(proxy, 'proxies', page, ENVOY_FILES[page]);
  }

  ztunnel(proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>> {
    return this.page(proxy, 'ztunnel', page, ZTUNNEL_FILES[page]);
  }

  cni(pod: PodRef, page: CniPage): Promise<Answer<Uint8Array>> {
    return this.page(pod, 'cni', `CNI ${page}`, CNI_FILES[page]);
  }

  async logs(query: LogQuery): Promise<Answer<Uint8Array>> {
    const previous = query.previous === true;
    const file = logFile(query.container, previous);
    const candidates: Segments[] = [];
    for (const cluster of this.clustersOf(query.pod.cluster)) {
      for (const room of ['proxies', 'istiod', 'ztunnel', 'cni'] as const) {
        candidates.push([...podSegments(cluster, room, query.pod), ...file]);
      }
      // The container of a ztunnel pod is called istio-proxy; recordings may name the log after the program.
      if (query.container === 'istio-proxy') {
        candidates.push([...podSegments(cluster, 'ztunnel', query.pod), ...logFile('ztunnel', previous)]);
      }
    }
    const asked = `${previous ? 'previous log' : 'log'} of ${query.container} in ${proxyId(query.pod)}`;
    return this.files.first({ asked, of: this.label }, candidates);
  }

  async close(): Promise<void> {
    this.objects.forget();
    await this.store.close();
  }

  private clustersOf(cluster: string | undefined): readonly string[] {
    return cluster === undefined ? this.index.clusters() : [cluster];
  }

  private page(proxy: PodRef, room: PodRoom, page: string, file: string): Promise<Answer<Uint8Array>> {
    const candidates = this.clustersOf(proxy.cluster).map((cluster) => [
      ...podSegments(cluster, room, proxy),
      file,
    ]);
    const known = candidates.some((candidate) => this.index.get(candidate) !== undefined);
    const next = known ? undefined : this.nearby(proxy, room);
    return this.files.first({ asked: `${page} of ${proxyId(proxy)}`, of: this.label, next }, candidates);
  }

  /** Names like that of a pod that the snapshot does not have; `undefined` when it has it or has none like it. */
  private nearby(pod: PodRef, room: PodRoom): string | undefined {
    const folders = this.index.clusters().flatMap((cluster) => this.index.podsIn(cluster, room));
    if (folders.some((folder) => proxyId(folder.pod) === proxyId(pod))) return undefined;
    const names = nearest(
      pod.name,
      folders.map((folder) => folder.pod.name),
    );
    const near = folders
      .filter((folder) => names.includes(folder.pod.name))
      .map((folder) => proxyId(folder.pod));
    return near.length === 0 ? undefined : `it has ${near.join(', ')}`;
  }
}

/** Order of proxy lists: namespace, name, cluster. */
export function compareProxies(a: ProxyEntry, b: ProxyEntry): number {
  const left = [a.pod.namespace, a.pod.name, a.pod.cluster ?? ''].join('\0');
  const right = [b.pod.namespace, b.pod.name, b.pod.cluster ?? ''].join('\0');
  return left < right ? -1 : left > right ? 1 : 0;
}
