import { element } from '../html-page/element.js';
import { nodeText } from './details.js';
import { kindText, LEVELS } from './model.js';

/** Longer lists are cut: a search finds the rest. */
const LONGEST = 100;

/** Check boxes for the values of a property with their counts; `changed` gets the values that are switched off. */
export function fillFilter(box, counts, textOf, changed) {
  const off = new Set();
  const boxes = [...counts].map(([value, count]) => {
    const label = element('label', 'check');
    const input = element('input');
    input.type = 'checkbox';
    input.checked = true;
    input.addEventListener('change', () => {
      if (input.checked) off.delete(value);
      else off.add(value);
      changed(off);
    });
    label.append(input, element('span', 'name', textOf(value)), element('span', 'count', String(count)));
    return { label, input, value };
  });
  const all = (checked) => {
    off.clear();
    for (const { input, value } of boxes) {
      input.checked = checked;
      if (!checked) off.add(value);
    }
    changed(off);
  };
  const tools = element('div', 'tools');
  for (const [text, checked] of [
    ['all', true],
    ['none', false],
  ]) {
    const button = element('button', 'link', text);
    button.addEventListener('click', () => all(checked));
    tools.append(button);
  }
  box.append(tools, ...boxes.map(({ label }) => label));
}

/** How many nodes have each value of a property, by its text. */
export function countBy(nodes, property) {
  const counts = new Map();
  for (const node of nodes) counts.set(node[property], (counts.get(node[property]) ?? 0) + 1);
  return new Map([...counts].sort((a, b) => (a[0] < b[0] ? -1 : 1)));
}

/** The loops and broken references of the graph; a click shows the node that has it. */
export function fillProblems(box, model, data, select) {
  const items = [
    ...data.cycles.map(({ level, title, why, steps, nodes }) => ({
      level,
      text: `${title}: ${steps.join(' ')}`,
      hint: why,
      node: model.nodes[nodes[0]],
    })),
    ...model.edges
      .filter(({ what }) => what !== undefined)
      .map(({ level, from, relation, what, why }) => ({
        level,
        text: `${nodeText(from)} ${relation}: ${what}`,
        hint: why,
        node: from,
      })),
  ].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  for (const { level, text, hint, node } of items.slice(0, LONGEST)) {
    const item = element('li', level);
    const button = element('button', 'link', text);
    button.title = hint;
    if (node === undefined) button.disabled = true;
    button.addEventListener('click', () => select(node));
    item.append(button);
    box.append(item);
  }
  return items.length;
}

/** The nodes that a filter left, as buttons. */
export function fillResults(box, nodes, selected, select) {
  const items = nodes.slice(0, LONGEST).map((node) => {
    const item = element('li');
    const button = element('button', node === selected ? 'result selected' : 'result');
    const mark = { error: '✖', warning: '!' }[node.level] ?? '';
    button.append(
      element('span', `mark ${node.level ?? ''}`, mark),
      element('span', 'name', node.name),
      element(
        'span',
        'faint',
        `${kindText(node.kind)}${node.namespace === '' ? '' : ` · ${node.namespace}`}`,
      ),
    );
    if (node === selected) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => select(node));
    item.append(button);
    return item;
  });
  if (nodes.length > LONGEST)
    items.push(element('li', 'faint', `and ${nodes.length - LONGEST} more: search for them`));
  if (nodes.length === 0) items.push(element('li', 'faint', 'nothing is left by search and filters'));
  box.replaceChildren(...items);
}
