// Filters and search above the timeline.
function makeFilters(data, model, state, view) {
  const select = (id, name, options) => el("select", { id, "aria-label": name, onchange: change },
    options.map(([value, text]) => el("option", { value }, text)));
  const families = select("filter-op", "Operation", [["", "any operation"], ["page", "page"], ["range", "range"], ["all", "all entries"], ["cache", "caches"]]);
  const cpus = select("filter-cpu", "CPU", [["", "any CPU"], ...Array.from({ length: data.cpus }, (_, n) => [String(n), `CPU ${n}`])]);
  const role = select("filter-role", "The CPU's role", [["either", "initiator or target"], ["initiator", "initiator"], ["target", "target"]]);
  const address = el("input", { type: "text", class: "address", id: "filter-address", placeholder: "virtual address", "aria-label": "Virtual address", oninput: change });
  const violations = el("input", { type: "checkbox", id: "filter-violations", onchange: change });
  const merged = el("input", { type: "checkbox", id: "filter-merged", onchange: change });
  const search = el("input", { type: "search", id: "search", placeholder: "find #12, symbol, 0x…", title: "Find (/), then Enter", "aria-label": "Search for a shootdown number, a symbol or an address" });
  const count = el("span", { class: "count", id: "count", role: "status" });
  const button = (text, title, action) => el("button", { type: "button", title, "aria-label": title, onclick: action }, text);
  const links = el("button", { type: "button", id: "links", "aria-pressed": "true", title: "Show or hide links (l)", onclick: toggleLinks }, "links");
  $("filters").append(families, cpus, role, address, el("label", {}, violations, "violations"), el("label", {}, merged, "merged IPIs"),
    search, count,
    el("span", { class: "group" }, links, button("−", "Zoom out (-)", () => view.zoom(1.5)), button("+", "Zoom in (+)", () => view.zoom(1 / 1.5)),
      button("fit", "Show the whole run (0)", view.fit), button("focus", "Zoom to the chosen shootdown (f)", () => state.selected && view.focus(state.selected))));

  function toggleLinks() {
    state.links = !state.links;
    links.setAttribute("aria-pressed", String(state.links));
    state.changed("links");
  }

  function touches(s, wanted) {
    try {
      const va = BigInt(wanted.startsWith("0x") ? wanted : "0x" + wanted);
      if (s.family === "page" && big(s.va1) >> 12n === va >> 12n) return true;
      if (s.family === "range" && big(s.va1) <= va && va < big(s.va2)) return true;
      return s.drops.some((n) => {
        const shift = BigInt((data.events.d[n] >> 8) & 0xff);
        return big(data.events.b[n]) >> shift === va >> shift;
      });
    } catch {
      return false;
    }
  }

  function change() {
    const cpu = cpus.value === "" ? -1 : Number(cpus.value), wanted = address.value.trim().toLowerCase();
    const test = (s) => (!families.value || s.family === families.value)
      && (cpu < 0 || (role.value !== "target" && s.initiator === cpu) || (role.value !== "initiator" && s.targets.has(cpu)))
      && (!wanted || touches(s, wanted))
      && (!violations.checked || s.violations.length > 0 || s.lost.length > 0)
      && (!merged.checked || [...s.targets.values()].some((t) => t.merged));
    state.matching = model.shootdowns.filter(test);
    const set = new Set(state.matching);
    state.matches = set.size === model.shootdowns.length ? () => true : (s) => set.has(s);
    show();
    state.changed("filter");
  }
  function show() {
    count.textContent = `${number(state.matching.length)} of ${number(model.shootdowns.length)}`;
    count.title = "shootdowns that the filters let through, of all";
  }

  /** Next shootdown after the chosen one that has the number, a step in the symbol, or touches the address. */
  function find() {
    const text = search.value.trim().toLowerCase();
    if (!text) return;
    const id = /^#?(\d+)$/.exec(text);
    const from = state.selected ? model.shootdowns.indexOf(state.selected) + 1 : 0;
    const order = [...model.shootdowns.slice(from), ...model.shootdowns.slice(0, from)];
    const named = new Set(data.rips.flatMap(([rip, symbol], n) => (symbol.toLowerCase().includes(text) || rip === text ? [n] : [])));
    const found = order.find((s) => (id ? s.id === Number(id[1])
      : s.steps.some((n) => named.has(data.events.rip[n])) || (/^0x[0-9a-f]+$/.test(text) && touches(s, text))));
    search.setAttribute("aria-invalid", String(!found));
    if (found) { state.select(found); view.focus(found); }
    else count.textContent = `nothing found for “${text}”`;
  }
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") find(); });
  show();
  return { toggleLinks, search };
}
