import { byId } from '../html-page/element.js';
import { Drawing } from './canvas.js';
import { showDetails } from './details.js';
import { layout } from './layout.js';
import { countBy, fillFilter, fillProblems, fillResults } from './lists.js';
import { buildModel, filterNodes, kindText, worstFirst } from './model.js';
import { drawByPointer } from './pointer.js';

/**
 * Fills the elements of `view.html` with a graph and lets it be used; keys count where `keys` hears of them: the
 * document, or the element that the graph is a part of. Returns what reads the colours again after a change of them.
 */
export function showGraph(data, keys) {
  const view = new GraphView(data);
  view.isPart = keys !== document;
  keys.addEventListener('keydown', (event) => view.onKey(event));
  addEventListener('resize', () => view.redraw());
  const recolor = () => {
    view.drawing.readColors();
    view.redraw();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolor);
  view.apply();
  if (data.focus !== undefined) {
    view.select(view.model.nodes[data.focus]);
    view.drawing.fit();
  }
  return recolor;
}

class GraphView {
  constructor(data) {
    this.model = buildModel(data);
    this.drawing = new Drawing(byId('drawing'));
    this.filter = {
      search: '',
      kindsOff: new Set(),
      namespacesOff: new Set(),
      onlyWrong: false,
      near: undefined,
    };
    this.shown = [];
    this.isDrawn = false;
    this.select = this.select.bind(this);
    this.listen();
    this.fillFilters();
    byId('problem-count').textContent = String(fillProblems(byId('problems'), this.model, data, this.select));
  }

  redraw() {
    if (this.isDrawn) return;
    this.isDrawn = true;
    requestAnimationFrame(() => {
      this.isDrawn = false;
      this.drawing.draw();
    });
  }

  apply() {
    const { model, drawing, filter } = this;
    const shown = worstFirst(filterNodes(model.nodes, filter));
    const isShown = new Set(shown);
    const edges = model.edges.filter(({ from, to }) => isShown.has(from) && isShown.has(to));
    this.shown = shown;
    drawing.show(shown, edges, layout(shown));
    drawing.fit();
    byId('count').textContent =
      `${shown.length} of ${model.nodes.length} objects, ${edges.length} references`;
    fillResults(byId('results'), shown, drawing.selected, this.select);
    this.redraw();
  }

  /** Shows a node (or none); `only` hides what is not connected with it. */
  select(node, only) {
    const { drawing, filter } = this;
    drawing.selected = node;
    const near =
      only === undefined ? (node === undefined ? undefined : filter.near) : only ? node : undefined;
    const isOther = near !== filter.near;
    filter.near = near;
    if (isOther || (node !== undefined && !this.shown.includes(node) && this.widen())) this.apply();
    else fillResults(byId('results'), this.shown, node, this.select);
    // The details take room from the drawing: they come before what is in the middle of it.
    showDetails(byId('details'), node, this.select, filter.near !== undefined);
    if (isOther) drawing.fit();
    else if (node !== undefined && this.shown.includes(node)) drawing.center(node);
    this.redraw();
  }

  /** A node that the filters hide is wanted all the same: the search and the focus give way. */
  widen() {
    this.filter.search = '';
    this.filter.near = undefined;
    byId('search').value = '';
    return true;
  }

  step(by) {
    const { shown, drawing } = this;
    if (shown.length === 0) return;
    const index = shown.indexOf(drawing.selected);
    this.select(shown[(index + by + shown.length) % shown.length] ?? shown[0]);
  }

  zoom(factor) {
    this.drawing.zoom(factor);
    this.redraw();
  }

  fit() {
    this.drawing.fit();
    this.redraw();
  }

  onKey(event) {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'search';
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/' && !isTyping) {
      event.preventDefault();
      event.stopPropagation();
      byId('search').focus();
      return;
    }
    if (isTyping && !['ArrowDown', 'ArrowUp', 'Enter', 'Escape'].includes(event.key)) return;
    if (event.key === 'Enter' && !isTyping) return;
    const action = KEYS[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action(this);
  }

  listen() {
    drawByPointer(this);
    byId('search').addEventListener('input', (event) => {
      this.filter.search = event.target.value;
      this.apply();
    });
    byId('wrong').addEventListener('change', (event) => {
      this.filter.onlyWrong = event.target.checked;
      this.apply();
    });
    byId('zoom-in').addEventListener('click', () => this.zoom(1.25));
    byId('zoom-out').addEventListener('click', () => this.zoom(0.8));
    byId('fit').addEventListener('click', () => this.fit());
  }

  fillFilters() {
    const { nodes } = this.model;
    fillFilter(byId('kinds'), countBy(nodes, 'kind'), kindText, (off) => {
      this.filter.kindsOff = off;
      this.apply();
    });
    fillFilter(
      byId('namespaces'),
      countBy(nodes, 'band'),
      (name) => name || '(none)',
      (off) => {
        this.filter.namespacesOff = off;
        this.apply();
      },
    );
  }
}

const KEYS = {
  ArrowDown: (view) => view.step(1),
  ArrowUp: (view) => view.step(-1),
  Enter: (view) => view.select(view.shown[0]),
  Escape: (view) => view.select(undefined, false),
  '+': (view) => view.zoom(1.25),
  '-': (view) => view.zoom(0.8),
  0: (view) => view.fit(),
};
