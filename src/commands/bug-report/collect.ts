import type { CommandContext } from '../../cli/context.ts';
import { whileWaiting } from '../../cli/while-waiting.ts';
import { clusterViews } from '../../sources/joined-source.ts';
import type { Redact, Renaming } from '../../sources/recording-contents.ts';
import type { ArchiveWriter } from '../../sources/snapshot/archive-writer.ts';
import type { SnapshotSink } from '../../sources/snapshot/folder-writer.ts';
import { formatBytes } from '../../sources/snapshot/limits.ts';
import type { Manifest } from '../../sources/snapshot/manifest.ts';
import { OrderedSink } from '../../sources/snapshot/ordered-sink.ts';
import type { MeshSource } from '../../sources/source.ts';
import { MESHSCOPE_VERSION } from '../../util/version.ts';
import type { Collected, Refused } from './collected.ts';
import { type CollectFacts, troubledProxies } from './facts.ts';
import { type Lane, Lanes } from './lanes.ts';
import { Member } from './member.ts';
import { INTERRUPTED, type ReportFile } from './mesh-report.ts';
import { PLAN, type PlanRight, type Stage } from './plan.ts';
import { type Task, type TaskOptions, tasksOf } from './tasks.ts';
import { type Wanted, wantedProxies } from './wanted.ts';

/** How a mesh is collected. */
export interface CollectOptions extends Omit<TaskOptions, 'onReplies' | 'onRefused'> {
  readonly timeoutMs: number;
  /** The time limit as it was given, where a part of it is used up already. */
  readonly timeLimitMs?: number | undefined;
  readonly concurrency: number;
  readonly wanted: Wanted;
  readonly redact: Redact;
  readonly redaction: Manifest['redaction'];
  /** What paths and questions call things by. */
  readonly renaming?: Renaming | undefined;
  /** Makes the report of the archive; without it, there is none. */
  readonly report?: ReportMaker | undefined;
}

/** Makes the report of an archive from its own files. */
export interface ReportMaker {
  /** A sink that also keeps what the report is made from. */
  beside(sink: SnapshotSink): SnapshotSink;
  /** `ended`: why not all was asked. */
  make(manifest: Manifest, ended: string | undefined, mostMs: number): Promise<readonly ReportFile[]>;
}

/** How often the progress line is drawn. */
const REDRAW_MS = 250;

/**
 * Puts the questions of the plan to a mesh, a few at a time, and writes the answers to an archive as they come. Ends at
 * the deadline, at Ctrl-C or when the archive is full: what was not asked by then is in the index, with the reason.
 * Of several clusters each stage is asked of all before the next one begins. Throws what writing the archive throws.
 */
export async function collect(
  context: Pick<CommandContext, 'signal' | 'terminal'>,
  source: MeshSource,
  archive: ArchiveWriter,
  options: CollectOptions,
): Promise<Collected> {
  const sink = new OrderedSink(archive);
  const start = performance.now();
  const { report } = options;
  const members = await membersOf(source, report?.beside(sink) ?? sink, options);
  const run = new Run(context, members, sink, archive, options);
  const interrupt = (): void => run.end(INTERRUPTED);
  const seconds = Math.round((options.timeLimitMs ?? options.timeoutMs) / 100) / 10;
  const timer = setTimeout(
    () => run.end(`the time limit (--timeout ${seconds}s) was reached`),
    options.timeoutMs,
  );
  if (context.signal.aborted) interrupt();
  context.signal.addEventListener('abort', interrupt, { once: true });
  try {
    const troubled = await run.all();
    const { ended } = run;
    const [first, ...others] = members.map(({ recording }) => recording);
    if (first === undefined) throw new Error('a source has at least one cluster');
    if (report !== undefined) {
      const left = options.timeoutMs - (performance.now() - start);
      await sink.flush();
      archive.useReserve();
      for (const { name, answer } of await report.make(await first.soFar(others), ended, left))
        await first.keep(['report', name], `the report (${name})`, answer);
    }
    const manifest = await first.finish(others);
    await sink.flush();
    // Ctrl-C while the report was made leaves the answers as they are.
    const cut = context.signal.aborted ? INTERRUPTED : undefined;
    const unreached = members.flatMap(({ label, unreached: why }) =>
      why === undefined ? [] : [{ cluster: label, why }],
    );
    return {
      manifest,
      index: sink.index ?? new Uint8Array(),
      troubled,
      ended: ended ?? cut,
      refused: run.refused,
      unreached,
    };
  } finally {
    clearTimeout(timer);
    context.signal.removeEventListener('abort', interrupt);
  }
}

async function membersOf(
  source: MeshSource,
  sink: SnapshotSink,
  { redact, redaction, renaming }: CollectOptions,
): Promise<readonly Member[]> {
  const start = performance.now();
  const members: Member[] = [];
  for (const view of await clusterViews(source)) {
    const recording = {
      createdBy: `meshscope ${MESHSCOPE_VERSION}`,
      // Reading a recording takes no time that would say anything of the mesh.
      ticks: source.kind === 'snapshot' ? () => 0 : () => performance.now() - start,
      redaction,
      redact,
      renaming,
      beside: members[0]?.recording,
    };
    members.push(new Member(view, sink, recording));
  }
  return members;
}

/** Longest time without an answer that the next stage waits for the one before, in milliseconds. */
const LONGEST_STAGE_MS = 20_000;

