import type { DashboardAnswer } from '../answers/dashboard.ts';
import { escapeLine } from '../util/text.ts';
import type { Reporter } from './reporter.ts';

/** The address alone, for a person and for a script that takes the first line. */
export const table: Reporter<DashboardAnswer> = (answer) => `${escapeLine(answer.url)}\n`;
