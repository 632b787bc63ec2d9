import type { CommandContext } from '../../cli/context.ts';
import { whileWaiting } from '../../cli/while-waiting.ts';
import { LimitedSource } from '../../sources/limited-source.ts';
import { RecordingSource } from '../../sources/recording.ts';
import type { Redact } from '../../sources/recording-contents.ts';
import type { ArchiveWriter } from '../../sources/snapshot/archive-writer.ts';
import { formatBytes } from '../../sources/snapshot/limits.ts';
import type { Manifest } from '../../sources/snapshot/manifest.ts';
import { OrderedSink } from '../../sources/snapshot/ordered-sink.ts';
import type { IstiodReply, MeshSource } from '../../sources/source.ts';
import { MESHSCOPE_VERSION } from '../../util/version.ts';
import { type CollectFacts, istiodPods, proxiesAmong, troubledProxies } from './facts.ts';
import { inLanes } from './in-lanes.ts';
import { ANSWER_LIMITS, PLAN, type Stage } from './plan.ts';
import { type Task, type TaskOptions, tasksOf } from './tasks.ts';
import { type Wanted, wantedProxies } from './wanted.ts';

/** How a mesh is collected. */
export interface CollectOptions extends Omit<TaskOptions, 'onReplies'> {
  readonly timeoutMs: number;
  /** The time limit as it was given, where a part of it is used up already. */
  readonly timeLimitMs?: number | undefined;
  readonly concurrency: number;
  readonly wanted: Wanted;
  readonly redact: Redact;
  readonly redaction: Manifest['redaction'];
}

/** A collected mesh. */
export interface Collected {
  readonly manifest: Manifest;
  readonly index: Uint8Array;
  readonly troubled: readonly string[];
  /** Why it ended before all was asked. */
  readonly ended: string | undefined;
}

/** How often the progress line is drawn. */
const REDRAW_MS = 250;

/**
 * Puts the questions of the plan to a mesh, a few at a time, and writes the answers to an archive as they come. Ends at
 * the deadline, at Ctrl-C or when the archive is full: what was not asked by then is in the index, with the reason.
 * Throws what writing the archive throws.
 */
export async function collect(
  context: Pick<CommandContext, 'signal' | 'terminal'>,
  source: MeshSource,
  archive: ArchiveWriter,
  options: CollectOptions,
): Promise<Collected> {
  const limited = new LimitedSource(source, ANSWER_LIMITS);
  const sink = new OrderedSink(archive);
  const start = performance.now();
  const recording = new RecordingSource(limited, sink, {
    createdBy: `meshscope ${MESHSCOPE_VERSION}`,
    // Reading a recording takes no time that would say anything of the mesh.
    ticks: source.kind === 'snapshot' ? () => 0 : () => performance.now() - start,
    redaction: options.redaction,
    redact: options.redact,
  });
  const run = new Run(context, recording, limited, sink, archive, options);
  const interrupt = (): void => limited.end('it was interrupted');
  const seconds = Math.round((options.timeLimitMs ?? options.timeoutMs) / 100) / 10;
  const timer = setTimeout(
    () => limited.end(`the time limit (--timeout ${seconds}s) was reached`),
    options.timeoutMs,
  );
  if (context.signal.aborted) interrupt();
  context.signal.addEventListener('abort', interrupt, { once: true });
  try {
    const troubled = await run.all();
    const manifest = await recording.finish();
    await sink.flush();
    return { manifest, index: sink.index ?? new Uint8Array(), troubled, ended: limited.ended };
  } finally {
    clearTimeout(timer);
    context.signal.removeEventListener('abort', interrupt);
  }
}

/** Longest time that the next stage waits for the one before, in milliseconds. */
const LONGEST_STAGE_MS = 20_000;

class Run {
  readonly #replies = new Map<string, readonly IstiodReply[]>();

  constructor(
    private readonly context: Pick<CommandContext, 'terminal'>,
    private readonly recording: RecordingSource,
    private readonly limited: LimitedSource,
    private readonly sink: OrderedSink,
    private readonly archive: ArchiveWriter,
    private readonly options: CollectOptions,
  ) {}

  /** IDs of the proxies that were asked first. */
  async all(): Promise<readonly string[]> {
    let facts = await whileWaiting(this.context, 'looking for pods and proxies', this.#firstFacts());
    let isFirst = true;
    const stages: Promise<void>[] = [];
    for (const stage of PLAN) {
      const asking = this.#stage(stage, facts);
      // Its failure is thrown when all are waited for.
      asking.catch(() => {});
      stages.push(asking);
      await this.#waitFor(asking);
      if (isFirst)
        facts = await whileWaiting(this.context, 'looking for what is wrong', this.#learned(facts));
      isFirst = false;
    }
    await Promise.all(stages);
    return [...facts.troubled].filter(facts.wanted).sort();
  }

  /** The end of a stage, but no longer than its share of the time: what hangs is waited for beside the next stages. */
  async #waitFor(asking: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const share = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.min(LONGEST_STAGE_MS, this.options.timeoutMs / (PLAN.length + 2)));
    });
    await Promise.race([asking, share]);
    clearTimeout(timer);
  }

  /** Pods and proxies: without them nobody knows whom to ask. */
  async #firstFacts(): Promise<CollectFacts> {
    const answer = await this.recording.proxies();
    const pods = await this.limited.resources({ group: '', plural: 'pods' });
    const objects = pods.ok ? pods.value : await this.#podsOfNamespaces();
    // Who may not list pods everywhere may do so in a namespace.
    const proxies = answer.ok ? answer.value : proxiesAmong(objects);
    const istiods = istiodPods([], objects);
    return { pods: objects, proxies, istiods, troubled: new Set(), wanted: () => true };
  }

  async #podsOfNamespaces(): Promise<CollectFacts['pods']> {
    const namespaces = [...this.options.namespaces, ...this.options.fallback];
    const answers = await Promise.all(
      namespaces.map((namespace) => this.limited.resources({ group: '', plural: 'pods', namespace })),
    );
    return answers.flatMap((answer) => (answer.ok ? answer.value : []));
  }

  /** What the answers of the control plane tell: who has a problem, and who belongs to the workload asked for. */
  async #learned(facts: CollectFacts): Promise<CollectFacts> {
    const replies = this.#replies.get('syncz') ?? [];
    const wanted = await wantedProxies(this.options.wanted, facts, (pod) =>
      this.recording.envoy(pod, 'clusters'),
    );
    return {
      ...facts,
      istiods: istiodPods(replies, facts.pods),
      troubled: troubledProxies(replies, facts.pods),
      wanted,
    };
  }

  async #stage(stage: Stage, facts: CollectFacts): Promise<void> {
    const tasks = tasksOf(stage, facts, {
      ...this.options,
      onReplies: (name, replies) => this.#replies.set(name, replies),
    });
    const placed = tasks.map((task) => ({ task, turn: this.sink.turn() }));
    let done = 0;
    const show = (): void => {
      const packed = formatBytes(this.archive.bytes);
      this.context.terminal.progress(
        `${stage.title}: ${done} of ${tasks.length} questions, archive ${packed}`,
      );
    };
    const lane = ({ task }: (typeof placed)[number]): Task['server'] => task.server;
    const redraw = setInterval(show, REDRAW_MS);
    try {
      await inLanes(placed, { atATime: this.options.concurrency, lane }, async ({ task, turn }) => {
        if (this.sink.full !== undefined) this.limited.end(this.sink.full);
        await this.sink.within(turn, () => task.ask(this.recording));
        done += 1;
      });
    } finally {
      clearInterval(redraw);
      this.context.terminal.clearProgress();
    }
  }
}
