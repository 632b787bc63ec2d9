import { docsOf, type Finding, resourceText } from '../../analysis/finding.ts';
import { messageText } from '../../answers/analysis.ts';
import type { ReportFindings } from '../../answers/mesh-report/mesh-report.ts';
import { placeText, sentence } from '../analysis/words.ts';
import { lines, type Markup, markup } from '../html-page/markup.ts';
import { type SectionState, section } from './section.ts';
import { facet, itemList } from './toolbar.ts';
import { bulletList, countText, nameList, sign, toneOf } from './words.ts';

/** With more errors than this all findings start closed, so that the list can be overlooked. */
const OPEN_ERRORS = 10;

const LEVEL_WORDS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  info: ['note', 'notes'],
};

/** The findings in a few words. Where nothing was read, nothing is known to be well. */
export function findingsState({ counts, resources, skipped, inPart = [] }: ReportFindings): SectionState {
  const parts = (['error', 'warning', 'info'] as const).flatMap((level) => {
    const [one, many] = LEVEL_WORDS[level] ?? [level, level];
    return counts[level] === 0 ? [] : [countText(counts[level], one, many)];
  });
  if (parts.length > 0) {
    const tone = counts.error > 0 ? 'error' : counts.warning > 0 ? 'warning' : 'info';
    return { tone, text: parts.join(', ') };
  }
  if (resources === 0) return { tone: 'unknown', text: 'nothing could be checked' };
  return skipped.length + inPart.length === 0
    ? { tone: 'good', text: 'nothing found' }
    : { tone: 'unknown', text: 'nothing found, not everything was checked' };
}

/** What the analyzers found, the worst first, each with why it matters and what to change. */
export function findingsSection(findings: ReportFindings, state: SectionState): Markup {
  const all = findings.findings;
  const isFew = findings.counts.error <= OPEN_ERRORS;
  const levels = all.map(({ level }) => level);
  const facets = [
    facet('level', 'Level', levels, { labelOf: (level) => LEVEL_WORDS[level]?.[1] ?? level, byLabel: false }),
    facet('namespace', 'Namespace', all.map(namespaceOf)),
    facet(
      'code',
      'Code',
      all.map(({ code }) => code),
    ),
  ];
  const list = itemList(
    { id: 'findings', noun: 'findings', facets, canOpen: true },
    all.length,
    markup`<ol class="plain items">
${all.map((finding) => item(finding, isFew && finding.level === 'error'))}</ol>`,
  );
  const read = markup`<p class="faint">${countText(findings.resources, 'resource')} read.</p>`;
  const body = [all.length === 0 ? undefined : list, skippedList(findings), partsNote(findings), read];
  return section('findings', state, body);
}

function partsNote({ inPart = [] }: ReportFindings): Markup | undefined {
  if (inPart.length === 0) return undefined;
  return markup`<p class="note">${sign('unknown')} Read in part only: ${nameList(inPart)}. There may be more to find.</p>`;
}

function namespaceOf({ resource }: Finding): string {
  return resource?.namespace ?? '';
}

function item(finding: Finding, isOpen: boolean): Markup {
  const { code, level, resource, cluster } = finding;
  const tone = toneOf(level);
  const name = resource === undefined ? 'the run itself' : resourceText(resource);
  const what = cluster === undefined ? name : `${name} in cluster ${cluster}`;
  const open = isOpen ? ' open' : '';
  return markup`<li class="item finding ${tone}" data-level="${level}" data-namespace="${namespaceOf(finding)}" data-code="${code}">
<details${open}><summary>${sign(tone)}<span class="what"><span class="spoken">${LEVEL_WORDS[level]?.[0] ?? level}: </span><span class="message">${sentence(messageText(finding))}</span> <span class="object">${what}</span></span><span class="code">${code}</span></summary>
<dl>${facts(finding)}</dl></details></li>
`;
}

function facts(finding: Finding): readonly Markup[] {
  const { why, fix, evidence, related, confidence, code, docs } = finding;
  const where = whereText(finding);
  return [
    ...fact('Where', where === '' ? undefined : markup`<span class="place">${where}</span>`),
    ...fact('Why', lines(why)),
    ...fact('Fix', markup`<span class="fix">${lines(fix)}</span>`),
    ...fact('Evidence', bulletList(evidence.map(lines))),
    ...fact('Related', bulletList(related.map(resourceText))),
    ...fact(
      'Certainty',
      confidence === 'likely' ? markup`likely: something that was not read could make it untrue` : undefined,
    ),
    ...fact('More', markup`<code>${moreText(code, docs)}</code>`),
  ];
}

/** The command that explains a code; a page of its own where the code is not one of ours. */
function moreText(code: string, docs: string): string {
  return docs === docsOf(code) ? `meshscope explain ${code}` : docs;
}

/** The field, with the file where it was read from one. */
function whereText({ location }: Finding): string {
  const place = placeText(location);
  return location?.path && place !== location.path ? `${place}  ${location.path}` : place;
}

function fact(name: string, value: Markup | undefined): readonly Markup[] {
  return value === undefined ? [] : [markup`<dt>${name}</dt><dd>${value}</dd>`];
}

function skippedList({ skipped }: ReportFindings): Markup | undefined {
  if (skipped.length === 0) return undefined;
  return markup`<details class="note"><summary>${sign('unknown')} ${countText(skipped.length, 'analyzer')} did not run or did not finish</summary>${bulletList(
    skipped.map(({ analyzer, why }) => markup`<span class="name">${analyzer}</span>: ${why}`),
  )}</details>`;
}
