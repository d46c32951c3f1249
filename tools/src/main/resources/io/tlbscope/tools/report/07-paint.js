// Draws the lanes. A lane has two rows: shootdowns that the CPU initiates, and requests that it serves for others.
function makePainter(data, model, tlbs, state, view) {
  const time = data.events.time;
  let ink = {};
  function colors() {
    ink = Object.fromEntries(["bg", "panel", "line", "faint", "ink", "soft", "accent", "bad", "pending", "drop", "stale", "occupancy",
      "op-page", "op-range", "op-all", "op-cache"].map((name) => [name, color(name)]));
  }
  const opColor = (s) => ink["op-" + s.family];
  const alpha = (s) => (state.matches(s) ? 1 : 0.13);

  /** Calls `draw` for every span that touches the window; spans start in order, `longest` bounds how far back to look. */
  function visible(spans, start, end, draw) {
    if (!spans.starts) {
      spans.starts = Float64Array.from(spans, start);
      spans.longest = spans.reduce((most, span) => Math.max(most, end(span) - start(span)), 0);
    }
    for (let n = bound(spans.starts, view.t0 - spans.longest); n < spans.length && spans.starts[n] <= view.t1; n++) {
      if (end(spans[n]) >= view.t0) draw(spans[n]);
    }
  }

  function rows(cpu) {
    const y = view.laneY(cpu), h = view.laneHeight, pad = h >= 26 ? 3 : 1;
    const row = (h - 2 * pad - 1) / 2;
    return { y, h, own: y + pad, served: y + pad + row + 1, row };
  }

  function bar(g, x0, x1, y, h) {
    g.fillRect(x0, y, Math.max(1, x1 - x0), h);
  }

  function occupancy(g, cpu, place) {
    const tlb = tlbs.cpus[cpu];
    if (view.laneHeight < 24 || !tlb.events.length) return;
    g.fillStyle = ink.occupancy;
    let n = bound(tlb.times, view.t0, true) - 1;
    let from = view.gutter;
    while (from < view.width) {
      const until = n + 1 < tlb.times.length ? Math.max(from, Math.min(view.width, view.x(tlb.times[n + 1]))) : view.width;
      const h = n < 0 ? 0 : (tlb.counts[n] / tlbs.most) * (place.h - 2);
      if (until - from >= 1 || until === view.width) {
        g.fillRect(from, place.y + place.h - 1 - h, Math.max(1, until - from), h);
        from = until;
      }
      if (++n >= tlb.times.length) break;
      if (until - from < 1 && n + 1 < tlb.times.length) n = Math.max(n, bound(tlb.times, view.time(from + 1)) - 1);
    }
  }

  function lane(g, cpu) {
    const place = rows(cpu), it = model.lanes[cpu];
    g.fillStyle = cpu % 2 ? ink.panel : ink.bg;
    g.fillRect(0, place.y, view.width, place.h);
    occupancy(g, cpu, place);
    g.fillStyle = ink.line;
    visible(it.busy, (b) => b.t0, (b) => b.t1, (b) => bar(g, view.x(b.t0), view.x(b.t1), place.served, place.row));
    let lastX = -1;
    visible(it.own, (s) => s.t0, (s) => s.t1, (s) => {
      const x0 = view.x(s.t0), x1 = view.x(s.t1);
      if (x1 - x0 < 1 && Math.floor(x1) === lastX) return;
      lastX = Math.floor(x1);
      g.globalAlpha = alpha(s);
      g.fillStyle = opColor(s);
      bar(g, x0, x1, place.own, place.row);
      if (s.sent != null && x1 - x0 > 5) {
        g.fillStyle = ink.panel;
        g.fillRect(view.x(s.sent), place.own + 1, 1.5, place.row - 2);
      }
      if (x1 - x0 > 64 && place.row >= 10) label(g, s, x0, x1, place);
    });
    visible(it.served, (r) => r.t0, (r) => r.t1, (r) => served(g, r, place));
    g.globalAlpha = 1;
    drops(g, it, place);
    stale(g, it, place);
    marks(g, it, place);
    lost(g, it, place);
  }

  function label(g, s, x0, x1, place) {
    g.save();
    g.beginPath();
    g.rect(x0, place.own, x1 - x0 - 3, place.row);
    g.clip();
    g.fillStyle = ink.panel;
    g.font = `600 ${Math.min(11, place.row - 1)}px system-ui, sans-serif`;
    g.textBaseline = "middle";
    g.fillText(`#${s.id} ${s.opName}`, Math.max(x0, view.gutter) + 5, place.own + place.row / 2 + 0.5);
    g.restore();
  }

  function served(g, r, place) {
    const { s, t } = r;
    g.globalAlpha = alpha(s);
    const middle = place.served + place.row / 2;
    const x0 = view.x(r.t0), waitEnd = view.x(r.start ?? r.t1);
    if (waitEnd - x0 > 1.5) {
      g.fillStyle = ink.pending;
      g.fillRect(x0, middle - 1, waitEnd - x0, 2);
    }
    if (r.start == null) return;
    g.fillStyle = opColor(s);
    bar(g, view.x(r.start), view.x(t.flushed), place.served, place.row);
    if (t.ack >= 0) {
      const x = view.x(time[t.ack]);
      g.fillStyle = ink.ink;
      if (view.x(t.flushed) - view.x(r.start) > 3 || state.selected === s) g.fillRect(x - 0.5, place.served - 1, 1.5, place.row + 2);
    }
  }

  function drops(g, it, place) {
    g.fillStyle = ink.drop;
    let lastX = -1;
    for (let n = bound(it.drops.times ||= Float64Array.from(it.drops, (e) => time[e]), view.t0); n < it.drops.length; n++) {
      if (it.drops.times[n] > view.t1) break;
      const x = Math.round(view.x(it.drops.times[n]));
      if (x === lastX) continue;
      lastX = x;
      g.fillRect(x - 1, place.y + place.h - Math.max(4, place.h / 7), 2, Math.max(3, place.h / 7 - 1));
    }
  }

  /** Diamonds: hollow where the CPU made an entry stale, filled where it used one first. */
  function stale(g, it, place) {
    const r = Math.min(4.5, place.row / 2);
    g.fillStyle = g.strokeStyle = ink.stale;
    g.lineWidth = 1.3;
    let lastX = -1;
    for (let n = bound(it.stale.times ||= Float64Array.from(it.stale, (e) => time[e]), view.t0); n < it.stale.length; n++) {
      if (it.stale.times[n] > view.t1) break;
      const x = Math.round(view.x(it.stale.times[n])), used = data.events.kind[it.stale[n]] === data.kind.STALE_USE;
      if (x * 2 + (used ? 1 : 0) === lastX) continue;
      lastX = x * 2 + (used ? 1 : 0);
      const y = used ? place.served + place.row / 2 : place.own + place.row / 2;
      g.beginPath();
      g.moveTo(x - r, y);
      g.lineTo(x, y - r);
      g.lineTo(x + r, y);
      g.lineTo(x, y + r);
      g.closePath();
      if (used) g.fill();
      else g.stroke();
    }
  }

  function marks(g, it, place) {
    g.fillStyle = ink.bad;
    for (const n of it.violations) {
      if (time[n] < view.t0 || time[n] > view.t1) continue;
      const x = view.x(time[n]);
      g.fillRect(x - 0.75, place.y, 1.5, place.h);
      g.beginPath();
      g.moveTo(x - 6, place.y + 1);
      g.lineTo(x + 6, place.y + 1);
      g.lineTo(x, place.y + 10);
      g.fill();
    }
  }

  function lost(g, it, place) {
    for (const s of it.own) {
      for (const n of s.lost) {
        const x = view.x(time[n]);
        if (x < view.gutter || x > view.width) continue;
        g.strokeStyle = ink.bad;
        g.lineWidth = 2;
        g.beginPath();
        g.moveTo(x - 4, place.own);
        g.lineTo(x + 4, place.own + place.row);
        g.moveTo(x + 4, place.own);
        g.lineTo(x - 4, place.own + place.row);
        g.stroke();
      }
    }
  }

  return { colors, rows, lane, visible, opColor, ink: () => ink };
}
