import { BOX } from './layout.js';
import { COLUMN_TITLES, kindText } from './model.js';

const SMALLEST_TEXT = 0.42;

/** Draws the graph on a canvas, and turns its points into nodes. */
export class Drawing {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d');
    this.view = { x: 0, y: 0, scale: 1 };
    this.nodes = [];
    this.edges = [];
    this.shape = { bands: [], columns: [], width: 0, height: 0 };
    this.selected = undefined;
    this.readColors();
  }

  /** Reads the colours of the page again: they change with light and dark. */
  readColors() {
    const style = getComputedStyle(document.documentElement);
    this.colors = {};
    for (const name of ['text', 'faint', 'line', 'card', 'band', 'accent', 'error', 'warning'])
      this.colors[name] = style.getPropertyValue(`--${name}`).trim();
    this.columnColors = [0, 1, 2, 3, 4, 5].map((index) => style.getPropertyValue(`--column${index}`).trim());
  }

  /** What is to be drawn. */
  show(nodes, edges, shape) {
    this.nodes = nodes;
    this.edges = edges;
    this.shape = shape;
  }

  /** Moves and scales so that everything is seen; a large graph begins at its upper left corner. */
  fit() {
    const { clientWidth, clientHeight } = this.canvas;
    const { width, height } = this.shape;
    const whole = Math.min((clientWidth - 80) / (width || 1), (clientHeight - 90) / (height || 1), 1.1);
    const scale = Math.max(whole, Math.min(0.5, (clientWidth - 80) / (width || 1)), 0.08);
    const x = Math.max(40, (clientWidth - width * scale) / 2);
    this.view = { x, y: Math.max(56, (clientHeight - height * scale) / 2), scale };
  }

  /** Moves so that a node is in the middle. */
  center(node) {
    const { clientWidth, clientHeight } = this.canvas;
    const scale = Math.max(this.view.scale, 0.6);
    this.view = {
      scale,
      x: clientWidth / 2 - (node.x + BOX.width / 2) * scale,
      y: clientHeight / 2 - (node.y + BOX.height / 2) * scale,
    };
  }

  /** Scales around a point of the canvas. */
  zoom(factor, x = this.canvas.clientWidth / 2, y = this.canvas.clientHeight / 2) {
    const { view } = this;
    const scale = Math.min(3, Math.max(0.04, view.scale * factor));
    const ratio = scale / view.scale;
    this.view = { scale, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio };
  }

  /** The node at a point of the canvas. */
  nodeAt(x, y) {
    const { view } = this;
    const [at, down] = [(x - view.x) / view.scale, (y - view.y) / view.scale];
    return this.nodes.find(
      (node) => at >= node.x && at <= node.x + BOX.width && down >= node.y && down <= node.y + BOX.height,
    );
  }

  /** Draws everything that is in sight. */
  draw() {
    const { canvas, context, view } = this;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== width * ratio || canvas.height !== height * ratio) {
      canvas.width = width * ratio;
      canvas.height = height * ratio;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.translate(view.x, view.y);
    context.scale(view.scale, view.scale);
    this.sight = {
      left: -view.x / view.scale - 40,
      top: -view.y / view.scale - 40,
      right: (width - view.x) / view.scale + 40,
      bottom: (height - view.y) / view.scale + 40,
    };
    this.drawBands();
    for (const edge of this.edges) if (!this.touchesSelected(edge)) this.drawEdge(edge);
    for (const edge of this.edges) if (this.touchesSelected(edge)) this.drawEdge(edge);
    for (const node of this.nodes) this.drawNode(node);
    this.drawTitles(ratio, width);
  }

  touchesSelected({ from, to }) {
    return this.selected !== undefined && (from === this.selected || to === this.selected);
  }

  drawBands() {
    const { context, colors, sight, shape, view } = this;
    for (const { name, top, height } of shape.bands) {
      if (top > sight.bottom || top + height < sight.top) continue;
      context.fillStyle = colors.band;
      context.beginPath();
      context.roundRect(-14, top - 10, shape.width + 28, height + 10, 10);
      context.fill();
      if (view.scale < 0.15 || name === '') continue;
      const size = Math.min(22, 13 / view.scale);
      context.textAlign = 'left';
      context.fillStyle = colors.faint;
      context.font = `600 ${size}px system-ui, sans-serif`;
      context.fillText(this.cut(name, shape.width), -10, top - 15);
    }
  }

  drawEdge(edge) {
    const { context, colors, sight, view } = this;
    const { from, to } = edge;
    if (Math.min(from.y, to.y) > sight.bottom || Math.max(from.y, to.y) + BOX.height < sight.top) return;
    const isNear = this.touchesSelected(edge);
    context.strokeStyle =
      edge.level === undefined ? (isNear ? colors.accent : colors.line) : colors[edge.level];
    context.globalAlpha = this.selected === undefined || isNear ? 1 : 0.25;
    context.lineWidth = (isNear ? 2.2 : 1.1) / Math.min(1, Math.max(view.scale, 0.5));
    context.setLineDash(edge.state === 'unknown' || edge.state === 'outside' ? [5, 5] : []);
    const forward = to.x >= from.x;
    const [startX, endX] = [from.x + (forward ? BOX.width : 0), to.x + (to.x > from.x ? 0 : BOX.width)];
    const [startY, endY] = [from.y + BOX.height / 2, to.y + BOX.height / 2];
    const bend = to.x === from.x ? 60 : (endX - startX) / 2;
    context.beginPath();
    context.moveTo(startX, startY);
    context.bezierCurveTo(startX + bend, startY, endX - (to.x === from.x ? -60 : bend), endY, endX, endY);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  drawNode(node) {
    const { context, colors, sight, view, selected } = this;
    const { x, y } = node;
    if (x > sight.right || x + BOX.width < sight.left || y > sight.bottom || y + BOX.height < sight.top)
      return;
    const isNear =
      selected === undefined ||
      node === selected ||
      selected.out.some(({ to }) => to === node) ||
      selected.in.some(({ from }) => from === node);
    context.globalAlpha = isNear ? 1 : 0.35;
    context.fillStyle = colors.card;
    context.beginPath();
    context.roundRect(x, y, BOX.width, BOX.height, 6);
    context.fill();
    const ring = node.level === 'error' || node.level === 'warning' ? colors[node.level] : colors.line;
    context.strokeStyle = node === selected ? colors.accent : ring;
    context.lineWidth = node === selected ? 3 : ring === colors.line ? 1 : 2;
    context.setLineDash(node.state === 'there' ? [] : [4, 3]);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = this.columnColors[node.column];
    context.fillRect(x + 1, y + 5, 4, BOX.height - 10);
    if (view.scale >= SMALLEST_TEXT) this.drawText(node);
    context.globalAlpha = 1;
  }

  drawText({ x, y, kind, name, level }) {
    const { context, colors } = this;
    context.textAlign = 'left';
    context.fillStyle = colors.faint;
    context.font = '9px system-ui, sans-serif';
    context.fillText(this.cut(kindText(kind), BOX.width - 34), x + 12, y + 11);
    context.fillStyle = colors.text;
    context.font = '600 12px system-ui, sans-serif';
    context.fillText(this.cut(name, BOX.width - 34), x + 12, y + 24);
    if (level !== 'error' && level !== 'warning') return;
    context.fillStyle = colors[level];
    context.textAlign = 'right';
    context.font = '700 13px system-ui, sans-serif';
    context.fillText(level === 'error' ? '✖' : '!', x + BOX.width - 9, y + 20);
  }

  /** The titles of the columns stay at the top. */
  drawTitles(ratio, width) {
    const { context, colors, view, shape } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = colors.card;
    context.fillRect(0, 0, width, 30);
    context.fillStyle = colors.line;
    context.fillRect(0, 30, width, 1);
    context.textAlign = 'center';
    context.font = '600 12px system-ui, sans-serif';
    const room = Math.max(60, 280 * view.scale);
    for (const { column, x } of shape.columns) {
      context.fillStyle = this.columnColors[column];
      const middle = view.x + (x + BOX.width / 2) * view.scale;
      context.fillText(this.cut(COLUMN_TITLES[column], room), middle, 19);
    }
  }

  /** A text that fits a width, by the font that is set. */
  cut(text, width) {
    const { context } = this;
    // Measuring takes time; no letter is wider than the largest font here is high.
    if (text.length * 14 <= width || context.measureText(text).width <= width) return text;
    let end = Math.max(1, Math.floor((text.length * width) / context.measureText(text).width) - 1);
    while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end--;
    return `${text.slice(0, end)}…`;
  }
}
