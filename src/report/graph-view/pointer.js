/** Lets a drawing be moved and scaled with the pointer, and its nodes be chosen. */
export function drawByPointer(view) {
  const { drawing } = view;
  const { canvas } = drawing;
  let drag;
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
    view.redraw();
  });
  canvas.addEventListener('pointerup', (event) => {
    const wasClick = drag !== undefined && !drag.moved;
    drag = undefined;
    if (!wasClick) return;
    const node = drawing.nodeAt(event.offsetX, event.offsetY);
    if (node !== undefined || drawing.selected !== undefined) view.select(node);
  });
  canvas.addEventListener('wheel', (event) => onWheel(event, view), { passive: false });
}

/** In a page that is scrolled itself the wheel goes on doing that; with Ctrl it scales the drawing. */
function onWheel(event, view) {
  const { drawing, isPart } = view;
  const isZoom = event.ctrlKey || event.metaKey;
  if (isPart && !isZoom) return;
  event.preventDefault();
  if (event.shiftKey && !isZoom) drawing.view = { ...drawing.view, x: drawing.view.x - event.deltaY };
  else drawing.zoom(Math.exp(-event.deltaY * (isZoom ? 0.01 : 0.0015)), event.offsetX, event.offsetY);
  view.redraw();
}
