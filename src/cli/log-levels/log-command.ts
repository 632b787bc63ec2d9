import type { LevelChangeAnswer, LevelKind } from '../../answers/level-change.ts';
import type { CommandContext } from '../context.ts';
import type { LevelJob } from './change-levels.ts';
import { noteLeftBehind, revertPending } from './left-behind.ts';
import type { LevelFlags } from './level-options.ts';
import { runLevelJob } from './run-level-job.ts';
import { SERVER_KINDS } from './server-kind.ts';

/** What the commands that show and change log levels have in common. */
export interface LogLevels {
  noteLeftBehind(): Promise<void>;
  revertPending(): Promise<LevelChangeAnswer>;
  /** As `noteLeftBehind`, then the change. */
  change(job: () => Promise<LevelJob>): AsyncGenerator<LevelChangeAnswer>;
}

/** The same for each kind of server; a command asks for its own. */
export function logLevels(kind: LevelKind, flags: LevelFlags, context: CommandContext): LogLevels {
  return {
    noteLeftBehind: () => noteLeftBehind(context, SERVER_KINDS[kind]),
    revertPending: () => revertPending(context),
    change: async function* (job) {
      await noteLeftBehind(context, SERVER_KINDS[kind]);
      for await (const answer of runLevelJob(await job(), flags, context)) {
        if (context.globals.compat) noteFailures(answer, context);
        yield answer;
      }
    },
  };
}

/** The reference's own text has no room for what failed. */
function noteFailures({ pods }: LevelChangeAnswer, context: CommandContext): void {
  for (const { pod, state, why } of pods)
    if (state === 'failed')
      context.gap({ what: `log levels of ${pod.name}.${pod.namespace}`, why: why ?? 'no answer' });
}
