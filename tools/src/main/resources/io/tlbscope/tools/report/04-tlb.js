// Every TLB's contents at any moment, rebuilt from fills, evictions and drops with checkpoints on the way.
function buildTlbs(data) {
  const { events, kind } = data;
  const cpus = Array.from({ length: data.cpus }, () => ({ events: [], checkpoints: [], times: [], counts: [] }));
  const live = cpus.map(() => new Map());
  for (let n = 0; n < events.length; n++) {
    const cpu = events.cpu[n];
    if (cpu < 0 || !isTlbEvent(events.kind[n])) continue;
    const tlb = cpus[cpu];
    apply(live[cpu], n);
    tlb.events.push(n);
    tlb.times.push(events.time[n]);
    tlb.counts.push(live[cpu].size);
    const since = tlb.events.length - (tlb.checkpoints.length ? tlb.checkpoints[tlb.checkpoints.length - 1].place : 0);
    if (since >= Math.max(256, live[cpu].size)) {
      tlb.checkpoints.push({ place: tlb.events.length, fills: Int32Array.from(live[cpu].values()) });
    }
  }

  function isTlbEvent(k) {
    return k === kind.TLB_FILL || k === kind.TLB_EVICT || k === kind.TLB_DROP;
  }
  function apply(map, n) {
    if (events.kind[n] === kind.TLB_FILL) map.set(events.id[n], n);
    else map.delete(events.id[n]);
  }

  /** Entries of the CPU after the first `position` events of the run: Map serial → event that filled it. */
  function contents(cpu, position) {
    const tlb = cpus[cpu];
    const end = bound(tlb.events, position);
    let checkpoint = null;
    for (let n = tlb.checkpoints.length - 1; n >= 0 && !checkpoint; n--) {
      if (tlb.checkpoints[n].place <= end) checkpoint = tlb.checkpoints[n];
    }
    const map = new Map();
    for (const fill of checkpoint ? checkpoint.fills : []) map.set(events.id[fill], fill);
    for (let n = checkpoint ? checkpoint.place : 0; n < end; n++) apply(map, tlb.events[n]);
    return map;
  }

  /** What changed between two positions: {before, after, gone, fresh}; the first two count, the others hold filling events. */
  function difference(cpu, from, to) {
    const before = contents(cpu, from), after = contents(cpu, to);
    return {
      before, after,
      gone: [...before].filter(([serial]) => !after.has(serial)).map(([, fill]) => fill),
      fresh: [...after].filter(([serial]) => !before.has(serial)).map(([, fill]) => fill),
    };
  }

  return { cpus, contents, difference, most: Math.max(1, ...cpus.map((tlb) => tlb.counts.reduce((m, c) => Math.max(m, c), 0))) };
}

/** The entry that event n filled, in words. */
function entryText(data, n) {
  const flags = data.events.c[n];
  const shift = (flags >> 8) & 0xff;
  const names = [["w", 1], ["u", 2], ["x", 4], ["g", 8], ["d", 16]];
  return {
    va: hex(data.events.a[n]), pa: hex(data.events.b[n]),
    size: { 12: "4 KiB", 21: "2 MiB", 22: "4 MiB", 30: "1 GiB" }[shift] || `2^${shift}`,
    pcid: Math.floor(flags / 65536) & 0xffff, flags: names.map(([name, bit]) => (flags & bit ? name : "·")).join(""),
  };
}
