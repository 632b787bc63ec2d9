import { type Markup, markup, type Part } from '../html-page/markup.ts';

/** A column: its title, and how the script sorts by it; columns without `sort` can't be sorted. */
export interface Column {
  readonly title: string;
  readonly sort?: 'text' | 'number' | undefined;
  /** Stands below the title. */
  readonly below?: Markup | undefined;
  /** A class that gives the column its width; the others share what is left. */
  readonly className?: string | undefined;
}

/** A table whose first row names its columns; `bodies` are its `<tbody>`, one for each item. */
export function table(className: string, caption: string, columns: readonly Column[], bodies: Part): Markup {
  const heads = columns.map(
    ({ title, sort, below, className: kind }) =>
      markup`<th scope="col" class="${kind ?? ''}" data-sort="${sort ?? ''}">${title}${below}</th>`,
  );
  return markup`<table class="${className}">
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
${bodies}</table>
`;
}

/** A cell under its column's title, which narrow screens show in it. */
export function cell(title: string, body: Part, order?: number | string | undefined): Markup {
  return order === undefined
    ? markup`<td data-title="${title}">${body}</td>`
    : markup`<td data-title="${title}" data-order="${order}">${body}</td>`;
}
