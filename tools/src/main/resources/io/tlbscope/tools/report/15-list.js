// The table of shootdowns: the timeline's accessible twin. Sorted by a column; up and down go through rows.
function makeList(data, state, view) {
  const panel = $("panel-list"), ROWS = 1000;
  const columns = [["#", (s) => s.id], ["began", (s) => s.t0, (s) => duration(s.t0)], ["initiator", (s) => s.initiator, (s) => `CPU ${s.initiator}`],
    ["operation", (s) => s.op, (s) => s.opName], ["address", (s) => hex(s.va1), (s) => (s.family === "page" || s.family === "range" ? hex(s.va1) : "all")],
    ["targets", (s) => s.targets.size], ["dropped", (s) => s.drops.length],
    ["ICR → last ack", (s) => s.latency ?? -1, (s) => (s.latency == null ? "–" : duration(s.latency))],
    ["state", (s) => (s.lost.length ? 0 : s.done < 0 ? 1 : 2), (s) => (s.lost.length ? "lost" : s.done < 0 ? "open" : "completed")]];
  let sort = 0, direction = 1;
  const body = el("tbody", {});
  const heads = columns.map(([name], n) => el("th", { scope: "col" }, el("button", { type: "button", onclick: () => order(n) }, name)));
  const more = el("p", { class: "soft" });
  panel.append(el("div", { class: "list-box" }, el("table", { id: "shootdown-table" }, el("thead", {}, el("tr", {}, heads)), body)), more);

  function order(column) {
    direction = column === sort ? -direction : 1;
    sort = column;
    show();
  }
  function show() {
    heads.forEach((head, n) => head.setAttribute("aria-sort", n !== sort ? "none" : direction > 0 ? "ascending" : "descending"));
    const key = columns[sort][1];
    const list = [...state.matching].sort((x, y) => (key(x) < key(y) ? -direction : key(x) > key(y) ? direction : x.t0 - y.t0));
    body.replaceChildren(...list.slice(0, ROWS).map((s) => el("tr", { tabindex: "0", "data-id": s.id, "aria-selected": String(s === state.selected),
      onclick: () => choose(s), onkeydown: (event) => rowKey(event, s) }, columns.map(([, key2, text]) => el("td", {}, String((text || key2)(s)))))));
    more.textContent = list.length > ROWS ? `The first ${number(ROWS)} of ${number(list.length)}; filter to see others.` : "";
  }
  function choose(s) {
    state.select(s);
    view.focus(s);
  }
  function rowKey(event, s) {
    const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (next) event.currentTarget[next]?.focus();
    else if (event.key === "Enter" || event.key === " ") choose(s);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  function mark() {
    for (const row of body.children) row.setAttribute("aria-selected", String(state.selected != null && Number(row.dataset.id) === state.selected.id));
  }
  return { show, mark };
}
