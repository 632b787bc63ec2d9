import type { KubeObject } from '../../kube/object.ts';
import { named } from '../named-objects.ts';
import type { Answer, ResourceQuery } from '../source.ts';
import { describeKind } from './layout.ts';
import { failed, notRecorded, type Question } from './snapshot-files.ts';
import type { SnapshotStore } from './store.ts';

/** What files of another tool tell of themselves as a whole. */
export interface OneClusterHead {
  readonly now: Date;
  readonly notes: readonly string[];
  readonly istioNamespace: string | undefined;
  /** Istio ID of the cluster. */
  readonly cluster: string;
}

/** Looks for Kubernetes objects in such files. */
export interface ObjectFinder {
  find(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>>;
  forget(): void;
}

/** What all tools but our own have in common: their files are of one cluster, and have no index. */
export abstract class OneClusterSource {
  readonly kind = 'snapshot';
  readonly label: string;
  readonly now: Date;
  readonly notes: readonly string[];
  readonly istioNamespace: string | undefined;
  readonly revision = undefined;
  /** Why nothing is known of other clusters. */
  protected abstract readonly otherCluster: string;

  constructor(
    protected readonly store: SnapshotStore,
    protected readonly head: OneClusterHead,
    private readonly objects: ObjectFinder,
  ) {
    this.label = store.label;
    this.now = head.now;
    this.notes = head.notes;
    this.istioNamespace = head.istioNamespace;
  }

  async clusters(): Promise<readonly string[]> {
    return [this.head.cluster];
  }

  async resources(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    if (this.isElsewhere(query.cluster)) return this.elsewhere(describeKind(query.group, query.plural));
    return named(await this.objects.find(query), query.name);
  }

  async close(): Promise<void> {
    this.objects.forget();
    await this.store.close();
  }

  /** Whether a question is about a cluster that is not the one of the files. */
  protected isElsewhere(cluster: string | undefined): boolean {
    return cluster !== undefined && cluster !== this.head.cluster;
  }

  /** The answer to such a question. */
  protected elsewhere(asked: string): Answer<never> {
    return notRecorded({ asked, of: this.label }, this.otherCluster);
  }

  /** The bytes of a file; `absent` says why there is none where `path` is unknown. */
  protected async file(
    question: Question,
    path: string | undefined,
    absent: string,
  ): Promise<Answer<Uint8Array>> {
    if (path === undefined) return notRecorded(question, absent);
    const file = await this.store.read(path);
    return file.ok ? { ok: true, value: file.bytes } : failed(question, file.code, file.reason);
  }
}
