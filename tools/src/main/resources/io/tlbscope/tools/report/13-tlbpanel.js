// Every CPU's TLB before A and after B, differences marked. Tables are built when their CPU is opened.
function makeTlbPanel(data, tlbs, state) {
  const panel = $("panel-tlb");
  const ROWS = 2000, OPEN = 8;
  const from = el("input", { type: "text", inputmode: "numeric", id: "moment-a", "aria-label": "Moment A in ticks" });
  const to = el("input", { type: "text", inputmode: "numeric", id: "moment-b", "aria-label": "Moment B in ticks" });
  const only = el("input", { type: "checkbox", id: "only-differences" });
  const grid = el("div", { class: "tlbs", id: "tlbs" });
  const apply = () => {
    const a = Number(from.value.replace(/[ ,_]/g, "")), b = Number(to.value.replace(/[ ,_]/g, ""));
    if (Number.isFinite(a) && Number.isFinite(b)) state.moments(Math.min(a, b), Math.max(a, b));
  };
  from.addEventListener("change", apply);
  to.addEventListener("change", apply);
  only.addEventListener("change", show);
  panel.append(
    el("div", { class: "moments" },
      el("label", {}, el("span", { class: "marker" }, "A"), " before tick ", from),
      el("label", {}, el("span", { class: "marker" }, "B"), " after tick ", to),
      el("span", { class: "group" },
        el("button", { type: "button", title: "TLB event before A ([)", onclick: () => step(-1) }, "◀ TLB event"), " ",
        el("button", { type: "button", title: "TLB event after B (])", onclick: () => step(1) }, "TLB event ▶")),
      el("label", {}, only, " changed entries only"),
      el("span", { class: "soft" }, el("span", { class: "bad" }, "− dropped or evicted"), "  ", el("span", { class: "good" }, "+ filled"))),
    grid);

  /** Moves both moments to the next tick at which any TLB changed. */
  function step(direction) {
    let best = null;
    for (const tlb of tlbs.cpus) {
      const n = direction > 0 ? bound(tlb.times, state.toTime, true) : bound(tlb.times, state.fromTime) - 1;
      const t = tlb.times[n];
      if (t != null && (best == null || (direction > 0 ? t < best : t > best))) best = t;
    }
    if (best != null) state.moments(best, best);
  }

  function rows(change) {
    const gone = new Set(change.gone);
    const all = [...change.before.values(), ...change.fresh];
    const shown = only.checked ? [...change.gone, ...change.fresh] : all;
    const fresh = new Set(change.fresh);
    return shown.map((n) => ({ n, state: gone.has(n) ? "gone" : fresh.has(n) ? "new" : "" }))
      .sort((x, y) => Number(big(data.events.a[x.n]) - big(data.events.a[y.n])) || x.n - y.n);
  }

  function table(change) {
    const list = rows(change);
    const body = list.slice(0, ROWS).map(({ n, state: mark }) => {
      const entry = entryText(data, n);
      return el("tr", { class: mark || null, "data-va": entry.va },
        el("td", {}, mark === "gone" ? "−" : mark === "new" ? "+" : ""), el("td", {}, el("code", {}, entry.va)), el("td", {}, entry.size),
        el("td", {}, el("code", {}, entry.pa)), el("td", { class: "n" }, String(entry.pcid)), el("td", {}, el("code", {}, entry.flags)));
    });
    const head = ["", "va", "size", "pa", "PCID", "flags"].map((h) => el("th", { scope: "col",
      title: h === "flags" ? "w writable, u user, x executable, g global, d dirty" : null }, h));
    return [el("table", {}, el("thead", {}, el("tr", {}, head)), el("tbody", {}, body)),
      list.length > ROWS ? el("p", { class: "soft" }, `and ${number(list.length - ROWS)} more`) : null,
      list.length ? null : el("p", { class: "soft" }, only.checked ? "Nothing changed." : "Empty.")].filter(Boolean);
  }

  function card(cpu, change, open) {
    const scroll = el("div", { class: "scroll" });
    const fill = () => { if (!scroll.hasChildNodes()) scroll.append(...table(change)); };
    const node = el("details", { class: "tlb", "data-cpu": cpu, open, ontoggle: () => { if (node.open) fill(); } },
      el("summary", {}, el("b", {}, `CPU ${cpu}`), el("span", { class: "soft" }, `${change.before.size} → ${change.after.size} entries`),
        change.gone.length ? el("span", { class: "bad" }, `−${change.gone.length}`) : null,
        change.fresh.length ? el("span", { class: "good" }, `+${change.fresh.length}`) : null), scroll);
    if (open) fill();
    return node;
  }

  function show() {
    from.value = number(state.fromTime);
    to.value = number(state.toTime);
    if (panel.hidden) return;
    let opened = 0;
    const cards = [];
    const changes = tlbs.cpus.map((_, cpu) => ({ cpu, change: tlbs.difference(cpu, state.from, state.to) }));
    const changedFirst = ({ change }) => (change.gone.length + change.fresh.length > 0 ? 0 : 1);
    if (data.cpus > 8) changes.sort((x, y) => changedFirst(x) - changedFirst(y) || x.cpu - y.cpu);
    for (const { cpu, change } of changes) {
      const changed = changedFirst({ change }) === 0;
      if (only.checked && !changed) continue;
      const open = (changed || data.cpus <= 4) && opened < OPEN;
      opened += open ? 1 : 0;
      cards.push(card(cpu, change, open));
    }
    grid.replaceChildren(...(cards.length ? cards : [el("p", { class: "soft" }, "No TLB changed between A and B.")]));
  }
  return { show, step };
}
