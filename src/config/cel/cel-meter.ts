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
  readonly args: unknown;
  evaluate(evaluator: Evaluator, node: Node, context: unknown): unknown;
}

/** One for all: a loop goes on past the fault of an item, and meets it at each that is left. */
const EXHAUSTED = new CelFault('it takes too many steps');

/** What builds new values; everything else hands on what is there. */
const BUILDS: ReadonlySet<string> = new Set(['+', 'call', 'rcall', 'list', 'map']);
/** What looks through the whole of its operands. */
const SCANS: ReadonlySet<string> = new Set(['in', '==', '!=', 'call', 'rcall']);
/** A character is cheaper than an item, and one that is looked at cheaper than one that is written. */
const WRITTEN_A_STEP = 16;
const READ_A_STEP = 256;

/**
 * The meter of an environment. The library has no budget of its own, but evaluates each part of an expression through
 * its evaluator: there each part is counted, what it builds, and what it looks through.
 */
export function celMeter(environment: Environment): CelMeter {
  let allowed = 0;
  let left = 0;
  const spend = (steps: number): void => {
    left -= steps;
    if (left < 0) throw EXHAUSTED;
  };
  const evaluator = evaluatorOf(environment);
  const scanned = new WeakSet<Node>();
  evaluator.run = (node, context) => {
    spend(1);
    if (SCANS.has(node.op)) for (const operand of operandsOf(node)) scanned.add(operand);
    const value = node.evaluate(evaluator, node, context);
    if (BUILDS.has(node.op)) spend(sizeOf(value, WRITTEN_A_STEP));
    if (scanned.has(node)) spend(sizeOf(value, READ_A_STEP));
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

/** The parts of an operator or a call, but of `size`, which looks at nothing. A name is no part, but a text. */
function operandsOf({ args }: Node): readonly Node[] {
  const parts = (Array.isArray(args) ? args : [args]).flat() as (Node | string)[];
  return parts[0] === 'size' ? [] : parts.filter((part) => typeof part === 'object');
}

function sizeOf(value: unknown, charactersAStep: number): number {
  if (typeof value === 'string') return Math.ceil(value.length / charactersAStep);
  return Array.isArray(value) ? value.length : 0;
}
