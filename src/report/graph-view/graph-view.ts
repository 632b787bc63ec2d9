import canvas from './canvas.js?raw';
import details from './details.js?raw';
import layout from './layout.js?raw';
import lists from './lists.js?raw';
import model from './model.js?raw';
import pointer from './pointer.js?raw';
import style from './view.css?raw';
import body from './view.html?raw';
import view from './view.js?raw';

/** The drawing of a graph with its lists, as a part of a page; `modules` in the order in which they need each other. */
export const GRAPH_VIEW = {
  style,
  body,
  modules: [model, layout, details, lists, canvas, pointer, view],
} as const;
