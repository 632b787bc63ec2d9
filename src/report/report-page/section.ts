import type { ReportSection } from '../../answers/mesh-report/mesh-report.ts';
import { type Markup, markup, type Part } from '../html-page/markup.ts';
import { SECTIONS } from '../mesh-report/words.ts';
import { capital, sign, type Tone } from './words.ts';

/** What a section says of itself in a few words: beside its title, and in the contents. */
export interface SectionState {
  readonly tone: Tone;
  readonly text: string;
}

/** The sections in their order on the page. */
export const SECTION_IDS = Object.keys(SECTIONS) as readonly ReportSection[];

/** The title of a section, named as in every other form of the report. */
export function titleOf(id: ReportSection): string {
  return capital(SECTIONS[id]);
}

/** A section with its title, its state in words, and what it holds. */
export function section(id: ReportSection, { tone, text }: SectionState, body: Part): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title" tabindex="-1">
<h2 id="${id}-title">${titleOf(id)}</h2>
<p class="state">${sign(tone)} ${text}</p>
${body}
</section>
`;
}
