// Mouse and touch on the timeline: wheel zooms, shift+wheel scrolls lanes, drag moves, click chooses.
function attachPointer(canvas, view, { hover, pick, state, leave }) {
  let drag = null;
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (event.shiftKey) view.scroll(event.deltaY || event.deltaX);
    else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) view.pan(event.deltaX / view.width);
    else view.zoom(Math.exp(event.deltaY * 0.0016), view.time(event.offsetX));
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    drag = { x: event.offsetX, y: event.offsetY, t0: view.t0, t1: view.t1, top: view.top, moved: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag) return hover(event);
    const dx = event.offsetX - drag.x, dy = event.offsetY - drag.y;
    if (Math.abs(dx) + Math.abs(dy) > 4) drag.moved = true;
    if (!drag.moved) return;
    const by = (-dx / (view.width - view.gutter)) * (drag.t1 - drag.t0);
    view.show(drag.t0 + by, drag.t1 + by);
    view.scroll(drag.top - dy - view.top);
  });
  canvas.addEventListener("pointerup", (event) => {
    const click = drag && !drag.moved;
    drag = null;
    if (!click) return;
    const t = Math.round(view.time(event.offsetX));
    if (event.shiftKey) return state.moments(Math.min(state.fromTime, t), Math.max(state.fromTime, t));
    const hit = pick(event.offsetX, event.offsetY);
    if (hit) state.select(hit.s);
    else state.moments(t, t);
  });
  canvas.addEventListener("pointercancel", () => { drag = null; });
  canvas.addEventListener("pointerleave", leave);
  canvas.addEventListener("dblclick", () => { if (state.selected) view.focus(state.selected); });
}
