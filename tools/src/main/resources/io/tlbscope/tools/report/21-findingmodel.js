// One finding, made from a violation's details and the events around it: who did what, when, in order.
const INVALIDATIONS_SHOWN = 3;

/** Violations of a trace without its end are known by their events only. */
function violationsOf(data) {
  const { events, kind } = data;
  for (let n = 0; n < events.length; n++) {
    if (events.kind[n] !== kind.VIOLATION) continue;
    const [rip, symbol] = data.rips[events.rip[n]];
    data.violations[events.id[n]] ||= { kind: "violation", cpu: events.cpu[n], rip, symbol, time: events.time[n],
      message: "a rule was broken here; the sentence that says which stands at the trace's end, which is missing." };
  }
  data.violations = data.violations.filter(Boolean);
}

function coversAddress(s, va) {
  if (s.family === "all") return true;
  if (s.family === "cache") return false;
  const wanted = big(va) >> 12n, first = big(s.va1) >> 12n;
  return s.family === "page" ? wanted === first : wanted >= first && wanted < (big(s.va2) + 4095n) >> 12n;
}

/** The shootdown of a finding: the one that it names, else the last one that covers the address and began between write and use. */
function shootdownOf(model, v, d) {
  if (v.shootdown || !d.writer || !d.use) return v.shootdown || null;
  let found = null;
  for (const s of model.shootdowns) {
    if (s.t0 > d.use.time) break;
    if ((s.t0 >= d.writer.time || (s.released ?? Infinity) > d.use.time) && coversAddress(s, d.use.va)) found = s;
  }
  return found;
}

function buildFinding(data, model, v) {
  const { events, kind } = data, time = events.time;
  const d = v.details || {};
  const f = { violation: v, details: d, shootdown: shootdownOf(model, v, d), fill: null, steps: [] };
  const use = d.use || { cpu: v.cpu, rip: v.rip, symbol: v.symbol, time: v.time };
  const step = (role, cpu, at, label, more, place, n) => f.steps.push({ role, cpu, time: at, label, more, place, n, order: f.steps.length });
  if (d.entry && d.writer) {
    const first = scanEntry(data, f, d, use);
    if (f.fill != null) {
      step("fill", use.cpu, time[f.fill], "TLB filled", `by a ${["read", "write", "fetch"][events.d[f.fill]] || "use"}`, eventPlace(data, f.fill), f.fill);
    }
    step("writer", d.writer.cpu, d.writer.time, "PTE changed", `at ${d.writer.pte}`, d.writer);
    if (first != null && time[first] < use.time) step("stale", use.cpu, time[first], "stale use", "not yet wrong", eventPlace(data, first), first);
  }
  if (d.new_use) step("reuse", d.new_use.cpu, d.new_use.time, "frame's new use", (d.new_use.how || "").split(" ")[0], d.new_use);
  if (d.declared) step("reuse", d.declared.cpu, d.declared.time, "declared", "flushed", d.declared);
  if (f.shootdown) shootdownSteps(data, f, use, step);
  step("use", use.cpu, use.time, d.use ? `${accessVerb(use.access)}, stale` : "violation", d.use ? use.va : v.kind, use);
  f.steps.sort((x, y) => x.time - y.time || (x.role === "use") - (y.role === "use") || x.order - y.order);
  f.zero = d.writer ? d.writer.time : f.shootdown ? f.shootdown.t0 : v.time;
  f.lanes = [...new Set(f.steps.map((s) => s.cpu))].sort((x, y) => x - y);
  f.use = use;
  return f;

  /** Finds the filling event and the entry's first stale use; invalidations on its CPU that left it become steps. */
  function scanEntry(data2, finding, details, used) {
    let first = null;
    const left = [];
    for (let n = 0; n < events.length && time[n] <= used.time; n++) {
      if (events.cpu[n] !== used.cpu) continue;
      const k = events.kind[n];
      if (k === kind.TLB_FILL && events.id[n] === details.entry.serial && !isStructure(details.entry)) finding.fill = n;
      else if (k === kind.STALE_USE && events.id[n] === details.entry.serial) first ??= n;
      else if (k === kind.TLB_INVALIDATE && time[n] > details.writer.time) left.push(n);
    }
    for (const n of left.slice(-INVALIDATIONS_SHOWN)) {
      const name = (data.invalidations || [])[events.c[n]] || "invalidation";
      step("left", used.cpu, time[n], name, events.a[n] === -1 ? "not this entry" : hex(events.a[n]), eventPlace(data, n), n);
    }
    return first;
  }
}

const eventPlace = (data, n) => ({ cpu: data.events.cpu[n], rip: data.rips[data.events.rip[n]][0], symbol: data.rips[data.events.rip[n]][1], time: data.events.time[n] });

/** The shootdown's phases that decide: on its initiator, and on the CPU that the finding is about. */
function shootdownSteps(data, f, use, step) {
  const s = f.shootdown, time = data.events.time;
  const put = (n, label, more) => { if (n != null && n >= 0) step("shootdown", data.events.cpu[n], time[n], label, more, eventPlace(data, n), n); };
  put(s.begin, `shootdown #${s.id}`, s.opName);
  put(s.icr[0], "IPI sent", `to ${s.targets.size} CPU${s.targets.size === 1 ? "" : "s"}`);
  const t = s.targets.get(use.cpu);
  if (t) {
    put(t.taken, "IPI taken", `for #${s.id}`);
    if (t.ack < 0) put(t.read, "request read", `of CPU ${s.initiator}`);
    put(t.ack, "acknowledged", t.drops.length ? `${t.drops.length} dropped` : "without a drop");
    put(t.left, "handler left", `${t.drops.length} dropped`);
  }
  put(s.done, "released", `CPU ${s.initiator} goes on`);
  s.lost.forEach((n) => put(n, "request lost", `of CPU ${data.events.a[n]}`));
}
