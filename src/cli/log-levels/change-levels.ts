import {
  type LevelChange,
  type LevelChangeAnswer,
  levelChanges,
  type PodLevels,
  wantedChanges,
} from '../../answers/level-change.ts';
import { proxyId } from '../../kube/pod-ref.ts';
import type { LiveMesh } from '../../sources/live-mesh.ts';
import { ExitCode, MeshscopeError } from '../../util/errors.ts';
import type { CommandContext } from '../context.ts';
import { inParallel } from './in-parallel.ts';
import type { LevelIntent, LevelPlan } from './level-plan.ts';
import { levelRequest, requestText } from './level-requests.ts';
import { LevelServer, type LevelTarget } from './level-server.ts';
import type { ServerKind, ServerLevels } from './server-kind.ts';
import { undoCommand } from './undo-command.ts';

/** Pods that are spoken to at a time. */
const AT_A_TIME = 10;

/** One run of a command that changes log levels. */
export interface LevelJob {
  readonly kind: ServerKind;
  readonly port: number;
  readonly targets: readonly LevelTarget[];
  /** What is wanted of each; may ask the pod what it was started with. */
  readonly intent: (target: LevelTarget) => Promise<LevelIntent> | LevelIntent;
}

/** A pod whose levels were read, and what would change them. */
export interface PlannedPod {
  readonly target: LevelTarget;
  readonly server: LevelServer;
  readonly before: ServerLevels;
  readonly plan: LevelPlan;
}

/** The plans of all pods, and those that can't have one. */
export interface PlannedJob {
  readonly job: LevelJob;
  readonly planned: readonly PlannedPod[];
  readonly failed: readonly PodLevels[];
}

/**
 * Reads the levels of every pod and decides what to send to each; sends nothing. Throws the usage error when no pod
 * has the loggers that are asked for.
 */
export async function planJob(job: LevelJob, live: LiveMesh, context: CommandContext): Promise<PlannedJob> {
  const errors: MeshscopeError[] = [];
  let done = 0;
  const results = await inParallel(job.targets, AT_A_TIME, async (target) => {
    try {
      const server = new LevelServer(live, job.kind, target.pod, job.port);
      const before = await server.read();
      const intent = await job.intent(target);
      return { target, server, before, plan: intent(before) };
    } catch (error) {
      errors.push(asMeshscopeError(error));
      return failedPod(job.kind, target, error);
    } finally {
      context.terminal.progress(`reading log levels: ${++done} of ${job.targets.length}`);
    }
  });
  const planned = results.filter((result): result is PlannedPod => 'plan' in result);
  const failed = results.filter((result): result is PodLevels => 'state' in result);
  const usage = errors.find(({ exitCode }) => exitCode === ExitCode.usage);
  if (planned.length === 0 && usage !== undefined) throw usage;
  return { job, planned, failed };
}

/** What would be sent to whom. */
export function dryRun({ job, planned, failed }: PlannedJob, context: CommandContext): LevelChangeAnswer {
  const pods = planned.map(({ target, before, plan }): PodLevels => {
    const changes = plannedChanges(plan, before);
    const requests = plan.writes.map((write) => requestText(levelRequest(write, job.port)));
    const state = requests.length === 0 ? 'unchanged' : 'planned';
    const undo =
      changes.length === 0 ? undefined : undoCommand(context.globals, job.kind, target.pod, changes, before);
    return { pod: target.pod, kind: job.kind.kind, state, changes, requests, undo };
  });
  return { phase: 'dry-run', pods: [...failed, ...pods] };
}

/** Sends the plans, reads every level back, and tells what became of each pod. Sends nothing once `signal` is aborted. */
export async function applyJob(
  { job, planned, failed }: PlannedJob,
  context: CommandContext,
): Promise<LevelChangeAnswer> {
  let done = 0;
  const pods = await inParallel(planned, AT_A_TIME, async (pod) => {
    const result = await applyPlan(job, pod, context);
    context.terminal.progress(`changing log levels: ${++done} of ${planned.length}`);
    return result;
  });
  return { phase: 'set', pods: [...failed, ...pods] };
}

async function applyPlan(
  { kind }: LevelJob,
  { target, server, before, plan }: PlannedPod,
  context: CommandContext,
): Promise<PodLevels> {
  const { pod } = target;
  if (plan.writes.length === 0) {
    return { pod, kind: kind.kind, state: 'unchanged', changes: [], page: before.page };
  }
  try {
    for (const write of plan.writes) {
      if (context.signal.aborted)
        throw new MeshscopeError('Interrupted', ExitCode.interrupted, 'interrupted');
      await server.write(write);
    }
    const after = await server.verified(plan.wanted ?? []);
    const changes = levelChanges(before.settings, after.settings);
    const undo = changes.length === 0 ? undefined : undoCommand(context.globals, kind, pod, changes, before);
    const state = changes.length === 0 ? 'unchanged' : 'changed';
    return { pod, kind: kind.kind, state, changes, undo, page: after.page };
  } catch (error) {
    // A part of it may have been taken: what takes all of it back does no harm.
    const changes = plannedChanges(plan, before);
    const undo = changes.length === 0 ? undefined : undoCommand(context.globals, kind, pod, changes, before);
    return { ...failedPod(kind, target, error), undo };
  }
}

/** What a plan changes, as far as it can be known in advance. */
export function plannedChanges({ wanted }: LevelPlan, before: ServerLevels): readonly LevelChange[] {
  return wanted === undefined ? [] : wantedChanges(before.settings, wanted);
}

function failedPod(kind: ServerKind, { pod }: LevelTarget, error: unknown): PodLevels {
  const { message, hint, exitCode } = asMeshscopeError(error);
  return { pod, kind: kind.kind, state: 'failed', changes: [], why: message, next: hint, code: exitCode };
}

/** The error itself; what is none of ours is a bug and goes on. */
export function asMeshscopeError(error: unknown): MeshscopeError {
  if (error instanceof MeshscopeError) return error;
  throw error;
}

/** Names of pods for a message: the first three, and how many more. */
export function podNames(pods: readonly Pick<PodLevels, 'pod'>[]): string {
  const names = pods.slice(0, 3).map(({ pod }) => proxyId(pod));
  return pods.length > 3 ? `${names.join(', ')} and ${pods.length - 3} more` : names.join(', ');
}
