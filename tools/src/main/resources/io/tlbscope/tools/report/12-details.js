// The chosen shootdown: its numbers, its phases on every target, the entries it dropped, every step with its place in the code.
function makeDetails(data, state) {
  const panel = $("details"), { events } = data, time = events.time;
  const STEPS = 300;
  const NAMES = { BEGIN: "record filled", SLOT: "slot zeroed", ICR: "ICR written", IRR: "IRR set", TAKEN: "interrupt taken",
    READ: "record read", ACK: "acknowledged", DROP: "entry dropped", LEFT: "handler left", DONE: "initiator released",
    LOST: "request lost" };

  /** A time since the shootdown's begin; pressing it compares the TLBs around that very tick. */
  function moment(s, n, text) {
    if (n == null || n < 0) return el("span", { class: "soft" }, "–");
    return el("button", { type: "button", class: "moment", title: `${place(data, n)}, tick ${number(time[n])}: show the TLBs around it`,
      onclick: () => state.moments(time[n], time[n]) }, text || "+" + duration(time[n] - s.t0));
  }

  function table(head, rows, attributes) {
    return el("table", attributes, el("thead", {}, el("tr", {}, head.map((h) => el("th", { scope: "col" }, h)))), el("tbody", {}, rows));
  }
  const row = (...cells) => el("tr", {}, cells.map((cell) => el("td", {}, cell)));

  function facts(s) {
    const list = [
      ["Initiator", `CPU ${s.initiator}`],
      ["Operation", `INVL_OP_${s.opName}`],
      ["Address", s.family === "page" ? hex(s.va1) : s.family === "range" ? `${hex(s.va1)} to ${hex(s.va2)}` : "all"],
      ["Generation", number(s.generation)],
      ["Began", `tick ${number(s.t0)}`],
      ["ICR → last ack", s.latency == null ? "–" : s.latency === 0 ? "all answered before it" : duration(s.latency)],
      ["Begin → release", s.released == null ? "not released" : duration(s.released - s.t0)],
      ["Entries dropped", `${s.drops.length}, CPUs: ${[...new Set(s.drops.map((n) => events.cpu[n]))].sort((x, y) => x - y).join(" ") || "none"}`],
    ];
    return el("dl", {}, list.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  }

  function phases(s) {
    const [text, unit] = inOneUnit(s.steps.map((n) => time[n] - s.t0));
    const at = (n) => moment(s, n, n >= 0 ? "+" + text(time[n] - s.t0) : null);
    const own = table(["initiator", "record", "slots", "ICR", "released"],
      [row(`CPU ${s.initiator}`, at(s.begin), at(s.slots[0]), at(s.icr[0]), at(s.done))]);
    const targets = [...s.targets.values()].sort((x, y) => x.cpu - y.cpu).map((t) => row(`CPU ${t.cpu}`,
      el("span", {}, at(t.irr), t.merged ? el("span", { class: "soft", title: "merged into an IPI that was pending" }, " m") : null),
      at(t.taken), at(t.read), at(t.ack), t.drops.length ? moment(s, t.drops[0], String(t.drops.length)) : "0", at(t.left)));
    return [el("h3", {}, `Phases, in ${unit} since its begin`), own,
      table(["target", "IRR", "taken", "read", "ack", "drops", "left"], targets, { id: "phases" })];
  }

  function dropped(s) {
    if (!s.drops.length) return [el("h3", {}, "No entry was dropped")];
    return [el("h3", {}, "Entries dropped"), table(["CPU", "va", "size", "pa", "when", "by"], s.drops.slice(0, STEPS).map((n) => {
      const entry = entryText({ events: { a: events.b, b: events.c, c: events.d } }, n);
      return row(`${events.cpu[n]}`, el("code", {}, entry.va), entry.size, el("code", {}, entry.pa), moment(s, n), el("code", { title: place(data, n) }, place(data, n).split(" ")[0].replace(/\+0x[0-9a-f]+$/, "")));
    }), { id: "drops" })];
  }

  function steps(s) {
    const rows = s.steps.slice(0, STEPS).map((n) => row(moment(s, n), `CPU ${events.cpu[n]}`,
      NAMES[data.kinds[events.kind[n]].slice(10)], el("code", {}, place(data, n))));
    const more = s.steps.length > STEPS ? el("p", { class: "soft" }, `and ${s.steps.length - STEPS} more`) : null;
    return el("details", {}, el("summary", {}, `All ${s.steps.length} steps`), table(["when", "CPU", "step", "at"], rows), more);
  }

  function show() {
    const s = state.selected;
    if (!s) {
      panel.replaceChildren(el("h2", {}, "No shootdown chosen"),
        el("p", { class: "empty" }, "Click a span in the timeline or a row of the table, or press n to go to the next one."),
        el("p", { class: "empty" }, "A click on an empty place sets the moment for which the TLBs are shown below."));
      return;
    }
    panel.replaceChildren(
      el("div", { class: "head" }, el("span", { class: "swatch", style: `background:var(--op-${s.family})` }),
        el("h2", {}, `Shootdown #${s.id}`), el("span", { class: "soft" }, s.opName),
        s.lost.length ? el("b", { class: "bad" }, "lost") : null),
      ...s.violations.map((v) => el("p", { class: "violation" }, el("b", {}, v.kind), " " + v.message)),
      facts(s), ...phases(s), ...dropped(s), steps(s));
    $("live").textContent = `Shootdown ${s.id}, ${s.opName}, by CPU ${s.initiator}, ${s.targets.size} targets, ${s.drops.length} entries dropped`;
  }
  return { show };
}
