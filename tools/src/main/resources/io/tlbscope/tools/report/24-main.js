// Puts the parts together.
loadData().then((data) => {
  const model = buildModel(data), tlbs = buildTlbs(data), state = makeState(data, model);
  let timeline, overview;
  const redraw = () => { timeline?.redraw(); overview?.redraw(); };
  const view = makeView(data, redraw);
  timeline = makeTimeline(data, model, tlbs, state, view);
  overview = makeOverview(data, model, state, view);
  const details = makeDetails(data, state), tlbPanel = makeTlbPanel(data, tlbs, state), list = makeList(data, state, view);
  const latency = makeLatency(data, state, view), filters = makeFilters(data, model, state, view);
  showHead(data, model);
  const findings = makeFindings(data, model, state, view);
  showViolations(data, findings);
  showRun(data, model);
  showLegend();
  const panels = { tlb: tlbPanel.show, list: list.show, latency: latency.show };
  const tabs = makeTabs((name) => panels[name]?.());
  const toggleTheme = makeTheme(() => { redraw(); latency.show(); });
  $("theme").addEventListener("click", toggleTheme);
  $("help-open").addEventListener("click", showHelp);

  state.onChange((what) => {
    if (what === "selected") { details.show(); list.mark(); }
    if (what === "moments") tlbPanel.show();
    if (what === "filter") { if (!$("panel-list").hidden) list.show(); latency.show(); }
    redraw();
  });

  /** The next or previous shootdown of those that match, from the chosen one or the window's start. */
  function go(by) {
    const all = state.matching;
    if (!all.length) return;
    const at = state.selected ? all.findIndex((s) => s.t0 >= state.selected.t0 && (s === state.selected || s.t0 > state.selected.t0)) : -1;
    const from = state.selected ? (at < 0 ? all.length : at - (by > 0 && all[at] !== state.selected ? 1 : 0)) : all.findIndex((s) => s.t0 >= view.t0) - (by > 0 ? 1 : 0);
    const s = all[(from + by + all.length) % all.length];
    const whole = view.t1 - view.t0 > 0.9 * (view.end - view.start);
    state.select(s);
    if (whole || s.t0 < view.t0 || s.t1 > view.t1 || view.x(s.t1) - view.x(s.t0) < 12) view.focus(s);
    else view.reveal(s.initiator);
  }
  /** The first thing to see: a violation if there is one, else the first shootdown that dropped another CPU's entry. */
  function begin() {
    view.fit();
    state.moments(view.start, view.start);
    if (data.violations.length) findings.show(0);
    const first = model.shootdowns.find((s) => s.violations.length)
      || model.shootdowns.find((s) => s.drops.some((n) => data.events.cpu[n] !== s.initiator)) || model.shootdowns[0];
    if (!first) return;
    state.select(first);
    const around = model.shootdowns.indexOf(first), window = model.shootdowns.slice(Math.max(0, around - 3), around + 9);
    const t0 = Math.min(...window.map((s) => s.t0)), t1 = Math.max(...window.map((s) => s.t1));
    view.show(t0 - (t1 - t0) * 0.05, t1 + (t1 - t0) * 0.05);
  }
  /** The first press shows the finding that is shown already in the large timeline. */
  let gone = false;
  const goFinding = (by) => {
    findings.step(gone ? by : 0);
    gone = true;
  };
  attachKeys({
    "+": () => view.zoom(1 / 1.5), "=": () => view.zoom(1 / 1.5), "-": () => view.zoom(1.5), "_": () => view.zoom(1.5),
    ArrowLeft: () => view.pan(-0.15), ArrowRight: () => view.pan(0.15), ArrowUp: () => view.scroll(-view.laneHeight), ArrowDown: () => view.scroll(view.laneHeight),
    "0": view.fit, n: () => go(1), p: () => go(-1), f: () => state.selected && view.focus(state.selected), v: () => goFinding(1), V: () => goFinding(-1),
    "[": () => tlbPanel.step(-1), "]": () => tlbPanel.step(1), l: filters.toggleLinks, "/": () => filters.search.focus(), t: toggleTheme,
    "?": showHelp, Escape: () => state.select(null), "1": () => tabs.open(0), "2": () => tabs.open(1), "3": () => tabs.open(2), "4": () => tabs.open(3), "5": () => tabs.open(4),
  });
  details.show();
  tabs.open(0);
  begin();
  document.body.dataset.ready = "true";
}).catch((error) => {
  $("notice").textContent = "This report cannot be shown: " + error;
  $("notice").hidden = false;
  throw error;
});
