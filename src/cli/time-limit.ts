import { Script } from 'node:vm';
import { ExitCode, MeshscopeError } from '../util/errors.ts';

const TASK = Symbol.for('meshscope.limited-task');
const CALL = new Script("globalThis[Symbol.for('meshscope.limited-task')]()");

/**
 * Runs synchronous work, in this thread, for `ms` milliseconds at the most; answers whether it came to its end. The
 * engine ends it wherever it is, in an endless loop or a slow pattern, too. (A thread of its own would need a copy of
 * all resources: a third more time and twice the memory.) Throws what the work throws, and exit 130 on Ctrl-C.
 */
export function runLimited(work: () => void, ms: number): boolean {
  if (ms < 1) return false;
  const holder = globalThis as { [TASK]?: () => void };
  holder[TASK] = work;
  try {
    CALL.runInThisContext({ timeout: Math.ceil(ms), breakOnSigint: true });
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    if (code !== 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw error;
    throw new MeshscopeError(
      'Interrupted',
      ExitCode.interrupted,
      'interrupted while configuration was analyzed',
    );
  } finally {
    delete holder[TASK];
  }
}

/**
 * A limit for many pieces of work that share `ms` milliseconds from now on: each gets half of what is left, so that
 * one that hangs does not take the time of all the others.
 */
export function sharedLimit(ms: number): (work: () => void) => boolean {
  const deadline = performance.now() + ms;
  return (work) => runLimited(work, Math.min((deadline - performance.now()) / 2, MAX_MS));
}

/** A longer time is none to the engine's timer. */
const MAX_MS = 2 ** 31 - 1;