class Run {
  /** Why it ended before all was asked. */
  ended: string | undefined;
  readonly #stageMs: number;
  readonly #servers = new Lanes();
  readonly #refused: { readonly right: PlanRight; readonly lacksRight: boolean }[] = [];
  /** How many questions were answered so far. */
  #answered = 0;

  constructor(
    private readonly context: Pick<CommandContext, 'terminal'>,
    private readonly members: readonly Member[],
    private readonly sink: OrderedSink,
    private readonly archive: ArchiveWriter,
    private readonly options: CollectOptions,
  ) {
    this.#stageMs = Math.min(LONGEST_STAGE_MS, options.timeoutMs / (PLAN.length + 2));
  }

  get refused(): Refused {
    const rights = this.#refused.filter(({ lacksRight }) => lacksRight).map(({ right }) => right);
    return { lists: this.#refused.length, rights };
  }

  /** Ends all that is under way, in every cluster. */
  end(reason: string): void {
    this.ended ??= reason;
    for (const { limited } of this.members) limited.end(reason);
  }

  /** IDs of the proxies that were asked first. */
  async all(): Promise<readonly string[]> {
    const namespaces = [...this.options.namespaces, ...this.options.fallback];
    // One that is slow costs others no time where there are none.
    const mostMs = this.members.length > 1 ? this.#stageMs : this.options.timeoutMs;
    const learning = Promise.all(this.members.map((member) => member.learnFirst(namespaces, mostMs)));
    await whileWaiting(this.context, 'looking for pods and proxies', learning);
    let mesh: MeshFacts = { troubled: new Set(), wanted: () => true };
    let isFirst = true;
    const stages: Promise<void>[] = [];
    for (const stage of PLAN) {
      const asking = this.#stage(stage, mesh);
      // Its failure is thrown when all are waited for.
      asking.catch(() => {});
      stages.push(asking);
      await this.#waitFor(asking);
      if (isFirst) mesh = await whileWaiting(this.context, 'looking for what is wrong', this.#learned());
      isFirst = false;
    }
    await Promise.all(stages);
    return [...mesh.troubled].filter(mesh.wanted).sort();
  }

  /** The end of a stage, or a while without any answer: what hangs is waited for beside the next stages. */
  async #waitFor(asking: Promise<void>): Promise<void> {
    let isOver = false;
    const end = asking.then(() => {
      isOver = true;
    });
    for (let before = -1; !isOver && before < this.#answered; ) {
      before = this.#answered;
      let timer: NodeJS.Timeout | undefined;
      const share = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, this.#stageMs);
      });
      await Promise.race([end, share]);
      clearTimeout(timer);
    }
  }

  /** What the answers of all control planes tell: who has a problem, and who belongs to the workload asked for. */
  async #learned(): Promise<MeshFacts> {
    for (const member of this.members) member.learnIstiods();
    const replies = this.members.flatMap((member) => member.replies.get('syncz') ?? []);
    const pods = this.members.flatMap(({ facts }) => facts.pods);
    const proxies = this.members.flatMap(({ facts }) => facts.proxies);
    const owners = new Map(
      this.members.flatMap((member) => member.facts.proxies.map(({ pod }) => [pod, member] as const)),
    );
    const wanted = await wantedProxies(this.options.wanted, { pods, proxies }, (pod) =>
      (owners.get(pod) ?? this.members[0])?.recording.envoy(pod, 'clusters'),
    );
    return { troubled: troubledProxies(replies, pods), wanted };
  }

  async #stage(stage: Stage, mesh: MeshFacts): Promise<void> {
    const tasks = this.members.flatMap((member) =>
      tasksOf(stage, { ...member.facts, ...mesh }, this.#taskOptions(member)).map((task) => ({
        member,
        task,
      })),
    );
    const placed = tasks.map((one) => ({ ...one, turn: this.sink.turn() }));
    let done = 0;
    const show = (): void => {
      const packed = formatBytes(this.archive.bytes);
      this.context.terminal.progress(
        `${stage.title}: ${done} of ${tasks.length} questions, archive ${packed}`,
      );
    };
    const lanes = (one: (typeof placed)[number]): readonly Lane[] => this.#lanes(one.member, one.task);
    const redraw = setInterval(show, REDRAW_MS);
    try {
      await this.#servers.work(
        placed,
        { atATime: this.options.concurrency, lanes },
        async ({ member, task, turn }) => {
          if (this.sink.full !== undefined) this.end(this.sink.full);
          await this.sink.within(turn, () => task.ask(member.recording));
          done += 1;
          this.#answered += 1;
        },
      );
    } finally {
      clearInterval(redraw);
      this.context.terminal.clearProgress();
    }
  }

  #taskOptions(member: Member): TaskOptions {
    return {
      ...this.options,
      onReplies: (name, replies) => member.replies.set(name, replies),
      onRefused: (right, { lacksRight = false }) => this.#refused.push({ right, lacksRight }),
    };
  }

  /** Of several clusters none takes more than half of the places: one that hangs leaves the others theirs. */
  #lanes(member: Member, { server }: Task): readonly Lane[] {
    if (this.members.length < 2) return [server];
    const at = this.members.indexOf(member);
    const share = Math.max(1, Math.ceil(this.options.concurrency / 2));
    return [
      { name: `${at} ${server.name}`, most: server.most },
      { name: `${at}`, most: share },
    ];
  }
}

/** What is known of the mesh as a whole, over all clusters. */
type MeshFacts = Pick<CollectFacts, 'troubled' | 'wanted'>;
