import type { FindingLocation } from '../../analysis/finding.ts';
import type { Level } from '../../analysis/message.ts';
import { type AnalysisAnswer, countLevels } from '../../answers/analysis.ts';
import { escapeLine } from '../../util/text.ts';

/** `file:line:column`, the file alone where the line is not known, or the field where there is no file. */
export function placeText(location: FindingLocation | undefined): string {
  if (location?.file === undefined) return location?.path ?? '';
  const { file, line, column } = location;
  return line === undefined ? file : `${file}:${line}:${column ?? 1}`;
}

/** A message as a sentence. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('?') ? '' : '.'}`;
}

/** `2 errors`; empty for none. */
export function counted(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;
}

const WORD: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** The verdict in words: `2 errors, 1 note`, or that nothing was found. */
export function verdictWords(answer: AnalysisAnswer): string {
  const counts = countLevels(answer.findings);
  const parts = (['error', 'warning', 'info'] as const)
    .map((level) => counted(counts[level], WORD[level]))
    .filter((part) => part !== '');
  if (parts.length > 0) return parts.join(', ');
  if (answer.resources === 0) return 'no resource to check';
  return answer.comparison === undefined ? 'nothing found' : 'nothing new found';
}

/** How bad the whole is. */
export function verdictLevel(answer: AnalysisAnswer): 'bad' | 'warn' | 'good' {
  const counts = countLevels(answer.findings);
  if (counts.error > 0 || answer.isIncomplete || answer.failing) return 'bad';
  // Where nothing was looked at, nothing is known to be good.
  const isPartial = answer.unfinished.length > 0 || answer.resources === 0;
  return counts.warning > 0 || isPartial ? 'warn' : 'good';
}

/** What was counted and not listed, each with its reason. */
export function restWords(answer: AnalysisAnswer): readonly string[] {
  const { comparison } = answer;
  const parts: readonly (readonly [number, string])[] = [
    [answer.suppressed, 'suppressed'],
    [answer.hidden, 'below the output threshold'],
    [comparison?.known ?? 0, `known from ${escapeLine(comparison?.with ?? '')}`],
    [answer.elsewhere, 'in files that did not change'],
    [
      answer.unfinished.length,
      answer.unfinished.length === 1 ? 'analyzer not finished' : 'analyzers not finished',
    ],
    [
      answer.skipped.length,
      answer.skipped.length === 1 ? 'analyzer without its input' : 'analyzers without their input',
    ],
  ];
  const shown = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return [counted(answer.resources, 'resource') || '0 resources', ...shown];
}

/**
 * The path of a file as CI systems want it: relative to the folder of the run where it lies in there, with slashes and
 * without `./`.
 */
export function relativePath(file: string, root: string): string {
  const slashed = file.replaceAll('\\', '/');
  const base = root.replaceAll('\\', '/').replace(/\/*$/, '/');
  const inside = slashed.startsWith(base) ? slashed.slice(base.length) : slashed;
  return inside.replace(/^(?:\.\/)+/, '');
}
