import type { ReportOptions } from '../reporter.ts';
import { styleFor } from '../style.ts';

/** The last line of a table: how many are shown of how many, or that none match. */
export function countLine(noun: string, shown: number, total: number, options: ReportOptions): string {
  const style = styleFor(options.color);
  const plural = total === 1 ? noun : noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  if (total === 0) return `no ${plural}\n`;
  if (shown === 0) return `no ${noun} matches, of ${total} ${plural}\n`;
  return style.faint(shown === total ? `${total} ${plural}` : `${shown} of ${total} ${plural}`).concat('\n');
}
