import type { LevelChangeAnswer } from '../../answers/level-change.ts';
import { secondsOf } from '../../util/duration.ts';
import type { CommandContext } from '../context.ts';
import { podNames } from './change-levels.ts';
import { Journal } from './journal.ts';
import { revertLevels } from './revert-levels.ts';
import type { ServerKind } from './server-kind.ts';
import { revertPendingCommand } from './undo-command.ts';

/** Says on stderr what runs that were killed left changed, and the one command that puts it back. */
export async function noteLeftBehind(context: CommandContext, kind: ServerKind): Promise<void> {
  const { entries, damaged } = await new Journal(context.io).leftBehind();
  await noteDamaged(context, damaged);
  if (entries.length === 0) return;
  const since = secondsOf(new Date(entries[0]?.entry.createdAt ?? 0));
  const contexts = [...new Set(entries.flatMap(({ entry }) => entry.login.context ?? []))].join(', ');
  const where = contexts === '' ? '' : ` (context ${contexts})`;
  await context.terminal.warn(
    `log levels of ${podNames(entries.map(({ entry }) => entry))} are still changed${where}: a run of ${since} was killed before it put them back`,
  );
  await context.terminal.warn(`${revertPendingCommand(kind)} puts them back`);
}

/** Puts back what runs that were killed left changed: of the context that `--context` names, else everywhere. */
export async function revertPending(context: CommandContext): Promise<LevelChangeAnswer> {
  const journal = new Journal(context.io);
  const { entries, damaged } = await journal.leftBehind();
  await noteDamaged(context, damaged);
  const own = entries.filter(({ entry }) => entry.login.context === context.globals.context);
  return revertLevels(own.length > 0 ? own : entries, journal, context);
}

async function noteDamaged(context: CommandContext, files: readonly string[]): Promise<void> {
  for (const file of files) {
    await context.terminal.warn(
      `${file} should say which log levels to put back, but can't be read; remove it when they are right`,
    );
  }
}
