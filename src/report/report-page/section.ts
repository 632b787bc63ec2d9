import type { ReportSection } from '../../answers/mesh-report/mesh-report.ts';
import { type Markup, markup, type Part } from '../html-page/markup.ts';
import { sign, type Tone } from './words.ts';

/** What a section says of itself in a few words: beside its title, and in the contents. */
export interface SectionState {
  readonly tone: Tone;
  readonly text: string;
}

/** The titles of the sections, in their order on the page. */
export const TITLES: Readonly<Record<ReportSection, string>> = {
  findings: 'Findings',
  proxies: 'Proxies',
  certificates: 'Certificates',
  versions: 'Versions',
  graph: 'Dependency graph',
  'control-plane': 'Control plane',
  gaps: 'What is missing',
};

/** The sections in their order on the page. */
export const SECTIONS = Object.keys(TITLES) as readonly ReportSection[];

/** A section with its title, its state in words, and what it holds. */
export function section(id: ReportSection, { tone, text }: SectionState, body: Part): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title" tabindex="-1">
<h2 id="${id}-title">${TITLES[id]}</h2>
<p class="state">${sign(tone)} ${text}</p>
${body}
</section>
`;
}
