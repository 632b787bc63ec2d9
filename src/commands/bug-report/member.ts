import { LimitedSource } from '../../sources/limited-source.ts';
import { type RecordingOptions, RecordingSource } from '../../sources/recording.ts';
import type { SnapshotSink } from '../../sources/snapshot/folder-writer.ts';
import type { IstiodReply, MeshSource } from '../../sources/source.ts';
import { type CollectFacts, istiodPods, proxiesAmong } from './facts.ts';
import { ANSWER_LIMITS } from './plan.ts';

/** What is known of one cluster by itself. */
export type OwnFacts = Pick<CollectFacts, 'pods' | 'proxies' | 'istiods'>;

const NOTHING: OwnFacts = { pods: [], proxies: [], istiods: [] };

/** One cluster that is collected: its source with limits, and its recording, which has one index with the others. */
export class Member {
  readonly limited: LimitedSource;
  readonly recording: RecordingSource;
  /** What its istiods answered, by page. */
  readonly replies = new Map<string, readonly IstiodReply[]>();
  /** Why nothing more is asked of it. */
  unreached: string | undefined;
  facts: OwnFacts = NOTHING;

  constructor(source: MeshSource, sink: SnapshotSink, options: RecordingOptions) {
    this.limited = new LimitedSource(source, ANSWER_LIMITS);
    this.recording = new RecordingSource(this.limited, sink, options);
  }

  /** How messages call it. */
  get label(): string {
    return this.limited.label;
  }

  /**
   * Pods and proxies: without them nobody knows whom to ask. A cluster that does not answer this within `mostMs` is
   * asked no more, so that it costs the others no time.
   */
  async learnFirst(namespaces: readonly string[], mostMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`no answer within ${Math.round(mostMs / 100) / 10} s`), mostMs);
    });
    const failure = await Promise.race([this.#learn(namespaces), late]);
    clearTimeout(timer);
    if (failure === undefined || this.limited.ended !== undefined) return;
    this.unreached = failure;
    this.limited.end(`the cluster can't be reached: ${failure}`);
  }

  /** Answers why the cluster can't be reached. */
  async #learn(namespaces: readonly string[]): Promise<string | undefined> {
    // The name under which everything is kept, also what fails from now on.
    await this.recording.clusters();
    const answer = await this.recording.proxies();
    const pods = await this.limited.resources({ group: '', plural: 'pods' });
    if (!answer.ok && !pods.ok && (pods.error.code === 'Unreachable' || pods.error.code === 'Timeout'))
      return pods.error.reason;
    const objects = pods.ok ? pods.value : await this.#podsOf(namespaces);
    // Who may not list pods everywhere may do so in a namespace.
    const proxies = answer.ok ? answer.value : proxiesAmong(objects);
    this.facts = { pods: objects, proxies, istiods: istiodPods([], objects) };
    return undefined;
  }

  async #podsOf(namespaces: readonly string[]): Promise<CollectFacts['pods']> {
    const answers = await Promise.all(
      namespaces.map((namespace) => this.limited.resources({ group: '', plural: 'pods', namespace })),
    );
    return answers.flatMap((answer) => (answer.ok ? answer.value : []));
  }

  /** Takes what its istiods said of themselves into account. */
  learnIstiods(): void {
    const { pods } = this.facts;
    this.facts = { ...this.facts, istiods: istiodPods(this.replies.get('syncz') ?? [], pods) };
  }
}
