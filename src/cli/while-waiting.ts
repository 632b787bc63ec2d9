import type { CommandContext } from './context.ts';

const EVERY_MS = 500;

/** The work's own outcome; while it lasts, what is waited for stands on the progress line. */
export async function whileWaiting<T>(
  context: Pick<CommandContext, 'terminal'>,
  what: string,
  work: Promise<T>,
): Promise<T> {
  const timer = setInterval(() => context.terminal.progress(what), EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    context.terminal.clearProgress();
  }
}
