import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LevelChangeAnswer } from '../../answers/level-change.ts';
import type { MeshSource } from '../../sources/source.ts';
import { humanDuration, secondsOf } from '../../util/duration.ts';
import type { CommandContext } from '../context.ts';
import {
  applyJob,
  dryRun,
  type LevelJob,
  type PlannedJob,
  type PlannedPod,
  planJob,
  plannedChanges,
  podNames,
} from './change-levels.ts';
import { Journal, type Journaled } from './journal.ts';
import type { JournalEntry, OldLevel } from './journal-entry.ts';
import type { LevelFlags } from './level-options.ts';
import { liveMesh } from './level-targets.ts';
import { revertLevels } from './revert-levels.ts';
import { revertPendingCommand } from './undo-command.ts';

/**
 * Changes log levels as the options say: `--dry-run` only says what it would do; with `--revert-after` a second answer
 * follows when the old levels are back. Whatever ends the run but a kill puts them back; after a kill they are in the
 * journal.
 */
export async function* runLevelJob(
  job: LevelJob,
  flags: LevelFlags,
  context: CommandContext,
): AsyncGenerator<LevelChangeAnswer> {
  const source = await context.source();
  const planned = await planJob(job, liveMesh(source, context), context);
  if (flags.dryRun) yield dryRun(planned, context);
  else if (flags.revertAfter === undefined) yield await changeForGood(planned, context);
  else yield* changeForAWhile(planned, flags.revertAfter, source, context);
}

async function changeForGood(planned: PlannedJob, context: CommandContext): Promise<LevelChangeAnswer> {
  const answer = await applyJob(planned, context);
  if (context.io.signal.aborted) {
    for (const { undo } of answer.pods)
      if (undo !== undefined) await context.terminal.warn(`changed before the interruption; undo: ${undo}`);
  }
  return answer;
}

async function* changeForAWhile(
  planned: PlannedJob,
  afterMs: number,
  source: MeshSource,
  context: CommandContext,
): AsyncGenerator<LevelChangeAnswer> {
  const journal = new Journal(context.io);
  const deadline = new Date(context.io.clock().getTime() + afterMs);
  const changes = await writeDown(planned, deadline, source, journal, context);
  let reverted: LevelChangeAnswer | undefined;
  const revert = async (): Promise<LevelChangeAnswer> => {
    reverted ??= await revertLevels(changes, journal, context);
    return reverted;
  };
  try {
    const answer = await applyJob(planned, context);
    const failed = answer.pods.filter(({ state }) => state === 'failed').length;
    if (!answer.pods.some(({ state }) => state === 'changed')) {
      // What failed may have been taken in part.
      await revert();
      yield answer;
      return;
    }
    const at = secondsOf(deadline);
    const byHand = revertPendingCommand(planned.job.kind);
    yield { ...answer, reverts: { at, after: humanDuration(afterMs), byHand } };
    await waitFor(afterMs, deadline, changes.length, context);
    yield { ...(await revert()), failedBefore: failed };
  } finally {
    const wasInterrupted = reverted === undefined || context.io.signal.aborted;
    await noteReverted(await revert(), wasInterrupted, context);
  }
}

/** Writes every change down before the first is made. Throws, with nothing changed, when that fails. */
async function writeDown(
  { job, planned }: PlannedJob,
  deadline: Date,
  source: MeshSource,
  journal: Journal,
  context: CommandContext,
): Promise<readonly Journaled[]> {
  const written: Journaled[] = [];
  try {
    for (const pod of planned) {
      if (pod.plan.writes.length === 0) continue;
      written.push(await journal.add(entryOf(job, pod, deadline, source, context)));
    }
    return written;
  } catch (error) {
    for (const change of written) await journal.remove(change);
    throw error;
  }
}

function entryOf(
  job: LevelJob,
  { target, before, plan }: PlannedPod,
  deadline: Date,
  source: MeshSource,
  { globals, io }: CommandContext,
): JournalEntry {
  const changed = plannedChanges(plan, before).map(
    ({ logger, from, stackTrace }): OldLevel => ({
      logger,
      level: from ?? null,
      ...(stackTrace ? { stackTrace } : {}),
    }),
  );
  // A reset, or text in the server's own words, may change anything: everything is written down.
  const whole =
    plan.wanted === undefined || plan.writes.some((write) => write.to === 'ztunnel' && write.reset);
  return {
    login: {
      server: source.live?.server ?? '',
      context: source.context === 'in-cluster' ? undefined : source.context,
      kubeconfig: globals.kubeconfig === undefined ? undefined : resolve(io.cwd, globals.kubeconfig),
      kubeconfigEnv: globals.kubeconfig === undefined ? io.env['KUBECONFIG'] : undefined,
      as: globals.as,
      asGroup: globals.asGroup,
      asUid: globals.asUid,
    },
    kind: job.kind.kind,
    pod: { name: target.pod.name, namespace: target.pod.namespace },
    uid: target.uid,
    port: job.port,
    old: whole ? before.settings : changed,
    whole,
    createdAt: io.clock().toISOString(),
    deadline: deadline.toISOString(),
    host: hostname(),
    pid: process.pid,
  };
}

/** Waits until the deadline or Ctrl-C, with a countdown on a terminal. Time that the machine slept through counts. */
async function waitFor(
  ms: number,
  deadline: Date,
  pods: number,
  { io, terminal }: CommandContext,
): Promise<void> {
  const end = performance.now() + ms;
  const left = (): number => Math.min(end - performance.now(), deadline.getTime() - io.clock().getTime());
  while (!io.signal.aborted && left() > 0 && performance.now() < end) {
    const what = `${pods} ${pods === 1 ? 'pod' : 'pods'}`;
    terminal.progress(`log levels of ${what} go back in ${humanDuration(left())} (Ctrl-C: now)`);
    await sleep(Math.min(1000, Math.max(1, left())), undefined, { signal: io.signal }).catch(() => {});
  }
  terminal.clearProgress();
}

/** Says on stderr how the end of an interrupted run left the levels, and after any run what could not be put back. */
async function noteReverted(
  { pods }: LevelChangeAnswer,
  wasInterrupted: boolean,
  { terminal }: CommandContext,
): Promise<void> {
  const failed = pods.filter(({ state }) => state === 'failed');
  const back = pods.filter(({ state }) => state !== 'failed');
  if (wasInterrupted && back.length > 0)
    await terminal.note(`the old log levels are back: ${podNames(back)}`);
  for (const { pod, why } of failed)
    await terminal.warn(`the old log levels of ${podNames([{ pod }])} are not back: ${why ?? 'no answer'}`);
}
