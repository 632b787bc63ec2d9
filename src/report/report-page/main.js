import { showGraph } from '../graph-view/view.js';
import { byId } from '../html-page/element.js';
import { listenToKeys } from './keys.js';
import { List } from './list.js';
import { switchTheme } from './theme.js';

for (const tools of document.querySelectorAll('.controls, .toolbar')) tools.hidden = false;
const lists = [...document.querySelectorAll('.list')].map((box) => new List(box));
listenToKeys(lists);
byId('print').addEventListener('click', () => print());

/** The drawing is made when it is first opened: reading a large graph takes time. */
let recolor = () => undefined;
const drawn = byId('drawn-graph');
drawn?.addEventListener('toggle', () => {
  const frame = drawn.querySelector('.graph-frame');
  if (!drawn.open || !frame.hidden) return;
  frame.hidden = false;
  recolor = showGraph(JSON.parse(byId('data').textContent), frame);
});
switchTheme(byId('theme'), () => recolor());

/** On paper nothing can be opened: what is closed or left out is shown for it, and closed again afterwards. */
let opened = [];
addEventListener('beforeprint', () => {
  for (const list of lists) list.attach(list.shown);
  opened = [...document.querySelectorAll('main details:not([open]):not(#drawn-graph)')];
  for (const details of opened) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of opened) details.open = false;
  for (const list of lists) list.apply();
});

/** The contents mark the section that is read. */
const links = new Map(
  [...document.querySelectorAll('nav a')].map((link) => [link.getAttribute('href').slice(1), link]),
);
const reading = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute('aria-current');
      links.get(target.id)?.setAttribute('aria-current', 'true');
    }
  },
  { rootMargin: '-25% 0px -70% 0px' },
);
for (const section of document.querySelectorAll('main > section')) reading.observe(section);
