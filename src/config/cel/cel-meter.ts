import type { Environment } from '@marcbachmann/cel-js';
import { CelFault } from './cel-fault.ts';

/** Counts what an evaluation costs, and ends it when that is too much. */
export interface CelMeter {
  /** Begins an evaluation that may cost this many steps. */
  start(budget: number): void;
  /** Throws `CelFault` when the budget is used up. */
  spend(steps: number): void;
  /** Steps since `start`. */
  spent(): number;
}

/** What the library hands to each part of an expression, and asks to evaluate the parts of it. */
interface Evaluator {
  run(node: Node, context: unknown): unknown;
}

interface Node {
  readonly op: string;
  evaluate(evaluator: Evaluator, node: Node, context: unknown): unknown;
}

/** What builds new values; everything else hands on what is there. */
const BUILDS: ReadonlySet<string> = new Set(['+', 'call', 'rcall', 'list', 'map']);
/** A character is cheaper than an item. */
const CHARACTERS_A_STEP = 16;

/**
 * The meter of an environment. The library has no budget of its own, but evaluates each part of an expression through
 * its evaluator: there each part is counted, and what it builds.
 */
export function celMeter(environment: Environment): CelMeter {
  let allowed = 0;
  let left = 0;
  const spend = (steps: number): void => {
    left -= steps;
    if (left < 0) throw new CelFault('it takes too many steps');
  };
  const evaluator = evaluatorOf(environment);
  evaluator.run = (node, context) => {
    spend(1);
    const value = node.evaluate(evaluator, node, context);
    if (BUILDS.has(node.op)) spend(sizeOf(value));
    return value;
  };
  return {
    start: (budget) => {
      allowed = budget;
      left = budget;
    },
    spend,
    spent: () => allowed - left,
  };
}

function evaluatorOf(environment: Environment): Evaluator {
  const probe = environment.parse('true');
  let found: Evaluator | undefined;
  const node = probe.ast as unknown as { evaluate: Node['evaluate'] };
  node.evaluate = (evaluator) => {
    found = evaluator;
    return true;
  };
  probe({});
  if (found === undefined) throw new Error('the evaluator of expressions can not be metered');
  return found;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Math.ceil(value.length / CHARACTERS_A_STEP);
  return Array.isArray(value) ? value.length : 0;
}
