import type { Answer } from '../sources/source.ts';
import type { SourceError } from '../sources/source-error.ts';
import type { CommandContext } from './context.ts';

/** Why an answer is not whole: the reason that there is none, or one for each part that it lacks. */
export function lacks(answer: Answer<unknown>): readonly SourceError[] {
  return answer.ok ? (answer.missing ?? []) : [answer.error];
}

/** Notes as gaps that an answer is not there, or which parts it lacks; `consequence` says what follows from that. */
export function noteMissing(
  context: Pick<CommandContext, 'gap'>,
  what: string,
  answer: Answer<unknown>,
  consequence?: string,
): void {
  for (const { reason, next } of lacks(answer)) {
    context.gap({ what, why: consequence === undefined ? reason : `${reason}; ${consequence}`, next });
  }
}

/** Notes as gaps which parts an answer lacks, where the caller deals with one that is not there at all. */
export function notePartial(
  context: Pick<CommandContext, 'gap'>,
  what: string,
  answer: Answer<unknown>,
): void {
  if (answer.ok) noteMissing(context, what, answer);
}
