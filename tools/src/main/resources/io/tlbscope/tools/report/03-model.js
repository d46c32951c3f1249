// Shootdowns and lanes, made from the events once.
const FAMILY = ["", "all", "all", "all", "all", "range", "range", "range", "page", "page", "page", "cache"];

function buildModel(data) {
  const { events, kind } = data;
  const shootdowns = new Map();
  const lanes = Array.from({ length: data.cpus }, () => ({ own: [], served: [], busy: [], drops: [], stale: [], violations: [] }));
  const at = (n) => {
    const id = events.id[n];
    let s = shootdowns.get(id);
    if (!s) {
      s = { id, initiator: events.cpu[n], op: 0, slots: [], icr: [], targets: new Map(), drops: [], steps: [], lost: [],
        violations: [], begin: n, done: -1 };
      shootdowns.set(id, s);
    }
    s.steps.push(n);
    return s;
  };
  const target = (s, cpu) => {
    if (!s.targets.has(cpu)) s.targets.set(cpu, { cpu, irr: -1, merged: false, taken: -1, read: -1, ack: -1, left: -1, drops: [] });
    return s.targets.get(cpu);
  };
  const step = {
    SHOOTDOWN_BEGIN: (s, n) => Object.assign(s, { initiator: events.cpu[n], op: events.a[n], va1: events.b[n], va2: events.c[n],
      generation: events.d[n], begin: n }),
    SHOOTDOWN_SLOT: (s, n) => { s.slots.push(n); target(s, events.a[n]); },
    SHOOTDOWN_ICR: (s, n) => s.icr.push(n),
    SHOOTDOWN_IRR: (s, n, t) => { t.irr = n; t.merged = events.b[n] !== 0; },
    SHOOTDOWN_TAKEN: (s, n, t) => { if (t.taken < 0) t.taken = n; },
    SHOOTDOWN_READ: (s, n, t) => { if (t.read < 0) t.read = n; },
    SHOOTDOWN_ACK: (s, n, t) => { t.ack = n; },
    SHOOTDOWN_DROP: (s, n, t) => { s.drops.push(n); if (t) t.drops.push(n); lanes[events.cpu[n]].drops.push(n); },
    SHOOTDOWN_LEFT: (s, n, t) => { t.left = n; },
    SHOOTDOWN_DONE: (s, n) => { s.done = n; },
    SHOOTDOWN_LOST: (s, n) => s.lost.push(n),
  };
  const onTarget = new Set(["SHOOTDOWN_IRR", "SHOOTDOWN_TAKEN", "SHOOTDOWN_READ", "SHOOTDOWN_ACK", "SHOOTDOWN_LEFT"]);
  const steps = data.kinds.map((name) => step[name]);
  let console = "";
  for (let n = 0; n < events.length; n++) {
    const name = data.kinds[events.kind[n]];
    const action = steps[events.kind[n]];
    if (action) {
      const s = at(n), cpu = events.cpu[n];
      action(s, n, onTarget.has(name) ? target(s, cpu) : s.targets.get(cpu));
    } else if (events.kind[n] === kind.CONSOLE) {
      console += String.fromCharCode(events.a[n]);
    } else if ((events.kind[n] === kind.STALE_MARK || events.kind[n] === kind.STALE_USE) && events.cpu[n] >= 0) {
      lanes[events.cpu[n]].stale.push(n);
    } else if (events.kind[n] === kind.VIOLATION && events.cpu[n] >= 0) {
      lanes[events.cpu[n]].violations.push(n);
    }
  }
  const list = [...shootdowns.values()].sort((x, y) => x.begin - y.begin);
  list.forEach((s) => complete(data, s, lanes));
  for (const lane of lanes) {
    lane.served.sort((x, y) => x.t0 - y.t0);
    lane.busy.sort((x, y) => x.t0 - y.t0);
  }
  violationsOf(data);
  data.violations.forEach((violation, n) => linkViolation(data, shootdowns, list, violation, n));
  return { shootdowns: list, byId: shootdowns, lanes, console };
}

/** Times that follow from the events, and the spans the lanes draw. */
function complete(data, s, lanes) {
  const time = data.events.time;
  s.family = FAMILY[s.op] || "cache";
  s.opName = data.ops[s.op] || "?";
  s.t0 = time[s.begin];
  const last = s.steps[s.steps.length - 1];
  s.last = time[last];
  s.released = s.done >= 0 ? time[s.done] : null;
  const acks = [...s.targets.values()].filter((t) => t.ack >= 0).map((t) => time[t.ack]);
  s.sent = s.icr.length ? time[s.icr[0]] : null;
  s.lastAck = acks.length ? Math.max(...acks) : null;
  s.latency = s.done >= 0 && s.sent != null && s.lastAck != null ? Math.max(0, s.lastAck - s.sent) : null;
  s.t1 = s.released ?? s.last;
  lanes[s.initiator]?.own.push(s);
  for (const t of s.targets.values()) {
    const lane = lanes[t.cpu];
    if (!lane) continue;
    const start = t.read >= 0 ? time[t.read] : t.ack >= 0 ? time[t.ack] : null;
    t.flushed = Math.max(t.ack >= 0 ? time[t.ack] : 0, ...t.drops.map((n) => time[n]), start ?? 0);
    const t0 = Math.min(t.irr >= 0 ? time[t.irr] : Infinity, start ?? (t.irr >= 0 ? Infinity : s.t0));
    const t1 = Math.max(t.flushed, t.left >= 0 ? time[t.left] : 0, t.taken >= 0 ? time[t.taken] : 0, t0);
    lane.served.push({ t0, t1, start, s, t });
    if (t.taken >= 0) lane.busy.push({ t0: time[t.taken], t1: t.left >= 0 ? time[t.left] : t1 });
  }
}

/** A violation belongs to the shootdown that its details or its sentence name. */
function linkViolation(data, byId, list, violation, n) {
  const named = /shootdown #?(\d+)/.exec(violation.message);
  const id = violation.details?.shootdown ?? (named && Number(named[1]));
  const s = id != null && byId.get(id);
  violation.index = n;
  violation.shootdown = s || null;
  if (s) s.violations.push(violation);
}
