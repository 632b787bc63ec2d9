import type { MeshReport } from '../../answers/mesh-report/mesh-report.ts';
import { type Markup, markup, type Part } from '../html-page/markup.ts';
import { redactionText } from './gaps.ts';
import { SECTION_IDS, type SectionState, titleOf } from './section.ts';
import { capital, moment, sign, spokenSign, toneOf } from './words.ts';

const VERDICT_WORDS: Readonly<Record<string, string>> = {
  error: 'Error',
  warning: 'Warning',
  good: 'Good',
  unknown: 'Unknown',
};

/** The top of the page: the verdict in words, what it follows from, and what the report is of. */
export function head({ verdict, subject }: MeshReport): Markup {
  const tone = toneOf(verdict.level);
  const reasons = verdict.reasons.map(({ level, text, section }) => {
    const kind = toneOf(level);
    return markup`<li>${spokenSign(kind, level)}<a href="#${section}">${capital(text)}</a></li>
`;
  });
  return markup`<header class="top ${tone}">
<div class="line"><p class="product">Mesh report</p>
<div class="controls" hidden><button type="button" id="theme" aria-pressed="false">Dark</button><button type="button" id="print">Print</button></div></div>
<div class="verdict">${sign(tone)}<h1><span class="spoken">${VERDICT_WORDS[verdict.level] ?? verdict.level}: </span>${capital(verdict.title)}</h1></div>
${reasons.length === 0 ? undefined : markup`<ul class="plain reasons">${reasons}</ul>`}
<dl class="subject">
${fact('Source', subject.source)}${fact('Data of', moment(subject.takenAt))}${fact('Control plane in', subject.istioNamespace)}${fact(subject.clusters.length === 1 ? 'Cluster' : 'Clusters', subject.clusters.join(', ') || '-')}${narrowed(subject)}${fact('Redaction', redactionText(subject.redaction))}${fact('Made by', subject.madeBy)}</dl>
</header>
`;
}

/** What the report is limited to, where it is. */
function narrowed({ namespace, revision }: MeshReport['subject']): readonly Markup[] {
  return [
    ...(namespace === undefined ? [] : [fact('Only namespace', namespace)]),
    ...(revision === undefined ? [] : [fact('Only revision', revision)]),
  ];
}

/** Links to the sections, each with its state. */
export function contents(states: Readonly<Record<string, SectionState>>): Markup {
  const items = SECTION_IDS.map((id) => {
    const { tone, text } = states[id] ?? { tone: 'unknown', text: '' };
    return markup`<li><a href="#${id}">${sign(tone)}<span><span class="title">${titleOf(id)}</span> <span class="state">${text}</span></span></a></li>
`;
  });
  return markup`<nav aria-label="Sections"><ul class="plain">
${items}</ul></nav>
`;
}

function fact(name: string, value: Part): Markup {
  return markup`<div><dt>${name}</dt><dd>${value}</dd></div>
`;
}
