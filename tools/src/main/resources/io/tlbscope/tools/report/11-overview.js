// The whole run in one strip: how many shootdowns were open, where violations are, and the part shown below.
function makeOverview(data, model, state, view) {
  const canvas = $("overview"), g = canvas.getContext("2d");

  function draw() {
    const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = 44;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    const x = (t) => ((t - view.start) / (view.end - view.start)) * width;
    const bins = new Float64Array(Math.max(1, Math.ceil(width / 2)));
    for (const s of state.matching) {
      const a = Math.max(0, Math.floor(x(s.t0) / 2)), b = Math.min(bins.length - 1, Math.floor(x(s.t1) / 2));
      for (let n = a; n <= b; n++) bins[n] += n === a && n === b ? (x(s.t1) - x(s.t0)) / 2 + 0.15 : 1;
    }
    const most = bins.reduce((m, v) => Math.max(m, v), 1);
    g.fillStyle = color("accent");
    g.globalAlpha = 0.55;
    bins.forEach((v, n) => { if (v) g.fillRect(n * 2, height - 4 - (v / most) * (height - 10), 2, (v / most) * (height - 10) + 1); });
    g.globalAlpha = 1;
    g.fillStyle = color("bad");
    for (const violation of data.violations) g.fillRect(x(violation.time) - 1, 0, 2.5, height);
    const from = Math.max(0, x(view.t0)), to = Math.min(width, x(view.t1));
    g.fillStyle = color("bg");
    g.globalAlpha = 0.72;
    g.fillRect(0, 0, from, height);
    g.fillRect(to, 0, width - to, height);
    g.globalAlpha = 1;
    g.strokeStyle = color("ink");
    g.lineWidth = 1.5;
    g.strokeRect(from + 0.75, 0.75, Math.max(3, to - from - 1.5), height - 1.5);
  }

  let drag = null;
  const timeAt = (event) => view.start + (event.offsetX / canvas.clientWidth) * (view.end - view.start);
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    const t = timeAt(event), inside = t > view.t0 && t < view.t1 && view.t1 - view.t0 < 0.9 * (view.end - view.start);
    drag = { t, moved: false, inside, middle: (view.t0 + view.t1) / 2 };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const t = timeAt(event), span = view.t1 - view.t0;
    drag.moved = true;
    if (drag.inside) view.show(drag.middle + t - drag.t - span / 2, drag.middle + t - drag.t + span / 2);
    else if (Math.abs(t - drag.t) > (view.end - view.start) / 400) view.show(Math.min(t, drag.t), Math.max(t, drag.t));
  });
  canvas.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved) {
      const t = timeAt(event), span = Math.min(view.t1 - view.t0, (view.end - view.start) / 8);
      view.show(t - span / 2, t + span / 2);
    }
    drag = null;
  });
  const redraw = debounce(draw);
  new ResizeObserver(redraw).observe(canvas);
  return { redraw };
}
