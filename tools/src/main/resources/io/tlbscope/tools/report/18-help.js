// Keys, their help, the theme, the tabs.
const HELP = [["+  −", "zoom in, out"], ["← →", "move"], ["↑ ↓", "scroll lanes"], ["0", "whole run"], ["n  p", "next, previous shootdown (of those the filter shows)"],
  ["f", "zoom to the chosen shootdown"], ["v  V", "next, previous finding"], ["[  ]", "previous, next TLB event"], ["l", "links on or off"], ["/", "search"],
  ["t", "light or dark"], ["1 … 5", "lower tabs"], ["Esc", "choose nothing"], ["?", "this help"]];

function showHelp() {
  const dialog = $("help");
  if (!dialog.hasChildNodes()) {
    dialog.append(el("h2", { id: "help-title" }, "How to read this page"),
      el("p", {}, "Each lane is a CPU. Its upper row holds the shootdowns it initiates, from the filled record to its release; the notch is the ICR write. ",
        "Its lower row holds requests it serves: a thin line while the interrupt waits in the IRR, a coloured bar from reading the record to its last dropped entry, ",
        "a dark notch where it acknowledges. What lies right of the notch is the legal window of early acknowledgement. Grey behind it is the time in the handler. ",
        "The faint area is how full the TLB is; small ticks at the lane's foot are dropped entries. Hollow diamonds are stores to page tables that made cached ",
        "entries stale, filled ones the first use of such an entry, which is legal until the invalidation is due."),
      el("p", {}, "A finding's own timeline has a column for each step, in order and not to scale; its times count from the store to the page tables. The bar is the cached ",
        "entry: green while the tables said the same, red since. Press a step to see its moment in the large timeline."),
      el("p", {}, "Solid links lead from the ICR write to each target's IRR, dashed ones from each acknowledgement to the release. ",
        "A and B are the moments between which the TLBs are compared: click for one moment, shift+click for B, or press any time in the details."),
      el("h3", {}, "Keys"), el("div", { class: "columns" }, HELP.map(([keys, what]) => el("div", {}, keys.split("  ").map((key) => [el("kbd", {}, key), " "]), what))),
      el("h3", {}, "Mouse"), el("p", {}, "Wheel zooms, shift+wheel scrolls lanes, dragging moves, double click zooms to the chosen shootdown. Drag in the strip above to choose a part."),
      el("form", { method: "dialog" }, el("button", {}, "Close")));
  }
  if (!dialog.open) dialog.showModal();
}

function makeTheme(changed) {
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = (theme) => { root.dataset.theme = theme; changed(); };
  apply(dark.matches ? "dark" : "light");
  let chosen = false;
  dark.addEventListener("change", () => { if (!chosen) apply(dark.matches ? "dark" : "light"); });
  return () => { chosen = true; apply(root.dataset.theme === "dark" ? "light" : "dark"); };
}

function makeTabs(shown) {
  const names = [["tlb", "TLB contents"], ["list", "Shootdowns"], ["latency", "Latency"], ["violations", "Violations"], ["run", "Run"]];
  const buttons = names.map(([name, text], n) => el("button", { type: "button", role: "tab", id: "tab-" + name, "aria-controls": "panel-" + name,
    onclick: () => open(n), onkeydown: (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      open((n + by + names.length) % names.length);
      buttons[(n + by + names.length) % names.length].focus();
    } }, text));
  $("tabs").append(...buttons);
  function open(chosen) {
    buttons.forEach((button, n) => {
      button.setAttribute("aria-selected", String(n === chosen));
      button.tabIndex = n === chosen ? 0 : -1;
      $("panel-" + names[n][0]).hidden = n !== chosen;
    });
    shown(names[chosen][0]);
  }
  return { open, buttons };
}

function showLegend() {
  const items = [["op-page", "page"], ["op-range", "range"], ["op-all", "all entries"], ["op-cache", "caches"], ["pending", "waiting in IRR"], ["line", "in the handler"],
    ["ink", "acknowledged"], ["drop", "entry dropped"], ["stale", "entry made stale, used stale"], ["bad", "violation"]];
  $("legend").append(...items.map(([name, text]) => el("span", {}, el("i", { style: `background:var(--${name})` }), text)));
}
