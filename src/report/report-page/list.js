import { element } from '../html-page/element.js';
import { compareBy, isWanted, nextDirection, sortKey, wordsOf } from './sorting.js';

/** So many items are quickly laid out; the rest is in the page when it is asked for. */
const SHOWN_AT_ONCE = 100;

const count = (number) => number.toLocaleString('en-US');

/** A list or table of the page whose items are filtered, sorted, and shown part by part. */
export class List {
  constructor(box) {
    this.box = box;
    this.noun = box.dataset.noun;
    this.items = [...box.querySelectorAll('.item')].map((node, index) => ({
      node,
      index,
      values: node.dataset,
      text: `${node.dataset.search ?? ''} ${node.textContent}`.toLowerCase(),
    }));
    this.order = this.items;
    this.attached = this.items;
    this.parent = this.items[0].node.parentNode;
    this.limit = SHOWN_AT_ONCE;
    this.search = box.querySelector('.filter');
    this.facets = [...box.querySelectorAll('.facet')];
    this.rest = box.querySelector('.show-rest');
    this.listen();
    this.apply();
  }

  listen() {
    this.search.addEventListener('input', () => this.apply());
    for (const facet of this.facets) facet.addEventListener('change', () => this.apply());
    this.rest.addEventListener('click', () => this.showRest());
    for (const title of this.box.querySelectorAll('th[data-sort]:not([data-sort=""])'))
      this.makeSortable(title);
    this.openAll = this.box.querySelector('.open-all');
    this.openAll?.addEventListener('click', () => this.toggleAll());
  }

  /** Shows what search and choices leave, as far as it goes. */
  apply() {
    const words = wordsOf(this.search.value);
    const chosen = this.facets
      .filter(({ selectedIndex }) => selectedIndex > 0)
      .map(({ dataset, value }) => [dataset.facet, value]);
    this.shown = this.order.filter((item) => isWanted(item, words, chosen));
    this.attach(this.shown.slice(0, this.limit));
    this.tell();
  }

  /** Has these items in the page and no others: what is not in it costs no layout. */
  attach(items) {
    for (const { node } of this.attached) node.remove();
    const all = document.createDocumentFragment();
    for (const { node } of items) all.append(node);
    this.parent.append(all);
    this.attached = items;
  }

  tell() {
    const [all, found] = [this.items.length, this.shown.length];
    const cut = found > this.limit;
    const what =
      found === all ? `${count(all)} ${this.noun}` : `${count(found)} of ${count(all)} ${this.noun}`;
    this.box.querySelector('.count').textContent = cut
      ? `${what}, the first ${count(this.limit)} are shown`
      : what;
    this.rest.hidden = !cut;
    this.rest.textContent = `Show all ${count(found)}`;
  }

  /** Shows all items that were found, and goes on from the first that was not in sight. */
  showRest() {
    const next = this.shown[this.limit];
    this.limit = Number.POSITIVE_INFINITY;
    this.apply();
    this.focusItem(next);
  }

  makeSortable(title) {
    const button = element('button', 'sort', title.textContent);
    button.type = 'button';
    title.replaceChildren(button);
    title.setAttribute('aria-sort', 'none');
    button.addEventListener('click', () => this.sortBy(title));
  }

  sortBy(title) {
    const direction = nextDirection(title.getAttribute('aria-sort'));
    for (const other of this.box.querySelectorAll('th[aria-sort]')) other.setAttribute('aria-sort', 'none');
    title.setAttribute('aria-sort', direction);
    const { sort: kind } = title.dataset;
    const keys = new Map(
      this.items.map((item) => {
        const cell = item.node.rows[0].cells[title.cellIndex];
        return [item, sortKey(kind, cell.dataset.order ?? cell.textContent)];
      }),
    );
    this.order = direction === 'none' ? this.items : [...this.items].sort(compareBy(kind, direction, keys));
    this.apply();
  }

  toggleAll() {
    const all = this.shown.map(({ node }) => node.querySelector('details'));
    const open = all.some((details) => !details.open);
    for (const details of all) details.open = open;
    this.openAll.textContent = open ? 'Collapse all' : 'Expand all';
  }

  /** Moves the focus by so many items; above the first one is the search. */
  step(from, by) {
    const last = Math.min(this.shown.length, this.limit) - 1;
    const index = from === this.search ? -1 : this.shown.findIndex(({ node }) => node.contains(from));
    const next = Math.min(last, index + by);
    if (next < 0) this.search.focus();
    else this.focusItem(this.shown[next]);
  }

  focusItem(item) {
    if (item === undefined) return;
    const target = item.node.querySelector('summary') ?? item.node;
    const place = target.tagName === 'TBODY' ? target.rows[0] : target;
    if (place.tagName === 'TR') place.tabIndex = -1;
    place.focus();
  }
}
