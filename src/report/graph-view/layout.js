/** Sizes of the drawing in its own units. */
export const BOX = { width: 190, height: 30 };
const STEP = { x: 290, y: 40 };
const BAND_GAP = 48;
const SWEEPS = 3;

/**
 * Places nodes: a column for a group of kinds, a band for a namespace, and inside of both near to what they are
 * connected with. The same nodes are always placed alike. Returns the bands and the size of the whole.
 */
export function layout(nodes) {
  const isShown = new Set(nodes);
  const columns = [...new Set(nodes.map(({ column }) => column))].sort((a, b) => a - b);
  const place = new Map(columns.map((column, index) => [column, index]));
  const bands = new Map();
  // The order in which nodes come must not matter: the list changes it.
  const sorted = [...nodes].sort((a, b) => a.column - b.column || compare(a.id, b.id));
  for (const node of sorted) {
    const band = bands.get(node.band) ?? new Map();
    bands.set(node.band, band);
    const cell = band.get(node.column) ?? [];
    band.set(node.column, cell);
    cell.push(node);
  }
  const names = [...bands.keys()].sort();
  for (const name of names)
    for (const cell of bands.get(name).values()) {
      for (const [index, node] of cell.entries()) node.rank = index / cell.length;
    }
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (const name of names) for (const cell of bands.get(name).values()) orderCell(cell, isShown, name);
  let top = 0;
  const drawn = names.map((name) => {
    const cells = [...bands.get(name).values()];
    const rows = Math.max(...cells.map((cell) => cell.length));
    for (const cell of cells)
      for (const [index, node] of cell.entries()) {
        node.x = place.get(node.column) * STEP.x;
        node.y = top + index * STEP.y;
      }
    const band = { name, top, height: rows * STEP.y };
    top += band.height + BAND_GAP;
    return band;
  });
  return {
    bands: drawn,
    columns: columns.map((column, index) => ({ column, x: index * STEP.x })),
    width: Math.max(0, columns.length - 1) * STEP.x + BOX.width,
    height: Math.max(0, top - BAND_GAP),
  };
}

/** Orders the nodes of a column in a band by the mean rank of their neighbours in the same band. */
function orderCell(cell, isShown, namespace) {
  const wanted = new Map(cell.map((node) => [node, meanRank(node, isShown, namespace)]));
  cell.sort((a, b) => wanted.get(a) - wanted.get(b) || compare(a.id, b.id));
  for (const [index, node] of cell.entries()) node.rank = index / cell.length;
}

function meanRank(node, isShown, namespace) {
  let sum = 0;
  let count = 0;
  const add = (other) => {
    if (other === node || other.band !== namespace || !isShown.has(other)) return;
    sum += other.rank;
    count++;
  };
  for (const { to } of node.out) add(to);
  for (const { from } of node.in) add(from);
  return count === 0 ? node.rank : sum / count;
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
