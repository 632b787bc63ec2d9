import type { GraphAnswer } from '../../answers/graph/graph-answer.ts';
import type { Reporter } from '../reporter.ts';

/** stub */
export const html: Reporter<GraphAnswer> = () => '';
