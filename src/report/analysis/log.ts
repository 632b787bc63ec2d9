import { type Finding, type FindingLocation, resourceText } from '../../analysis/finding.ts';
import type { AnalysisAnswer } from '../../answers/analysis.ts';
import type { AnalyzerList } from '../../answers/analyzer-list.ts';
import { problemText } from '../../config/problem.ts';
import { escapeLine } from '../../util/text.ts';
import type { Reporter } from '../reporter.ts';
import { markSymbol, type Style, styleFor } from '../style.ts';
import { shownWidth, wrapWords } from '../wrap.ts';

const MARK = { error: 'bad', warning: 'warn', info: 'plain' } as const;
/** Piped text is kept readable. */
const WIDEST = 120;
const LABEL = 8;

/** Findings worst first, each with what, where, why and the next step; then one line about the whole. */
export const log: Reporter<AnalysisAnswer | AnalyzerList> = (answer, options) => {
  const style = styleFor(options.color);
  if (!('findings' in answer)) return analyzers(answer, style);
  const width = Math.min(options.width, WIDEST);
  const blocks = [
    ...answer.unreadable.map(
      (problem) =>
        `${markSymbol(problem.lost ? 'bad' : 'warn', style)} ${escapeLine(problemText(problem))}\n`,
    ),
    ...grouped(answer.findings).map((group) => block(group, style, width)),
    summary(answer, style),
  ];
  return blocks.join('');
};

function analyzers({ analyzers: all }: AnalyzerList, style: Style): string {
  return all
    .map(({ name, description, codes }) => `${style.strong(name)}  ${codes.join(' ')}\n    ${description}\n`)
    .join('');
}

/** Findings of one code about one field of one resource that say the same stand together, worst first. */
function grouped(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = [finding.code, finding.message, finding.level].join('\u0000');
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()];
}

const SHOWN = 3;

function block(group: readonly Finding[], style: Style, width: number): string {
  const [first] = group;
  if (first === undefined) return '';
  const where = placeText(first.location);
  const head = `${markSymbol(MARK[first.level], style)} ${style.strong(first.code)} ${first.resource ? resourceText(first.resource) : ''}`;
  const gap = Math.max(2, width - shownWidth(head) - where.length);
  const lines = [where === '' ? head : `${head}${' '.repeat(gap)}${style.faint(where)}`];
  if (shownWidth(lines[0] ?? '') > width) lines.splice(0, 1, head, `  ${style.faint(where)}`);
  lines.push(...wrapWords(escapeLine(sentence(first.message)), width, 2, 2));
  lines.push(...labelled('why', first.why, style, width), ...labelled('fix', first.fix, style, width));
  const others = group.slice(1);
  if (others.length > 0) {
    const names = others.slice(0, SHOWN).map(alsoText);
    const more = others.length > SHOWN ? [`and ${others.length - SHOWN} more`] : [];
    lines.push(...labelled('also', [...names, ...more].join(', '), style, width));
  }
  return `${lines.join('\n')}\n`;
}

function alsoText({ resource, location }: Finding): string {
  const place = placeText(location);
  return `${resource ? resourceText(resource) : ''}${place === '' ? '' : ` (${place})`}`.trim();
}

function labelled(label: string, text: string, style: Style, width: number): string[] {
  const lines = wrapWords(escapeLine(text), width, LABEL, LABEL);
  return lines.map((line, index) =>
    index === 0 ? `  ${style.faint(label.padEnd(LABEL - 2))}${line.slice(LABEL)}` : line,
  );
}

/** `file:line:column`, or the field where there is no file. */
function placeText(location: FindingLocation | undefined): string {
  if (location?.file === undefined) return location?.path ?? '';
  return `${location.file}:${location.line ?? 1}:${location.column ?? 1}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('?') ? '' : '.'}`;
}

function summary(answer: AnalysisAnswer, style: Style): string {
  const count = (level: Finding['level']): number =>
    answer.findings.filter((finding) => finding.level === level).length;
  const [errors, warnings, notes] = [count('error'), count('warning'), count('info')];
  const parts = [plural(errors, 'error'), plural(warnings, 'warning'), plural(notes, 'note')].filter(
    (part) => part !== '',
  );
  const bad = answer.unreadable.some(({ lost }) => lost);
  const mark = errors > 0 || bad ? 'bad' : warnings > 0 ? 'warn' : 'good';
  const said = parts.length === 0 ? (bad ? 'nothing else found' : 'nothing found') : parts.join(', ');
  const rest = [
    `${answer.resources} resources`,
    ...(answer.suppressed > 0 ? [`${answer.suppressed} suppressed`] : []),
    ...(answer.hidden > 0 ? [`${answer.hidden} below the output threshold`] : []),
  ];
  return `${markSymbol(mark, style)} ${said} in ${escapeLine(answer.target)}  ${style.faint(rest.join(' · '))}\n`;
}

function plural(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;
}
