// What the user chose, and who wants to know when it changes.
function makeState(data, model) {
  const listeners = [];
  const state = {
    selected: null, hovered: null,
    /** Positions among the events: TLB contents are shown before `from` and before `to`. */
    from: 0, to: 0, fromTime: 0, toTime: 0,
    filter: { family: "", cpu: "", role: "either", address: "", violations: false, merged: false },
    matching: model.shootdowns, matches: () => true, links: true,
  };
  state.onChange = (listener) => listeners.push(listener);
  state.changed = (what) => listeners.forEach((listener) => listener(what));

  /** Compares the TLBs just before everything at tick `t0` with just after everything at tick `t1`. */
  state.moments = (t0, t1) => {
    state.fromTime = t0;
    state.toTime = t1;
    state.from = bound(data.events.time, t0);
    state.to = bound(data.events.time, t1, true);
    state.changed("moments");
  };
  state.select = (s) => {
    state.selected = s;
    if (s) state.moments(s.t0, Math.max(s.last, s.t1));
    state.changed("selected");
  };
  return state;
}
