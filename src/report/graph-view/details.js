import { element } from '../html-page/element.js';
import { kindText } from './model.js';

/** `Kind namespace/name` of a node. */
export function nodeText({ kind, namespace, name }) {
  return `${kindText(kind)} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

const STATES = {
  missing: 'It is named, and does not exist.',
  unknown: 'It is named; whether it exists was not read.',
  outside: 'It lies outside of the mesh.',
};

/** Fills the side panel with what is known of a node; `select` is called with the node that is clicked. */
export function showDetails(panel, node, select, only) {
  panel.replaceChildren();
  panel.hidden = node === undefined;
  if (node === undefined) return;
  const close = element('button', 'close', '×');
  close.setAttribute('aria-label', 'Close');
  close.addEventListener('click', () => select(undefined));
  const head = element('h2', '', node.name);
  panel.append(close, element('p', 'kind', kindText(node.kind)), head);
  if (node.namespace !== '') panel.append(element('p', 'faint', `namespace ${node.namespace}`));
  if (node.place !== undefined) panel.append(element('p', 'place', placeText(node.place)));
  if (STATES[node.state] !== undefined) panel.append(element('p', `note ${node.state}`, STATES[node.state]));
  const toggle = element('button', 'wide', only ? 'Show everything again' : 'Show only what is connected');
  toggle.id = 'only';
  toggle.addEventListener('click', () => select(node, !only));
  panel.append(toggle);
  section(panel, 'Findings', node.findings, finding);
  section(panel, 'Refers to', node.out, (edge) => reference(edge, edge.to, select));
  section(panel, 'Is referred to by', node.in, (edge) => reference(edge, edge.from, select));
}

function section(panel, title, items, make) {
  if (items.length === 0) return;
  panel.append(element('h3', '', `${title} (${items.length})`));
  const list = element('ul', 'plain');
  for (const item of items) list.append(make(item));
  panel.append(list);
}

function finding({ code, level, message, why, fix, place }) {
  const item = element('li', `finding ${level}`);
  item.append(element('strong', '', `${code} `), element('span', '', message));
  if (place) item.append(element('div', 'place', placeText(place)));
  item.append(element('div', 'faint', why), element('div', 'fix', fix));
  return item;
}

function reference(edge, other, select) {
  const item = element('li', edge.level === undefined ? 'reference' : `reference ${edge.level}`);
  const button = element('button', 'link', nodeText(other));
  button.addEventListener('click', () => select(other));
  item.append(element('span', 'relation', `${edge.relation} `), button);
  item.append(element('div', 'place', placeText(edge.place)));
  if (edge.what !== undefined) item.append(element('div', 'what', `${edge.what}: ${edge.why}`));
  if (edge.near !== undefined && edge.near.length > 0)
    item.append(element('div', 'fix', `near: ${edge.near.join(', ')}`));
  return item;
}

function placeText({ file, line, column, path }) {
  return file === undefined ? path : `${file}:${line}:${column}${path ? `  ${path}` : ''}`;
}
