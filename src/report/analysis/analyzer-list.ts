import type { AnalyzerList } from '../../answers/analyzer-list.ts';
import type { ReportOptions } from '../reporter.ts';
import { styleFor } from '../style.ts';

/** The analyzers by name, each with its codes and what it checks. */
export function listedAnalyzers({ analyzers }: AnalyzerList, { color }: ReportOptions): string {
  const style = styleFor(color);
  return analyzers
    .map(({ name, description, codes }) => `${style.strong(name)}  ${codes.join(' ')}\n    ${description}\n`)
    .join('');
}
