import type { KubeObject } from '../kube/object.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { joinedLists } from './joined-lists.ts';
import { compareObjects } from './kube-list.ts';
import { named } from './named-objects.ts';
import { RecordingContents, type Redact, type Renaming } from './recording-contents.ts';
import { RecordingObjects } from './recording-objects.ts';
import type { SnapshotSink } from './snapshot/folder-writer.ts';
import {
  CNI_FILES,
  describeRequest,
  ENVOY_FILES,
  istiodFiles,
  logFile,
  MANIFEST,
  type PodRoom,
  podSegments,
  proxyListSegments,
  type Segments,
  ZTUNNEL_FILES,
} from './snapshot/layout.ts';
import { formatManifest, type Manifest } from './snapshot/manifest.ts';
import type {
  Answer,
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

/** What a recording needs besides its source. */
export interface RecordingOptions {
  /** Program and version that write the snapshot. */
  readonly createdBy: string;
  /** Milliseconds of a clock that only runs forward; differences of it become `tookMs`. */
  readonly ticks: () => number;
  readonly redaction?: Manifest['redaction'] | undefined;
  /** What is kept of each file; all of it when absent. */
  readonly redact?: Redact | undefined;
  /** A recording that this one is another cluster of: both have one index, which that one writes. */
  readonly beside?: RecordingSource | undefined;
  /** What paths, questions and the index call things by; as they are when absent. */
  readonly renaming?: Renaming | undefined;
}

/**
 * Passes questions on to a source and keeps every raw answer, and every failure with its reason, in the snapshot
 * layout. What the recording holds is what was asked. `finish` writes the index; without it there is no snapshot.
 */
export class RecordingSource extends WrappedSource {
  private readonly contents: RecordingContents;
  private readonly objects: RecordingObjects;
  private clusterNames: Promise<readonly string[]> | undefined;
  private known: readonly ProxyEntry[] = [];

  constructor(
    source: MeshSource,
    private readonly sink: SnapshotSink,
    private readonly options: RecordingOptions,
  ) {
    super(source);
    this.contents = options.beside?.contents ?? new RecordingContents(sink, options.redact, options.renaming);
    this.objects = new RecordingObjects(this.contents);
  }

  clusters(): Promise<readonly string[]> {
    this.clusterNames ??= this.source.clusters();
    return this.clusterNames;
  }

  async resources({
    name,
    metadataOnly: _,
    ...query
  }: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    // A list of one object, or of less than objects, would pass for the whole one: all is asked for and kept.
    return named(await this.allResources(query), name);
  }

  private async allResources(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    // Objects do not say which cluster they are of, so several clusters are asked one by one.
    const clusters = query.cluster === undefined ? await this.clusters() : [query.cluster];
    if (clusters.length < 2) {
      const { answer, tookMs } = await this.timed(() => this.source.resources(query));
      this.objects.add(clusters[0] ?? this.ownCluster(), query, answer, tookMs);
      return answer;
    }
    const answers: Answer<readonly KubeObject[]>[] = [];
    for (const cluster of clusters) answers.push(await this.allResources({ ...query, cluster }));
    return joinedLists(answers, compareObjects);
  }

  async proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    const answer = await this.source.proxies();
    const missing = answer.ok ? answer.missing : [answer.error];
    if (answer.ok) this.known = answer.value;
    if (missing !== undefined && missing.length > 0) {
      const reason = missing.map((error) => error.reason).join('; ');
      const cluster = (await this.clusters())[0] ?? DEFAULT_CLUSTER;
      const entry = {
        question: 'the list of proxies',
        status: answer.ok ? 'partial' : 'failed',
        reason,
      } as const;
      this.contents.note(proxyListSegments(cluster), entry);
    }
    return answer;
  }

  async istiod(request: IstiodRequest): Promise<readonly IstiodReply[]> {
    const { answer: replies, tookMs } = await this.timed(() => this.source.istiod(request));
    const question = describeRequest(request);
    for (const { istiod, answer } of replies) {
      const segments = [...(await this.folder('istiod', istiod)), ...istiodFiles(request)[0]];
      await this.contents.add({ segments, question, tookMs }, answer);
    }
    return replies;
  }

  envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    const question = `${page} of ${proxyId(proxy)}`;
    return this.kept('proxies', proxy, [ENVOY_FILES[page]], question, () => this.source.envoy(proxy, page));
  }

  ztunnel(proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>> {
    const question = `${page} of ${proxyId(proxy)}`;
    return this.kept('ztunnel', proxy, [ZTUNNEL_FILES[page]], question, () =>
      this.source.ztunnel(proxy, page),
    );
  }

  cni(pod: PodRef, page: CniPage): Promise<Answer<Uint8Array>> {
    const question = `CNI ${page} of ${proxyId(pod)}`;
    return this.kept('cni', pod, [CNI_FILES[page]], question, () => this.source.cni(pod, page));
  }

  logs(query: LogQuery): Promise<Answer<Uint8Array>> {
    const previous = query.previous === true;
    const question = `${previous ? 'previous log' : 'log'} of ${query.container} in ${proxyId(query.pod)}`;
    const file = logFile(query.container, previous);
    return this.kept(roomOfLog(query), query.pod, file, question, () => this.source.logs(query));
  }

  /** Writes the lists of a kind, after its last question: they are no longer kept in memory then. */
  writeObjects(kind: Pick<ResourceQuery, 'group' | 'plural'>): Promise<void> {
    return this.objects.write(kind);
  }

  /** Keeps a file that was made from the answers, or why it could not be made. */
  async keep(segments: Segments, question: string, answer: Answer<Uint8Array>): Promise<void> {
    await this.contents.add({ segments, question, tookMs: 0 }, answer);
  }

  /** Writes the object lists and `snapshot.json`; to be called once, after the last question. `others`: those beside it. */
  async finish(others: readonly RecordingSource[] = []): Promise<Manifest> {
    const manifest = await this.soFar(others);
    await this.sink.write(MANIFEST, Buffer.from(formatManifest(manifest)));
    return manifest;
  }

  /** Writes the object lists, and answers the index as it would be if nothing more were asked. */
  async soFar(others: readonly RecordingSource[] = []): Promise<Manifest> {
    const all = [this, ...others];
    for (const one of all) await one.settle();
    const { renaming } = this.options;
    const called = (name: string | undefined): string | undefined =>
      name === undefined ? undefined : (renaming?.text(name) ?? name);
    const contexts = [...new Set(all.map(({ context = '' }) => context))].filter((one) => one !== '');
    return {
      createdAt: this.source.now,
      createdBy: this.options.createdBy,
      context: contexts.map((one) => renaming?.whole(one) ?? one).join(', '),
      istioNamespace: called(this.source.istioNamespace),
      revision: called(this.source.revision),
      redaction: this.options.redaction ?? { mode: 'none' },
      contents: this.contents.sorted(),
    };
  }

  private async settle(): Promise<void> {
    await this.objects.write();
    for (const { pod, kind } of this.known) {
      const room = kind === 'envoy' ? 'proxies' : 'ztunnel';
      const question = `config_dump of ${proxyId(pod)}`;
      const segments = [...(await this.folder(room, pod)), ENVOY_FILES.config_dump];
      this.contents.note(segments, { question, status: 'skipped', reason: 'it was not asked for' });
    }
  }

  private async kept(
    room: PodRoom,
    pod: PodRef,
    file: readonly string[],
    question: string,
    ask: () => Promise<Answer<Uint8Array>>,
  ): Promise<Answer<Uint8Array>> {
    const { answer, tookMs } = await this.timed(ask);
    await this.contents.add(
      { segments: [...(await this.folder(room, pod)), ...file], question, tookMs },
      answer,
    );
    return answer;
  }

  private async folder(room: PodRoom, pod: PodRef): Promise<readonly string[]> {
    return podSegments(pod.cluster ?? (await this.clusters())[0] ?? this.ownCluster(), room, pod);
  }

  /** The cluster where no istiod tells its name: that of its proxies, so that a recording holds one cluster. */
  private ownCluster(): string {
    return this.known.find(({ pod }) => pod.cluster !== undefined)?.pod.cluster ?? DEFAULT_CLUSTER;
  }

  private async timed<T>(ask: () => Promise<T>): Promise<{ answer: T; tookMs: number }> {
    const start = this.options.ticks();
    const answer = await ask();
    return { answer, tookMs: Math.round(this.options.ticks() - start) };
  }
}

/** Istio's own name for a cluster that was given none. */
const DEFAULT_CLUSTER = 'Kubernetes';

/** Decided by the question alone, so that a recording does not depend on what else was asked before. */
function roomOfLog({ pod, container }: LogQuery): PodRoom {
  if (container === 'discovery') return 'istiod';
  if (container === 'install-cni' || pod.name.startsWith('istio-cni-node-')) return 'cni';
  return container === 'ztunnel' || pod.name.startsWith('ztunnel-') ? 'ztunnel' : 'proxies';
}
