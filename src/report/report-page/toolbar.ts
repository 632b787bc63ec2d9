import { compareText } from '../../util/text.ts';
import { type Markup, markup, type Part } from '../html-page/markup.ts';
import { numberText } from './words.ts';

/** A way to choose among items: the name of their `data-…` attribute, and how many have each value. */
export interface Facet {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly Choice[];
}

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly count: number;
}

/** The values that items have, as they come or by their labels. */
export function facet(
  name: string,
  label: string,
  values: readonly string[],
  { labelOf = named, byLabel = true }: FacetOrder = {},
): Facet {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const choices = [...counts].map(([value, count]) => ({ value, label: labelOf(value), count }));
  if (byLabel) choices.sort((a, b) => compareText(a.label, b.label));
  return { name, label, choices };
}

interface FacetOrder {
  readonly labelOf?: (value: string) => string;
  readonly byLabel?: boolean;
}

function named(value: string): string {
  return value === '' ? '(none)' : value;
}

/**
 * Items that can be filtered and shown part by part. Without the script everything is in sight and the tools are not.
 * `noun` is what the count below the tools says.
 */
export function itemList({ id, noun, facets, canOpen }: ListParts, count: number, items: Part): Markup {
  const selects = facets.filter(({ choices }) => choices.length > 1).map(facetSelect);
  const open = canOpen ? markup`<button type="button" class="open-all">Expand all</button>` : undefined;
  return markup`<div class="list" id="${id}-list" data-noun="${noun}">
<div class="toolbar" role="search" aria-label="Filter ${noun}" hidden>
<input type="search" class="filter" aria-label="Filter ${noun} by text" placeholder="Filter ${noun} ( / )" autocomplete="off" spellcheck="false">
${selects}${open}
</div>
<p class="count" role="status" aria-live="polite">${numberText(count)} ${noun}</p>
${items}
<button type="button" class="show-rest" hidden></button>
</div>
`;
}

interface ListParts {
  readonly id: string;
  readonly noun: string;
  readonly facets: readonly Facet[];
  /** Whether the items can be opened for more. */
  readonly canOpen?: boolean;
}

function facetSelect({ name, label, choices }: Facet): Markup {
  const options = choices.map(
    ({ value, label: text, count }) =>
      markup`<option value="${value}">${text} (${numberText(count)})</option>`,
  );
  return markup`<label>${label} <select class="facet" data-facet="${name}"><option>all</option>${options}</select></label>
`;
}
