// The timeline's canvas: axis, lanes, links, markers A and B; and the mouse.
function makeTimeline(data, model, tlbs, state, view) {
  const canvas = $("timeline"), box = $("timeline-box"), tip = $("tip");
  const g = canvas.getContext("2d");
  const painter = makePainter(data, model, tlbs, state, view);
  const links = makeLinks(data, model, state, view, painter);

  function axis() {
    const ink = painter.ink();
    g.fillStyle = ink.panel;
    g.fillRect(0, 0, view.width, view.axis);
    g.fillStyle = ink.soft;
    g.strokeStyle = ink.line;
    g.lineWidth = 1;
    g.font = "11px system-ui, sans-serif";
    g.textBaseline = "middle";
    const rough = ((view.t1 - view.t0) / (view.width - view.gutter)) * 110;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = Math.max(1, [1, 2, 5, 10].map((m) => m * power).find((m) => m >= rough));
    for (let t = Math.ceil(view.t0 / step) * step; t <= view.t1; t += step) {
      const x = Math.round(view.x(t)) + 0.5;
      if (x < view.gutter) continue;
      g.beginPath();
      g.moveTo(x, view.axis - 5);
      g.lineTo(x, view.axis);
      g.stroke();
      const hidden = [view.x(state.fromTime) - 15, view.x(state.toTime) + 1].some((left) => left < x + 72 && left + 14 > x);
      if (!hidden) g.fillText(axisTime(t, step, view.t1), x + 4, view.axis / 2);
    }
    g.beginPath();
    g.moveTo(0, view.axis - 0.5);
    g.lineTo(view.width, view.axis - 0.5);
    g.stroke();
  }

  function gutter(first, last) {
    const ink = painter.ink();
    g.fillStyle = ink.panel;
    g.fillRect(0, view.axis, view.gutter - 6, view.height);
    g.fillStyle = ink.soft;
    g.font = `${Math.min(12, view.laneHeight - 3)}px system-ui, sans-serif`;
    g.textBaseline = "middle";
    for (let cpu = first; cpu <= last; cpu++) g.fillText(`CPU ${cpu}`, 10, view.laneY(cpu) + view.laneHeight / 2);
  }

  function marker(t, name) {
    const ink = painter.ink(), x = Math.round(view.x(t)) + 0.5;
    if (x < view.gutter || x > view.width) return;
    g.strokeStyle = ink.ink;
    g.lineWidth = 1;
    g.setLineDash([5, 4]);
    g.beginPath();
    g.moveTo(x, view.axis);
    g.lineTo(x, view.height);
    g.stroke();
    g.setLineDash([]);
    g.fillStyle = ink.ink;
    const side = name === "A" ? -15 : 1;
    g.fillRect(x + side, view.axis - 15, 14, 14);
    g.fillStyle = ink.panel;
    g.font = "700 10px system-ui, sans-serif";
    g.fillText(name, x + side + 4, view.axis - 7.5);
  }

  function draw() {
    const started = performance.now();
    painter.colors();
    const ratio = window.devicePixelRatio || 1;
    const width = box.clientWidth, height = box.clientHeight;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      view.resize(width, height);
    }
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.fillStyle = painter.ink().panel;
    g.fillRect(0, 0, width, height);
    const first = Math.max(0, Math.floor(view.top / view.laneHeight));
    const last = Math.min(data.cpus - 1, Math.floor((view.top + height - view.axis) / view.laneHeight));
    g.save();
    g.beginPath();
    g.rect(view.gutter, view.axis, width, height);
    g.clip();
    for (let cpu = first; cpu <= last; cpu++) painter.lane(g, cpu);
    links.draw(g);
    g.restore();
    gutter(first, last);
    axis();
    marker(state.fromTime, "A");
    marker(state.toTime, "B");
    Object.assign(canvas.dataset, { lanes: data.cpus, laneHeight: view.laneHeight, t0: view.t0, t1: view.t1, first, last,
      selected: state.selected ? state.selected.id : "", drawn: Number(canvas.dataset.drawn || 0) + 1,
      millis: (performance.now() - started).toFixed(1) });
  }

  /** The shootdown under the pointer: its own span, else a request served. */
  function pick(x, y) {
    const cpu = view.laneAt(y);
    if (cpu < 0 || x < view.gutter) return null;
    const place = painter.rows(cpu), it = model.lanes[cpu];
    const slack = ((view.t1 - view.t0) / view.width) * 4, t = view.time(x);
    let best = null, distance = slack;
    const look = (s, t0, t1, part) => {
      const away = t < t0 ? t0 - t : t > t1 ? t - t1 : 0;
      if (away <= distance && state.matches(s)) { distance = away; best = { s, part, cpu }; }
    };
    if (y < place.served) painter.visible(it.own, (s) => s.t0, (s) => s.t1, (s) => look(s, s.t0, s.t1, null));
    else painter.visible(it.served, (r) => r.t0, (r) => r.t1, (r) => {
      if (r.start != null) look(r.s, r.start, r.t.flushed, r.t);
      if (!best) look(r.s, r.t0, r.t1, r.t);
    });
    return best;
  }

  function hover(event) {
    const hit = pick(event.offsetX, event.offsetY);
    const s = hit ? hit.s : null;
    if (s !== state.hovered) { state.hovered = s; redraw(); }
    tip.hidden = !s;
    if (!s) return;
    tip.textContent = tipText(data, s, hit.part);
    tip.style.left = Math.min(event.offsetX + 14, view.width - tip.offsetWidth - 8) + "px";
    tip.style.top = Math.min(event.offsetY + 16, view.height - tip.offsetHeight - 6) + "px";
  }

  const redraw = debounce(draw);
  attachPointer(canvas, view, { hover, pick, state, leave: () => { tip.hidden = true; state.hovered = null; redraw(); } });
  box.style.height = `min(${view.axis + data.cpus * 118}px, max(54vh, 320px))`;
  new ResizeObserver(redraw).observe(box);
  return { redraw, drawNow: draw, canvas };
}

function tipText(data, s, part) {
  const range = s.family === "all" || s.family === "cache" ? "" : ` ${hex(s.va1)}${s.family === "range" ? " … " + hex(s.va2) : ""}`;
  const lines = [`#${s.id} ${s.opName}${range}`, `CPU ${s.initiator} → ${s.targets.size} targets, ${s.drops.length} entries dropped`];
  if (s.latency != null) lines.push(`ICR → last acknowledgement: ${duration(s.latency)}`);
  if (part) {
    const time = data.events.time, since = (n) => (n >= 0 ? "+" + duration(time[n] - s.t0) : "–");
    lines.push(`on CPU ${part.cpu}: taken ${since(part.taken)}, read ${since(part.read)}, ack ${since(part.ack)}, ${part.drops.length} dropped`);
  }
  return lines.join("\n");
}
