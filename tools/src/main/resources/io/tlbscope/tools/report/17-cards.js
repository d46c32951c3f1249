// Head, cards, violations, the run's facts. Numbers come from the summary when the trace has one, else from the events.
function showHead(data, model) {
  document.title = `tlbscope: ${data.guest}`;
  $("guest").textContent = data.guest;
  const facts = [["CPUs", data.cpus], ["seed", data.seed], ["engine", data.summary.engine], ["schedule", data.summary.schedule],
    ["ended", data.summary.outcome]];
  $("facts").append(...facts.filter(([, value]) => value != null).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))));
  const notice = [data.damage, data.shown < data.total ? `Only the first ${number(data.shown)} of ${number(data.total)} events are in this report; to see more, run with --trace FILE, then make it with: tlbscope report FILE --max-events ${data.total}` : ""]
    .filter(Boolean).join(" ");
  $("notice").textContent = notice;
  $("notice").hidden = !notice;
  $("cards").append(...cards(data, model));
}

function counted(data, name, test = () => true) {
  let count = 0;
  const k = data.kind[name], { kind } = data.events;
  for (let n = 0; n < kind.length; n++) if (kind[n] === k && test(n)) count++;
  return count;
}

function cards(data, model) {
  const s = data.summary, { events } = data;
  const shootdowns = s.shootdowns || { initiated: model.shootdowns.length, completed: counted(data, "SHOOTDOWN_DONE"), lost: counted(data, "SHOOTDOWN_LOST") };
  const ipis = s.ipis || { sent: counted(data, "IPI_SENT"), merged: counted(data, "IRR_SET", (n) => events.b[n] && events.c[n] >= 0) };
  const tlb = s.tlb || { filled: counted(data, "TLB_FILL"), evicted: counted(data, "TLB_EVICT"), dropped: counted(data, "TLB_DROP"), over_invalidated: null };
  const latencies = model.shootdowns.map((x) => x.latency).filter((x) => x != null).sort((x, y) => x - y);
  const card = (value, label, sub, mood) => el("div", { class: "card " + (mood || "") }, el("b", {}, value), el("div", { class: "label" }, label), el("div", { class: "sub", title: sub }, sub));
  return [
    card(number(shootdowns.initiated), "shootdowns", `${number(shootdowns.completed)} completed`),
    card(number(shootdowns.lost), "lost shootdowns", shootdowns.lost ? "never answered" : "all were answered", shootdowns.lost ? "bad" : "good"),
    card(number(data.violations.length), "violations", data.violations.length ? [...new Set(data.violations.map((v) => v.kind))].join(", ") : "no rule was broken", data.violations.length ? "bad" : "good"),
    card(latencies.length ? duration(percentile(latencies, 0.5)) : "–", "median latency", latencies.length ? `at most ${duration(latencies[latencies.length - 1])}` : ""),
    card(number(ipis.sent), "IPIs sent", `${number(ipis.merged)} merged in IRR`),
    card(number(tlb.dropped), "TLB entries dropped", tlb.over_invalidated == null ? "" : `${number(tlb.over_invalidated)} needlessly`),
    ...(s.stale ? [card(number(s.stale.entries_made_stale), "entries made stale", `${number(s.stale.stale_uses)} uses of them`)] : []),
    card(number(tlb.filled), "TLB fills", `${number(tlb.evicted)} evicted`),
    card(short(s.instructions), "instructions", s.guest_exit == null ? "" : `guest exit ${s.guest_exit}`),
  ];
}

function showViolations(data, findings) {
  const panel = $("panel-violations");
  if (!data.violations.length) {
    panel.append(el("p", { class: "good" }, "No rule was broken in this run."));
    return;
  }
  panel.append(...data.violations.map((v) => el("button", { type: "button", class: "violation", "data-index": v.index, onclick: () => { findings.goTo(v.index); $("finding").scrollIntoView({ block: "nearest" }); } },
    el("b", {}, v.kind), ` on CPU ${v.cpu} at tick ${number(v.time)}: ${v.message} `, el("code", {}, v.symbol ? `${v.symbol} (${v.rip})` : v.rip))));
}

function jumpTo(violation, state, view) {
  if (violation.shootdown) {
    state.select(violation.shootdown);
    const s = violation.shootdown, room = Math.max(20, (Math.max(s.t1, violation.time) - s.t0) * 0.3);
    view.show(Math.min(s.t0, violation.time) - room, Math.max(s.t1, violation.time) + room);
  } else {
    view.show(violation.time - 500, violation.time + 500);
  }
  state.moments(violation.time, violation.time);
  view.reveal(violation.cpu);
  $("live").textContent = `Violation ${violation.kind} on CPU ${violation.cpu}`;
}

function showRun(data, model) {
  const quote = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  const rows = Object.entries(data.options).map(([name, value]) => el("tr", {}, el("td", {}, el("code", {}, name)), el("td", {}, value)));
  $("panel-run").append(
    el("h2", {}, "Make this run again"), el("pre", { id: "command" }, data.command.map(quote).join(" ")),
    el("p", { class: "soft" }, `Guest file: SHA-256 ${data.sha256 || "unknown"}; tlbscope ${data.version}; ${number(data.total)} events.`),
    el("h3", {}, "Options"), el("table", { style: "max-width:760px" }, el("tbody", {}, rows)),
    el("h3", {}, "Console"), el("pre", { id: "console" }, model.console || "The guest wrote nothing."),
    ...(Object.keys(data.summary).length ? [el("details", {}, el("summary", {}, "Summary as JSON"), el("pre", {}, JSON.stringify(data.summary, null, 2)))] : []));
}
