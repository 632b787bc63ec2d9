import { type LinearRegexp, linearRegexp } from '../../util/linear-regexp.ts';
import { CelFault } from './cel-fault.ts';
import type { CelMeter } from './cel-meter.ts';

/** The name that `celNodes` gives to calls of `matches`. */
export const LINEAR_MATCHES = 'linearMatches';
const MOST_PATTERNS = 200;
const compiled = new Map<string, LinearRegexp>();

/**
 * `matches` with a search that takes linear time: the library's own uses JavaScript's engine, which a pattern can keep
 * busy for ever and whose syntax is another one than CEL's, RE2.
 */
export const celMatches = {
  signature: `string.${LINEAR_MATCHES}(string): bool`,
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
