import { type AnalysisAnswer, messageText, subjectText } from '../../answers/analysis.ts';
import type { AnalyzerList } from '../../answers/analyzer-list.ts';
import { escapeLine } from '../../util/text.ts';
import { longTable } from '../long-table.ts';
import type { Reporter } from '../reporter.ts';
import { markSymbol, styleFor } from '../style.ts';
import { placeText, restWords, verdictLevel, verdictWords } from './words.ts';

/** One line a finding, worst first, then one line about the whole. */
export const table: Reporter<AnalysisAnswer | AnalyzerList> = (answer, { color, width }) => {
  if (!('findings' in answer)) {
    const rows = answer.analyzers.map(({ name, codes, description }) => [name, codes.join(' '), description]);
    return longTable(['ANALYZER', 'CODES', 'CHECKS'], rows, { color, width });
  }
  const style = styleFor(color);
  const rows = answer.findings.map((finding) => [
    finding.level,
    finding.code,
    finding.resource === undefined ? '' : subjectText(finding),
    placeText(finding.location),
    messageText(finding),
  ]);
  const header = ['LEVEL', 'CODE', 'RESOURCE', 'WHERE', 'WHAT'];
  const body = rows.length === 0 ? '' : longTable(header, rows, { color, width });
  const mark = markSymbol(verdictLevel(answer), style);
  const rest = style.faint(restWords(answer).join(' · '));
  return `${body}${mark} ${verdictWords(answer)} in ${escapeLine(answer.target)}  ${rest}\n`;
};
