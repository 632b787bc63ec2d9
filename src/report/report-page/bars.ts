import type { LabelledValue } from '../../answers/mesh-report/mesh-report.ts';
import { type Markup, markup } from '../html-page/markup.ts';
import { numberText, type Tone } from './words.ts';

/** Percent of the longest bar: what is more than nothing is seen, and nothing is longer than the whole. */
export function barWidth(value: number, longest: number): number {
  if (!(value > 0) || !(longest > 0)) return 0;
  return Math.min(100, Math.max(0.8, Math.round((value / longest) * 1000) / 10));
}

/** A chart of bars that is a table: who can't see the bars reads the same numbers. */
export interface BarChart {
  readonly title: string;
  /** What the labels are. */
  readonly by: string;
  readonly values: readonly LabelledValue[] | undefined;
  /** Bars of charts that are to be compared have one longest value. */
  readonly longest?: number | undefined;
  readonly tone?: Tone | undefined;
  /** What stands there when there is no value but 0. */
  readonly none: string;
  /** What the chart says in a few words. */
  readonly note?: string | undefined;
}

/** The chart, or in its place why there is none: a count that is not known is never drawn as 0. */
export function barChart({ title, by, values, longest, tone, none, note }: BarChart): Markup {
  if (values === undefined) return empty(title, 'Not in the metrics.');
  if (values.every(({ value }) => value === 0)) return empty(title, none);
  const most = longest ?? longestOf(values);
  const rows = values.map(
    ({ label, value }) =>
      markup`<tr><th scope="row">${label}</th><td class="bar"><svg aria-hidden="true"><rect class="${tone ?? 'plain'}" width="${barWidth(value, most)}%" height="100%" rx="2"/></svg></td><td class="number">${numberText(value)}</td></tr>
`,
  );
  const below = note === undefined ? undefined : markup`<p class="faint">${note}</p>`;
  return markup`<div class="chart"><table class="bars"><caption>${title}</caption>
<thead class="spoken"><tr><th scope="col">${by}</th><td></td><th scope="col">Count</th></tr></thead>
<tbody>${rows}</tbody></table>${below}</div>
`;
}

/** The largest of some values; 0 for none. */
export function longestOf(values: readonly LabelledValue[]): number {
  return values.reduce((most, { value }) => Math.max(most, value), 0);
}

function empty(title: string, text: string): Markup {
  return markup`<div class="chart"><p class="title">${title}</p><p class="faint">${text}</p></div>
`;
}
