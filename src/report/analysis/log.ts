import { type Finding, resourceText } from '../../analysis/finding.ts';
import { type AnalysisAnswer, messageText } from '../../answers/analysis.ts';
import type { AnalyzerList } from '../../answers/analyzer-list.ts';
import { escapeLine } from '../../util/text.ts';
import type { Reporter } from '../reporter.ts';
import { markSymbol, type Style, styleFor } from '../style.ts';
import { shownWidth, wrapWords } from '../wrap.ts';
import { listedAnalyzers } from './analyzer-list.ts';
import { placeText, restWords, sentence, verdictLevel, verdictWords } from './words.ts';

const MARK = { error: 'bad', warning: 'warn', info: 'plain' } as const;
/** Piped text is kept readable. */
const WIDEST = 120;
const LABEL = 8;
/** Findings that are gone are good news: not many lines are spent on them. */
const FIXED_SHOWN = 10;

/** Findings worst first, each with what, where, why and the next step; then one line about the whole. */
export const log: Reporter<AnalysisAnswer | AnalyzerList> = (answer, options) => {
  const style = styleFor(options.color);
  if (!('findings' in answer)) return listedAnalyzers(answer, options);
  const width = Math.min(options.width, WIDEST);
  const blocks = [
    ...grouped(answer.findings).map((group) => block(group, style, width)),
    fixed(answer, style),
    summary(answer, style),
  ];
  return blocks.join('');
};

/** Findings of one code about one field of one resource that say the same stand together, worst first. */
function grouped(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = [finding.code, messageText(finding), finding.level].join('\u0000');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

const SHOWN = 3;

function block(group: readonly Finding[], style: Style, width: number): string {
  const [first] = group;
  if (first === undefined) return '';
  const where = escapeLine(placeText(first.location));
  const head = `${markSymbol(MARK[first.level], style)} ${style.strong(first.code)} ${first.resource ? escapeLine(resourceText(first.resource)) : ''}`;
  const gap = Math.max(2, width - shownWidth(head) - where.length);
  const lines = [where === '' ? head : `${head}${' '.repeat(gap)}${style.faint(where)}`];
  if (shownWidth(lines[0] ?? '') > width) lines.splice(0, 1, head, `  ${style.faint(where)}`);
  lines.push(...wrapWords(escapeLine(sentence(messageText(first))), width, 2, 2));
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

function summary(answer: AnalysisAnswer, style: Style): string {
  const mark = markSymbol(verdictLevel(answer), style);
  const rest = style.faint(restWords(answer).join(' · '));
  return `${mark} ${verdictWords(answer)} in ${escapeLine(answer.target)}  ${rest}\n`;
}

/** What an earlier run found and this one does not. */
function fixed({ comparison }: AnalysisAnswer, style: Style): string {
  const gone = comparison?.fixed ?? [];
  if (gone.length === 0) return '';
  const lines = gone.slice(0, FIXED_SHOWN).map(({ code, subject, message }) => {
    const text = escapeLine(`${code} ${subject}: ${message}`);
    return `${markSymbol('good', style)} fixed ${text}\n`;
  });
  const more = gone.length > FIXED_SHOWN ? [`  and ${gone.length - FIXED_SHOWN} more fixed\n`] : [];
  return [...lines, ...more].join('');
}
