import { type LinearRegexp, linearRegexp } from '../../util/linear-regexp.ts';
import { CelFault } from './cel-fault.ts';
import type { CelMeter } from './cel-meter.ts';

const NAME = 'linearMatches';
const MOST_PATTERNS = 200;
const compiled = new Map<string, LinearRegexp>();

/**
 * `matches` with a search that takes linear time: the library's own uses JavaScript's engine, which a pattern can keep
 * busy for ever and whose syntax is another one than CEL's, RE2.
 */
export const celMatches = {
  signature: `string.${NAME}(string): bool`,
  handler: (text: string, pattern: string, meter: CelMeter): boolean => {
    const regexp = patternOf(pattern);
    meter.spend(Math.ceil((text.length * regexp.size) / 64));
    return regexp.test(text);
  },
};

function patternOf(pattern: string): LinearRegexp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (compiled.size >= MOST_PATTERNS) compiled.clear();
  try {
    const made = linearRegexp(pattern);
    compiled.set(pattern, made);
    return made;
  } catch (error) {
    throw new CelFault(
      `the pattern can't be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Lets all calls of `matches` in an expression that was just parsed lead to `celMatches`. */
export function useLinearMatches(node: unknown): void {
  const seen = new Set<unknown>();
  const pending: unknown[] = [node];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (typeof one !== 'object' || one === null || seen.has(one)) continue;
    seen.add(one);
    const { op, args, meta } = one as { op?: unknown; args?: unknown; meta?: object };
    if (op === 'rcall' && Array.isArray(args) && args[0] === 'matches') args[0] = NAME;
    pending.push(...Object.values(one).filter(isThing), ...Object.values(meta ?? {}).filter(isThing));
  }
}

function isThing(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
