// The part of the run that the timeline shows: [t0, t1] in ticks, and the first lane in pixels.
function makeView(data, redraw) {
  const time = data.events.time;
  const start = time.length ? time[0] : 0;
  const end = Math.max(start + 1, time.length ? time[time.length - 1] : 1);
  const margin = (end - start) * 0.01;
  const view = { t0: start, t1: end, start, end, top: 0, width: 1, height: 1, gutter: 64, axis: 26, laneHeight: 40 };

  view.x = (t) => view.gutter + ((t - view.t0) / (view.t1 - view.t0)) * (view.width - view.gutter);
  view.time = (x) => view.t0 + ((x - view.gutter) / (view.width - view.gutter)) * (view.t1 - view.t0);
  view.laneY = (cpu) => view.axis + cpu * view.laneHeight - view.top;
  view.laneAt = (y) => {
    const cpu = Math.floor((y - view.axis + view.top) / view.laneHeight);
    return y >= view.axis && cpu >= 0 && cpu < data.cpus ? cpu : -1;
  };
  view.show = (t0, t1) => {
    const span = Math.min(Math.max(t1 - t0, 8), end - start + 2 * margin);
    const low = Math.min(Math.max((t0 + t1 - span) / 2, start - margin), end + margin - span);
    view.t0 = low;
    view.t1 = low + span;
    redraw();
  };
  view.zoom = (factor, around = (view.t0 + view.t1) / 2) =>
    view.show(around - (around - view.t0) * factor, around + (view.t1 - around) * factor);
  view.pan = (fraction) => {
    const by = (view.t1 - view.t0) * fraction;
    view.show(view.t0 + by, view.t1 + by);
  };
  view.fit = () => view.show(start - margin, end + margin);
  view.scroll = (pixels) => {
    const most = Math.max(0, data.cpus * view.laneHeight - (view.height - view.axis));
    view.top = Math.min(Math.max(0, view.top + pixels), most);
    redraw();
  };
  /** Shows the shootdown with room around it, and its initiator's lane. */
  view.focus = (s) => {
    const room = Math.max(20, (Math.max(s.t1, s.last) - s.t0) * 0.35);
    view.show(s.t0 - room, Math.max(s.t1, s.last) + room);
    view.reveal(s.initiator);
  };
  view.reveal = (cpu) => {
    const y = view.laneY(cpu);
    if (y < view.axis) view.scroll(y - view.axis);
    else if (y + view.laneHeight > view.height) view.scroll(y + view.laneHeight - view.height);
  };
  view.resize = (width, height) => {
    view.width = width;
    view.height = height;
    view.laneHeight = Math.min(118, Math.max(15, Math.floor((height - view.axis) / data.cpus)));
    view.scroll(0);
  };
  return view;
}
