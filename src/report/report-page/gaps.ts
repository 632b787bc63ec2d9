import { resourceText } from '../../analysis/finding.ts';
import type { MeshReport, ReportGap } from '../../answers/mesh-report/mesh-report.ts';
import { lines, type Markup, markup } from '../html-page/markup.ts';
import { type SectionState, section } from './section.ts';
import { countText, sign } from './words.ts';

/** What is missing in a few words. */
export function gapsState({ gaps }: MeshReport): SectionState {
  return gaps.length === 0
    ? { tone: 'good', text: 'nothing: all that was asked for was read' }
    : { tone: 'unknown', text: `${countText(gaps.length, 'part')} could not be read` };
}

/** What could not be read and why, and what was taken out of the data. */
export function gapsSection(report: MeshReport, state: SectionState): Markup {
  const { gaps } = report;
  const hasNext = gaps.some(({ next }) => next !== undefined);
  const rows = gaps.map((gap) => row(gap, hasNext));
  return section('gaps', state, [
    gaps.length === 0
      ? undefined
      : markup`<p>Nothing in this report says anything about these.</p>
<table class="rows"><caption>What could not be read</caption>
<thead><tr><th scope="col">What</th><th scope="col">Why</th>${hasNext ? markup`<th scope="col">Next step</th>` : undefined}</tr></thead>
<tbody>${rows}</tbody></table>`,
    redactionNote(report),
  ]);
}

function row({ what, why, next, resource }: ReportGap, hasNext: boolean): Markup {
  const about =
    resource === undefined ? undefined : markup`<div class="object">${resourceText(resource)}</div>`;
  return markup`<tr><th scope="row" data-title="What">${what}${about}</th><td data-title="Why">${lines(why)}</td>${hasNext ? markup`<td data-title="Next step">${lines(next ?? '-')}</td>` : undefined}</tr>
`;
}

/** What is said of redaction: an archive without it is named as what it is. */
export function redactionText(redaction: string | undefined): string {
  if (redaction === undefined) return 'data was read as it is; secrets are never part of a report';
  if (redaction === 'none') return 'none: the archive may hold secrets';
  if (redaction === 'secrets') return 'secrets were taken out';
  return redaction === 'pseudonyms' ? 'secrets were taken out, names are pseudonyms' : redaction;
}

function redactionNote({ subject: { redaction } }: MeshReport): Markup {
  const tone = redaction === 'none' ? 'warning' : 'info';
  return markup`<p class="note">${sign(tone)} Redaction: ${redactionText(redaction)}.</p>`;
}
