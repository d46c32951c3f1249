// How long shootdowns took, from the ICR write to the last acknowledgement: a histogram by kind and a table of percentiles.
function makeLatency(data, state, view) {
  const panel = $("panel-latency"), canvas = el("canvas", { class: "histogram", role: "img", "aria-label": "Histogram of latencies" });
  const table = el("div", {});
  panel.append(el("h2", {}, "From ICR write to last acknowledgement"),
    el("p", { class: "soft" }, "Ticks are nanoseconds of guest time: one instruction retired by any CPU is one tick. 0 means that every target answered before the IPI was sent: it was in its handler already. A click on a bar chooses its slowest shootdown."), canvas, table);
  const FAMILIES = ["page", "range", "all", "cache"], PER_OCTAVE = 4;
  const bin = (ticks) => Math.floor(Math.log2(ticks) * PER_OCTAVE);
  let bins = new Map(), first = 0, last = 0, zero = 0;

  function draw() {
    if (panel.hidden) return;
    const list = state.matching.filter((s) => s.latency != null);
    bins = new Map();
    // Zeros have no place on a logarithmic axis: a bar of their own, left of the others.
    const positive = list.map((s) => s.latency).filter((ticks) => ticks > 0);
    zero = positive.length ? bin(positive.reduce((x, y) => Math.min(x, y))) - 3 : 0;
    for (const s of list) {
      const n = s.latency > 0 ? bin(s.latency) : zero;
      if (!bins.has(n)) bins.set(n, []);
      bins.get(n).push(s);
    }
    paint();
    percentiles(list);
  }

  function paint() {
    const g = canvas.getContext("2d"), ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = 220;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.font = "11px system-ui, sans-serif";
    g.fillStyle = color("soft");
    if (!bins.size) return g.fillText("No completed shootdown to show.", 8, 20);
    first = Math.min(...bins.keys()) - 1;
    last = Math.max(...bins.keys()) + 2;
    const most = Math.max(...[...bins.values()].map((list) => list.length)), floor = height - 24;
    const wide = width / (last - first);
    for (const [n, list] of bins) {
      let y = floor;
      for (const family of FAMILIES) {
        const h = (list.filter((s) => s.family === family).length / most) * (floor - 18);
        g.fillStyle = color("op-" + family);
        g.fillRect((n - first) * wide + 1, y - h, Math.max(1, wide - 2), h);
        y -= h;
      }
      g.fillStyle = color("soft");
      if (wide > 16) g.fillText(String(list.length), (n - first) * wide + 3, y - 5);
    }
    g.fillStyle = color("soft");
    const every = Math.max(1, Math.ceil(64 / wide));
    if (bins.get(zero)?.some((s) => s.latency === 0)) g.fillText("0", (zero - first) * wide + 3, height - 8);
    for (let n = zero + 3; n < last; n += every) g.fillText(duration(2 ** (n / PER_OCTAVE)), (n - first) * wide, height - 8);
  }

  function percentiles(list) {
    const rows = ["", ...FAMILIES].map((family) => {
      const ticks = list.filter((s) => !family || s.family === family).map((s) => s.latency).sort((x, y) => x - y);
      if (!ticks.length) return null;
      const at = (p) => duration(percentile(ticks, p));
      return el("tr", {}, [family || "every kind", number(ticks.length), duration(ticks[0]), at(0.5), at(0.9), at(0.99), duration(ticks[ticks.length - 1])]
        .map((cell, n) => el("td", { class: n ? "n" : null }, cell)));
    });
    const head = ["operation", "count", "least", "median", "90 %", "99 %", "most"].map((h, n) => el("th", { scope: "col", class: n ? "n" : null }, h));
    table.replaceChildren(el("table", { style: "max-width:760px" }, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows.filter(Boolean))));
  }

  canvas.addEventListener("click", (event) => {
    const list = bins.get(first + Math.floor((event.offsetX / canvas.clientWidth) * (last - first)));
    if (!list) return;
    const slowest = list.reduce((x, y) => (y.latency > x.latency ? y : x));
    state.select(slowest);
    view.focus(slowest);
  });
  return { show: draw };
}
