import type { Finding } from '../../analysis/finding.ts';
import { messageText, subjectText } from '../../answers/analysis.ts';
import type { FindingsDiff } from '../../answers/mesh-diff/findings.ts';
import type { OutlineItem, OutlineSection } from './outline.ts';
import { countsText, sectionOf } from './section.ts';

const MARK = { error: 'bad', warning: 'warn', info: 'plain' } as const;

/** What is newly wrong, then what is not wrong any more. */
export function findingsSection(diff: FindingsDiff | undefined, all: boolean): OutlineSection | undefined {
  if (diff === undefined) return undefined;
  const { added, fixed, remaining, unknown } = diff;
  const counts = countsText([
    [added.length, 'new'],
    [fixed.length, 'fixed'],
    [remaining, 'on both sides'],
    [unknown.length, 'on one side that the other could not be checked for'],
  ]);
  const told = new Set<string>();
  const items = [...added.map((finding) => newItem(finding, told)), ...fixed.map(fixedItem)];
  return sectionOf('Findings', counts || 'none on either side', items, all);
}

/** What to change is said once a code. */
function newItem(finding: Finding, told: Set<string>): OutlineItem {
  const { code, level, fix } = finding;
  const details = told.has(code) ? [] : [`fix  ${fix}`];
  told.add(code);
  return { mark: MARK[level], text: `new ${code} ${about(finding)}${messageText(finding)}`, details };
}

function fixedItem(finding: Finding): OutlineItem {
  return {
    mark: 'good',
    text: `fixed ${finding.code} ${about(finding)}${messageText(finding)}`,
    details: [],
  };
}

function about(finding: Finding): string {
  const subject = subjectText(finding);
  return subject === '' ? '' : `${subject}: `;
}
