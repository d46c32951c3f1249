// Lines between lanes: from the ICR write out to every target's IRR, and from every acknowledgement back to the release.
function makeLinks(data, model, state, view, painter) {
  const time = data.events.time;
  /** With more shootdowns than this in the window, only the chosen ones are linked. */
  const CROWD = 40;

  function link(g, x0, y0, x1, y1) {
    const bend = Math.min(60, Math.max(6, Math.abs(x1 - x0) * 0.5));
    g.beginPath();
    g.moveTo(x0, y0);
    g.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
    g.stroke();
  }

  function shootdown(g, s, strong) {
    const own = painter.rows(s.initiator);
    const home = own.own + own.row / 2;
    g.strokeStyle = painter.opColor(s);
    g.lineWidth = strong ? 1.8 : 1;
    g.globalAlpha = strong ? 0.95 : 0.38;
    for (const t of s.targets.values()) {
      const place = painter.rows(t.cpu);
      const there = place.served + place.row / 2;
      if (s.sent != null && t.irr >= 0) {
        g.setLineDash([]);
        link(g, view.x(s.sent), home, view.x(time[t.irr]), there);
      }
      if (t.ack >= 0 && s.released != null) {
        g.setLineDash([3, 3]);
        link(g, view.x(time[t.ack]), there, view.x(s.released), home);
      }
    }
    g.setLineDash([]);
    g.globalAlpha = 1;
  }

  function outline(g, s) {
    const own = painter.rows(s.initiator);
    g.strokeStyle = painter.ink().ink;
    g.lineWidth = 2;
    g.strokeRect(view.x(s.t0) - 1.5, own.own - 1.5, Math.max(3, view.x(s.t1) - view.x(s.t0) + 3), own.row + 3);
  }

  function draw(g) {
    if (state.links) {
      const near = [];
      for (const s of state.matching) {
        if (s.t0 > view.t1) break;
        if (s.t1 >= view.t0) near.push(s);
        if (near.length > CROWD) break;
      }
      if (near.length <= CROWD) near.forEach((s) => s !== state.selected && shootdown(g, s, false));
    }
    if (state.hovered && state.hovered !== state.selected) shootdown(g, state.hovered, true);
    if (state.selected) {
      shootdown(g, state.selected, true);
      outline(g, state.selected);
    }
  }
  return { draw };
}
