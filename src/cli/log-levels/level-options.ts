import { usageError } from '../../util/errors.ts';
import { duration, flag, text } from '../options.ts';

/** Options of every command that changes log levels. */
export const LEVEL_OPTIONS = {
  revertAfter: duration(
    '--revert-after <duration>',
    'wait, and put the old levels back after this long or on Ctrl-C',
    undefined,
  ),
  dryRun: flag('--dry-run', 'say what would be sent to whom, and change nothing'),
  revertPending: flag('--revert-pending', 'put back what a killed run with --revert-after left changed'),
} as const;

/** `--level` of the commands of proxies. */
export const LEVEL = text(
  '--level <levels>',
  'set levels: LEVEL for all, or LOGGER:LEVEL,LOGGER:LEVEL; trace, debug, info, warning, error, critical or off',
);

/** What the options below are read from. */
export interface LevelFlags {
  readonly revertAfter: number | undefined;
  readonly dryRun: boolean;
  readonly revertPending: boolean;
}

/** Checks what can't stand together. `changes`: whether another option asks for a change. Throws a usage error. */
export function checkLevelFlags(
  { revertAfter, dryRun, revertPending }: LevelFlags,
  { changes, args, from }: { changes: boolean; args: readonly string[]; from: string | undefined },
): void {
  if (revertPending) {
    if (changes || args.length > 0 || revertAfter !== undefined || dryRun) {
      throw usageError('--revert-pending stands alone: it knows which levels of which pods to put back');
    }
    if (from !== undefined) throw usageError('--revert-pending changes a live mesh: leave --from out');
    return;
  }
  if (!changes && revertAfter !== undefined)
    throw usageError('--revert-after needs a change to take back', { hint: 'add --level LEVEL' });
  if (!changes && dryRun) throw usageError('--dry-run needs a change to try', { hint: 'add --level LEVEL' });
  if (revertAfter !== undefined && revertAfter < 1000)
    throw usageError('--revert-after must be at least 1s', { hint: 'write it as 30s, 10m or 1h' });
}
