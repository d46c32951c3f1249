// The view of one finding: what happened in words, its timeline, and the code at each place.
function makeFindings(data, model, state, view) {
  const root = $("finding");
  let shown = -1, drawn = 0;
  if (!data.violations.length) return { show() {}, step() {}, goTo() {} };
  const count = el("span", { class: "soft", id: "finding-count" });
  const kind = el("b", { class: "bad", id: "finding-kind" });
  const body = el("div", { id: "finding-body" });
  const fold = el("button", { type: "button", id: "finding-fold", "aria-expanded": "true", "aria-controls": "finding-body", onclick: () => {
    body.hidden = !body.hidden;
    fold.setAttribute("aria-expanded", String(!body.hidden));
    fold.textContent = body.hidden ? "Show" : "Hide";
  } }, "Hide");
  const button = (text, title, by) => el("button", { type: "button", title, "aria-label": title, onclick: () => step(by) }, text);
  root.append(el("div", { class: "finding-head" }, el("h2", { id: "finding-title" }, "Finding "), count, kind,
    el("span", { class: "group" }, data.violations.length > 1 ? [button("◀", "Previous finding (V)", -1), button("▶", "Next finding (v)", 1)] : null, fold)), body);
  root.hidden = false;

  function show(index) {
    shown = index;
    const v = data.violations[index], f = v.finding ||= buildFinding(data, model, v);
    count.textContent = `${number(index + 1)} of ${number(data.violations.length)}`;
    kind.textContent = v.kind;
    root.dataset.index = index;
    const line = el("div", { class: "finding-scroll" });
    body.replaceChildren(el("p", { class: "story", id: "finding-story" }, ...story(data, f)), line,
      el("div", { class: "places", id: "finding-places" }, ...places(f)), asList(f));
    const draw = () => {
      drawn = line.clientWidth;
      line.replaceChildren(drawFinding(f, drawn || 1200, (step2) => moment(step2)));
    };
    draw();
    watcher.disconnect();
    watcher.observe(line);
    redraw = draw;
  }
  let redraw = () => {};
  const watcher = new ResizeObserver(([entry]) => { if (Math.abs(entry.contentRect.width - drawn) > 4) redraw(); });

  function step(by) {
    goTo((shown + by + data.violations.length) % data.violations.length);
  }
  /** Shows the finding here and its moment below. */
  function goTo(index) {
    show(index);
    jumpTo(data.violations[index], state, view);
  }

  function moment(chosen) {
    if (chosen.time < view.t0 || chosen.time > view.t1) {
      const span = view.t1 - view.t0;
      view.show(chosen.time - span / 2, chosen.time + span / 2);
    }
    state.moments(chosen.time, chosen.time);
    view.reveal(chosen.cpu);
    $("live").textContent = `CPU ${chosen.cpu}: ${chosen.label}, ${atText(chosen.place)}`;
  }

  const since = (f, t) => (t === f.zero ? "0" : (t > f.zero ? "+" : "−") + duration(Math.abs(t - f.zero)));

  function card(role, title, f, place, facts, code) {
    return el("article", { class: `place ${role}`, "data-role": role },
      el("h3", {}, el("span", { class: "dot" }), title, place ? el("span", { class: "soft" }, ` CPU ${place.cpu}, ${place.time === f.zero ? "time 0" : since(f, place.time)}`) : null),
      place ? el("p", { class: "where" }, el("code", {}, place.symbol || place.rip), place.symbol ? el("code", { class: "soft" }, " " + place.rip) : null) : null,
      facts.length ? el("dl", {}, facts.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])) : null,
      code ? codeTable(f, place, title) : null);
  }

  /** The instructions around a place; the one in question is marked. */
  function codeTable(f, place, title) {
    const lines = f.violation.code?.[place.rip];
    if (!lines) return el("p", { class: "soft nocode" }, f.violation.code ? "The code was not mapped when this was recorded." : "The trace holds no code of this place.");
    const rows = [];
    let within = null;
    for (const line of lines) {
      const [, name, offset] = /^(.*?)(\+0x[0-9a-f]+)?$/.exec(line.symbol);
      if (name && name !== within) rows.push(el("tr", { class: "name" }, el("td", { colspan: 3 }, name + ":")));
      within = name;
      const here = line.rip === place.rip;
      rows.push(el("tr", here ? { class: "here", "aria-current": "true" } : {}, el("td", {}, here ? "▶" : ""),
        el("td", { class: "soft", title: `${line.rip}: ${line.bytes}` }, name ? offset || "+0x0" : line.rip.slice(2)), el("td", {}, line.text)));
    }
    return el("div", { class: "code", tabindex: "0", role: "region", "aria-label": `Instructions around: ${title}` }, el("table", {}, el("tbody", {}, rows)));
  }

  function places(f) {
    const { details: d, violation: v, shootdown: s } = f, cards = [];
    if (d.writer) {
      cards.push(card("writer", "The writer", f, d.writer, [["entry at", el("code", {}, d.writer.pte)], ["before", el("code", {}, structureText(d.writer.before))],
        ["after", el("code", {}, structureText(d.writer.after))]], true));
    }
    if (d.entry) {
      const e = d.entry;
      cards.push(card("entry", "The stale entry", f, null, [["maps", el("code", {}, `${e.va} → ${e.pa}`)], ["is a", cachedText(e)],
        ["held in", `${e.level.replace("_", " ")} of CPU ${f.use.cpu}`], ["PCID", `${e.pcid}${e.global ? ", global" : ""}`],
        ["filled", f.fill == null ? `as number ${number(e.serial)}` : `as number ${number(e.serial)}, ${since(f, data.events.time[f.fill])}`]]));
    }
    if (s) cards.push(shootdownCard(f, s));
    if (d.new_use) cards.push(card("reuse", "The frame's new use", f, d.new_use, d.new_use.how ? [["frame", `${d.new_use.how}`]] : [], true));
    if (d.declared) cards.push(card("reuse", "Declared flushed", f, d.declared, [], true));
    const use = f.use;
    cards.push(card("use", d.use ? "The use" : "Where it was seen", f, use, d.use ? [["access", use.access], ["address", el("code", {}, use.va)]] : [["rule", v.kind]], true));
    return cards;
  }

  function shootdownCard(f, s) {
    const time = data.events.time, t = s.targets.get(f.use.cpu), late = s.released == null || s.released > f.use.time;
    const at = (n) => (n == null || n < 0 ? "–" : since(f, time[n]));
    return card("shootdown", `Shootdown #${s.id}${f.details.use && late ? ", late" : ""}`, f, null, [["by", `CPU ${s.initiator}`], ["operation", s.opName],
      ["range", s.family === "page" ? el("code", {}, hex(s.va1)) : s.family === "range" ? el("code", {}, `${hex(s.va1)} … ${hex(s.va2)}`) : "all"],
      ["began", at(s.begin)], ["IPI sent", at(s.icr[0])],
      ...(t ? [[`CPU ${t.cpu} took it`, at(t.taken)], ["acknowledged", at(t.ack)], ["dropped there", t.drops.length]]
        : s.initiator === f.use.cpu ? [] : [[`CPU ${f.use.cpu}`, "is no target"]]),
      ["released", at(s.done)]]);
  }

  function asList(f) {
    return el("details", { class: "as-list" }, el("summary", {}, `The ${f.steps.length} steps as a list`), el("ol", { id: "finding-steps" }, f.steps.map((each) =>
      el("li", { "data-role": each.role }, el("button", { type: "button", class: "moment", onclick: () => moment(each) }, since(f, each.time)),
        ` CPU ${each.cpu}: ${each.label}, ${each.more} — `, el("code", {}, each.place.symbol ? `${each.place.symbol} (${each.place.rip})` : each.place.rip)))));
  }
  return { show, step, goTo };
}
