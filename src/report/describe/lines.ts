import type { DescribeProblem } from '../../answers/describe/problem.ts';
import { counted } from '../../util/counted.ts';
import { escapeLine } from '../../util/text.ts';
import type { ReportOptions } from '../reporter.ts';
import { type Mark, markSymbol, type Style, styleFor } from '../style.ts';
import { wrapWords } from '../wrap.ts';

/** A word in the margin and the lines beside it; without lines it is left out. */
export interface Section {
  readonly label: string;
  readonly lines: readonly string[];
}

const MARGIN = 12;

/** `✖ cart-v1-….shop: 1 problem, 1 warning`. Nothing found counts as fine only where all that decides was seen. */
export function verdict(
  subject: string,
  problems: readonly DescribeProblem[],
  sawAll: boolean,
  style: Style,
): string {
  const bad = problems.filter(({ level }) => level === 'bad').length;
  const warn = problems.filter(({ level }) => level === 'warn').length;
  const mark: Mark = bad > 0 ? 'bad' : warn > 0 ? 'warn' : sawAll ? 'good' : 'unknown';
  const parts = [
    ...(bad > 0 ? [counted(bad, 'problem')] : []),
    ...(warn > 0 ? [counted(warn, 'warning')] : []),
  ];
  const text =
    parts.length === 0 ? `no problem found${sawAll ? '' : ' in what could be read'}` : parts.join(', ');
  return `${markSymbol(mark, style)} ${style.strong(escapeLine(subject))}: ${text}\n`;
}

/** Problems, worst first, each with where, why and the next step; a note is one line. */
export function problemLines(problems: readonly DescribeProblem[], options: ReportOptions): string {
  const style = styleFor(options.color);
  return problems.map((one) => problemText(one, style, options.width)).join('');
}

function problemText(
  { level, text, where, why, next }: DescribeProblem,
  style: Style,
  width: number,
): string {
  const mark = markSymbol(level === 'note' ? 'plain' : level, style);
  const title = wrapWords(escapeLine(text), width - 4).map((line, index) =>
    index === 0 ? `  ${mark} ${line}` : `    ${line}`,
  );
  if (level === 'note') return `${title.join('\n')}\n`;
  const details = (
    [
      ['where', where],
      ['why', why],
      ['next', next],
    ] as const
  ).flatMap(([label, one]) => {
    if (one === undefined || one === '') return [];
    return wrapWords(escapeLine(one), width, 11).map((line, index) =>
      index === 0 ? `    ${style.faint(label.padEnd(5))}  ${line.trimStart()}` : line,
    );
  });
  return `${[...title, ...details].join('\n')}\n`;
}

/** Facts behind their labels, wrapped to the terminal. */
export function sectionLines(sections: readonly Section[], options: ReportOptions): string {
  const style = styleFor(options.color);
  return sections
    .flatMap(({ label, lines }) =>
      lines.flatMap((line, index) =>
        wrapWords(escapeLine(line), options.width, MARGIN + 1, MARGIN + 3).map((shown, part) =>
          index === 0 && part === 0
            ? `  ${style.faint(label.padEnd(MARGIN - 2))} ${shown.slice(MARGIN + 1)}`
            : shown,
        ),
      ),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** Cells of rows padded to columns, as lines of a section. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<number[]>((known, row) => {
    row.forEach((cell, index) => {
      known[index] = Math.max(known[index] ?? 0, cell.length);
    });
    return known;
  }, []);
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
