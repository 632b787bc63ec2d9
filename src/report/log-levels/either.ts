import { isLevelChange, type LevelChangeAnswer } from '../../answers/level-change.ts';
import type { Reporter } from '../reporter.ts';

/** Reports with `change` what a command changed, and with `shown` what it only looked at. */
export function either<A extends object>(
  shown: Reporter<A>,
  change: Reporter<LevelChangeAnswer>,
): Reporter<A | LevelChangeAnswer> {
  return (answer, options) => (isLevelChange(answer) ? change(answer, options) : shown(answer, options));
}
