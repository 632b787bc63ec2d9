import { LINEAR_MATCHES } from './cel-matches.ts';

/** A call of a function (not of a method). */
export interface CelCall {
  readonly name: string;
  /** Its first argument, where that is a text in quotes. */
  readonly argument: string | undefined;
  readonly offset: number;
}

/** What the parts of an expression are. */
export interface CelNodes {
  readonly names: ReadonlySet<string>;
  readonly calls: readonly CelCall[];
}

interface Node {
  readonly op?: unknown;
  readonly args?: unknown;
  readonly meta?: object;
  readonly start?: unknown;
}

/**
 * Looks at all parts of an expression that was just parsed, and lets its calls of `matches` lead to the search that takes
 * linear time.
 */
export function celNodes(root: unknown): CelNodes {
  const names = new Set<string>();
  const calls: CelCall[] = [];
  const seen = new Set<unknown>();
  const pending: unknown[] = [root];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    const { op, args, meta, start } = one as Node;
    if (op === 'id' && typeof args === 'string') names.add(args);
    if (op === 'rcall' && Array.isArray(args) && args[0] === 'matches') args[0] = LINEAR_MATCHES;
    if (op === 'call' && Array.isArray(args)) calls.push(callOf(args, start));
    for (const value of [...Object.values(one as object), ...Object.values(meta ?? {})])
      if (typeof value === 'object' && value !== null) pending.push(value);
  }
  return { names, calls };
}

function callOf(args: readonly unknown[], start: unknown): CelCall {
  const [name, given] = args;
  const first = Array.isArray(given) ? (given[0] as Node | undefined) : undefined;
  return {
    name: String(name),
    argument: first?.op === 'value' && typeof first.args === 'string' ? first.args : undefined,
    offset: typeof start === 'number' ? start : 0,
  };
}
