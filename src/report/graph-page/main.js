import { Drawing } from './canvas.js';
import { showDetails } from './details.js';
import { layout } from './layout.js';
import { countBy, fillFilter, fillProblems, fillResults } from './lists.js';
import { buildModel, filterNodes, kindText, worstFirst } from './model.js';

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId('data').textContent);
const model = buildModel(data);
const drawing = new Drawing(byId('graph'));
const filter = {
  search: '',
  kindsOff: new Set(),
  namespacesOff: new Set(),
  onlyWrong: false,
  near: undefined,
};
let shown = [];
let isDrawn = false;

function redraw() {
  if (isDrawn) return;
  isDrawn = true;
  requestAnimationFrame(() => {
    isDrawn = false;
    drawing.draw();
  });
}

function apply() {
  shown = worstFirst(filterNodes(model.nodes, filter));
  const isShown = new Set(shown);
  const edges = model.edges.filter(({ from, to }) => isShown.has(from) && isShown.has(to));
  drawing.show(shown, edges, layout(shown));
  drawing.fit();
  byId('count').textContent = `${shown.length} of ${model.nodes.length} objects, ${edges.length} references`;
  fillResults(byId('results'), shown, drawing.selected, select);
  redraw();
}

/** Shows a node (or none); `only` hides what is not connected with it. */
function select(node, only) {
  drawing.selected = node;
  const near = only === undefined ? (node === undefined ? undefined : filter.near) : only ? node : undefined;
  const isOther = near !== filter.near;
  filter.near = near;
  if (isOther || (node !== undefined && !shown.includes(node) && widen())) apply();
  else fillResults(byId('results'), shown, node, select);
  // The details take room from the drawing: they come before what is in the middle of it.
  showDetails(byId('details'), node, select, filter.near !== undefined);
  if (isOther) drawing.fit();
  else if (node !== undefined && shown.includes(node)) drawing.center(node);
  redraw();
}

/** A node that the filters hide is wanted all the same: the search and the focus give way. */
function widen() {
  filter.search = '';
  filter.near = undefined;
  byId('search').value = '';
  return true;
}

function step(by) {
  if (shown.length === 0) return;
  const index = shown.indexOf(drawing.selected);
  select(shown[(index + by + shown.length) % shown.length] ?? shown[0]);
}

const KEYS = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Enter: () => select(shown[0]),
  Escape: () => select(undefined, false),
  '+': () => drawing.zoom(1.25),
  '-': () => drawing.zoom(0.8),
  0: () => drawing.fit(),
};

document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'search';
  if (event.key === '/' && !isTyping) {
    event.preventDefault();
    byId('search').focus();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping && !['ArrowDown', 'ArrowUp', 'Enter', 'Escape'].includes(event.key)) return;
  if (event.key === 'Enter' && !isTyping) return;
  const action = KEYS[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action();
  redraw();
});

let drag;
const canvas = drawing.canvas;
canvas.addEventListener('pointerdown', (event) => {
  drag = { x: event.clientX, y: event.clientY, moved: false };
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener('pointermove', (event) => {
  if (drag === undefined) {
    canvas.style.cursor = drawing.nodeAt(event.offsetX, event.offsetY) ? 'pointer' : 'grab';
    return;
  }
  const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
  if (Math.abs(x) + Math.abs(y) > 4) drag.moved = true;
  if (!drag.moved) return;
  drawing.view = { ...drawing.view, x: drawing.view.x + x, y: drawing.view.y + y };
  drag = { x: event.clientX, y: event.clientY, moved: true };
  redraw();
});
canvas.addEventListener('pointerup', (event) => {
  const wasClick = drag !== undefined && !drag.moved;
  drag = undefined;
  if (!wasClick) return;
  const node = drawing.nodeAt(event.offsetX, event.offsetY);
  if (node !== undefined || drawing.selected !== undefined) select(node);
});
canvas.addEventListener(
  'wheel',
  (event) => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey)
      drawing.zoom(Math.exp(-event.deltaY * 0.01), event.offsetX, event.offsetY);
    else if (event.shiftKey) drawing.view = { ...drawing.view, x: drawing.view.x - event.deltaY };
    else drawing.zoom(Math.exp(-event.deltaY * 0.0015), event.offsetX, event.offsetY);
    redraw();
  },
  { passive: false },
);

byId('search').addEventListener('input', (event) => {
  filter.search = event.target.value;
  apply();
});
byId('wrong').addEventListener('change', (event) => {
  filter.onlyWrong = event.target.checked;
  apply();
});
byId('zoom-in').addEventListener('click', () => {
  drawing.zoom(1.25);
  redraw();
});
byId('zoom-out').addEventListener('click', () => {
  drawing.zoom(0.8);
  redraw();
});
byId('fit').addEventListener('click', () => {
  drawing.fit();
  redraw();
});
fillFilter(byId('kinds'), countBy(model.nodes, 'kind'), kindText, (off) => {
  filter.kindsOff = off;
  apply();
});
fillFilter(
  byId('namespaces'),
  countBy(model.nodes, 'band'),
  (name) => name || '(none)',
  (off) => {
    filter.namespacesOff = off;
    apply();
  },
);
byId('problem-count').textContent = String(fillProblems(byId('problems'), model, data, select));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  drawing.readColors();
  redraw();
});
addEventListener('resize', redraw);
apply();
if (data.focus !== undefined) {
  select(model.nodes[data.focus]);
  drawing.fit();
}
