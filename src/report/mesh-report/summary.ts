import type { MeshReport, ReportVerdict } from '../../answers/mesh-report/mesh-report.ts';
import { escapeLine } from '../../util/text.ts';
import type { Reporter } from '../reporter.ts';
import { type Mark, markSymbol, styleFor } from '../style.ts';
import { wrapLines } from '../wrap.ts';
import { SECTIONS, sectionLines } from './words.ts';

const MARK: Readonly<Record<ReportVerdict['level'], Mark>> = {
  error: 'bad',
  warning: 'warn',
  unknown: 'unknown',
  good: 'good',
};
const COLUMN = Math.max(...Object.values(SECTIONS).map((name) => name.length)) + 2;
const MOST_GAPS = 6;

/** The report in a screenful: the verdict, what it follows from, a line a part, and what is missing. */
export const summary: Reporter<MeshReport> = (report, options) => {
  const style = styleFor(options.color);
  const { subject, verdict, gaps } = report;
  const line = (mark: string, section: keyof typeof SECTIONS, text: string): string =>
    `${mark} ${SECTIONS[section].padEnd(COLUMN)}${escapeLine(text)}`;
  const lines = [
    `${markSymbol(MARK[verdict.level], style)} ${style.strong(escapeLine(verdict.title))}`,
    style.faint(
      `  ${escapeLine(subject.source)}, ${escapeLine(subject.takenAt)}, by ${escapeLine(subject.madeBy)}`,
    ),
  ];
  if (subject.redaction === 'none') lines.push('  secrets may be in this recording');
  if (verdict.reasons.length > 0)
    lines.push(
      '',
      ...verdict.reasons.map(({ level, section, text }) =>
        line(markSymbol(MARK[level], style), section, text),
      ),
    );
  lines.push('', ...sectionLines(report).map(([section, text]) => line(' ', section, text)));
  if (gaps.length > 0)
    lines.push('', ...gaps.slice(0, MOST_GAPS).map(({ what, why }) => line(' ', 'gaps', `${what}: ${why}`)));
  if (gaps.length > MOST_GAPS)
    lines.push(line(' ', 'gaps', `and ${gaps.length - MOST_GAPS} more (-o json names all)`));
  lines.push(
    '',
    style.faint('next  meshscope report --open shows it as a page, with findings and what to change'),
  );
  return `${wrapLines(lines.join('\n'), options.width)}\n`;
};
