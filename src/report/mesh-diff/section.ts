import type { OutlineItem, OutlineSection } from './outline.ts';

/** Without `--all`, more items of a section than this are counted. */
const ITEMS = 10;
const DETAILS = 6;

/** A section with its items: without `all` the first ones, each with its first details. */
export function sectionOf(
  title: string,
  summary: string,
  items: readonly OutlineItem[],
  all: boolean,
): OutlineSection {
  const shown = all ? items : items.slice(0, ITEMS).map(shortened);
  return { title, summary, isSame: items.length === 0, items: shown, more: items.length - shown.length };
}

function shortened(item: OutlineItem): OutlineItem {
  const more = item.details.length - DETAILS;
  if (more <= 0) return item;
  return { ...item, details: [...item.details.slice(0, DETAILS), `and ${more} more`] };
}

/** `2 new, 1 fixed`: the counts that are not 0. */
export function countsText(counts: readonly (readonly [count: number, words: string])[]): string {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join(', ');
}
