// The finding's timeline: a lane for each CPU involved, a column for each step, the entry's life as a bar.
const SVG = "http://www.w3.org/2000/svg";
function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes || {})) if (value != null && value !== false) node.setAttribute(name, value);
  node.append(...children.filter((child) => child != null));
  return node;
}

const LINE = { gutter: 104, column: 112, lane: 60, bar: 40, top: 8, foot: 26 };

function drawFinding(f, width, choose) {
  const column = Math.max(LINE.column, Math.min(220, Math.floor((width - LINE.gutter - 8) / f.steps.length)));
  const x = (n) => LINE.gutter + 14 + n * column;
  const entry = f.details.entry, holder = f.use.cpu;
  const lanes = new Map();
  let bottom = LINE.top;
  for (const cpu of f.lanes) {
    lanes.set(cpu, { y: bottom, height: LINE.lane + (entry && cpu === holder ? LINE.bar : 0) });
    bottom += lanes.get(cpu).height;
  }
  const total = Math.max(width, LINE.gutter + f.steps.length * column + 8);
  const mark = (cpu) => lanes.get(cpu).y + 21;
  const at = (role) => f.steps.findIndex((s) => s.role === role);
  const root = svg("svg", { width: total, height: bottom + LINE.foot, class: "finding-line", role: "group", id: "finding-line",
    "aria-label": `Timeline of the finding, ${f.steps.length} steps on ${f.lanes.length} CPUs, in order of time. Arrow keys go through the steps.` });
  root.append(svg("defs", {}, ...["bad", "shootdown"].map((name) => svg("marker", { id: "arrow-" + name, viewBox: "0 0 8 8", refX: 7, refY: 4,
    markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" }, svg("path", { d: "M0,0 L8,4 L0,8 z", class: "head " + name })))));
  for (const [cpu, lane] of lanes) {
    root.append(svg("rect", { class: "lane", x: 0, y: lane.y + 1, width: total, height: lane.height - 2, rx: 6 }),
      svg("text", { class: "cpu", x: 12, y: lane.y + 25 }, `CPU ${cpu}`));
    const role = laneRole(f, cpu);
    if (role) root.append(svg("text", { class: "role", x: 12, y: lane.y + 41 }, role));
  }
  links(root);
  if (entry) life(root);
  const nodes = f.steps.map((step, n) => stepNode(step, n));
  root.append(...nodes);
  return root;

  function links(into) {
    const s = f.shootdown;
    if (!s) return;
    const sent = f.steps.findIndex((each) => each.label === "IPI sent"), taken = f.steps.findIndex((each) => each.label === "IPI taken");
    if (sent >= 0 && taken > sent) {
      const x0 = x(sent), y0 = mark(f.steps[sent].cpu), x1 = x(taken) - 9, y1 = mark(f.steps[taken].cpu);
      into.append(svg("path", { class: "link shootdown", d: `M${x0},${y0} C${x0},${(y0 + y1) / 2} ${x1 - 30},${y1} ${x1},${y1}`, "marker-end": "url(#arrow-shootdown)" }));
    }
  }

  /** The bar of the entry: fresh until the page tables changed, stale from then to the use; arrows in from the writer and out to the use. */
  function life(into) {
    const lane = lanes.get(holder), y = lane.y + LINE.lane - 4, h = 26;
    const filled = at("fill"), write = at("writer"), use = at("use");
    const x0 = filled >= 0 ? x(filled) : LINE.gutter, x1 = x(write), x2 = x(use);
    const text = `${entry.va} → ${entry.pa} · ${cachedText(entry)}${entry.global ? " · global" : ` · PCID ${entry.pcid}`}`;
    into.append(svg("rect", { class: "life fresh", x: x0, y, width: Math.max(0, x1 - x0), height: h }),
      svg("rect", { class: "life stale", x: x1, y, width: Math.max(0, x2 - x1), height: h }),
      svg("text", { class: "life-text", x: x1 + 8, y: y + 17 }, `stale: ${text}`));
    if (x1 - x0 > 60) into.append(svg("text", { class: "life-text", x: x0 + 8, y: y + 17 }, filled >= 0 ? "as the tables say" : "cached before"));
    const from = mark(f.steps[write].cpu), above = from < y;
    into.append(svg("path", { class: "link bad", d: `M${x1},${from + (above ? 8 : -8)} L${x1},${above ? y - 1 : y + h + 1}`, "marker-end": "url(#arrow-bad)" }),
      svg("path", { class: "link bad", d: `M${x2},${y} L${x2},${mark(holder) + 10}`, "marker-end": "url(#arrow-bad)" }));
  }

  function stepNode(step, n) {
    const cx = x(n), cy = mark(step.cpu), since = step.time - f.zero;
    const when = since === 0 ? "0" : (since > 0 ? "+" : "−") + duration(Math.abs(since));
    const node = svg("g", { class: `step ${step.role}`, tabindex: n === 0 ? 0 : -1, role: "button", "data-role": step.role, "data-cpu": step.cpu, "data-time": step.time,
      "aria-label": `${when}: CPU ${step.cpu}, ${step.label}, ${step.more}, ${atText(step.place)}. Enter shows this moment below.` },
    svg("title", {}, `${atText(step.place)}, tick ${number(step.time)}`),
    svg("rect", { class: "hit", x: cx - 11, y: cy - 16, width: column - 6, height: 46, rx: 6 }),
    step.role === "use" ? svg("path", { class: "dot", d: `M${cx - 8},${cy - 7} L${cx + 8},${cy - 7} L${cx},${cy + 8} z` })
      : step.role === "writer" || step.role === "reuse" ? svg("rect", { class: "dot", x: cx - 6, y: cy - 6, width: 12, height: 12, transform: `rotate(45 ${cx} ${cy})` })
        : svg("circle", { class: "dot", cx, cy, r: 5 }),
    svg("text", { class: "label", x: cx + 13, y: cy - 2 }, fit(step.label)),
    svg("text", { class: "more", x: cx + 13, y: cy + 12 }, fit(step.more)),
    ["writer", "reuse", "use", "left"].includes(step.role) ? svg("text", { class: "more where", x: cx + 13, y: cy + 25 }, fit(step.place.symbol || step.place.rip)) : null,
    svg("text", { class: "when", x: cx - 6, y: bottom + 17 }, when));
    node.addEventListener("click", () => choose(step));
    node.addEventListener("keydown", (event) => {
      const to = { ArrowRight: n + 1, ArrowLeft: n - 1, Home: 0, End: f.steps.length - 1 }[event.key];
      if (event.key === "Enter" || event.key === " ") choose(step);
      else if (nodes[to]) {
        node.setAttribute("tabindex", -1);
        nodes[to].setAttribute("tabindex", 0);
        nodes[to].focus();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return node;
  }

  function fit(text) {
    const most = Math.floor((column - 22) / 6.2);
    return text.length <= most ? text : text.slice(0, most - 1) + "…";
  }
}

function laneRole(f, cpu) {
  const roles = [];
  if (f.details.writer?.cpu === cpu) roles.push("writer");
  if (f.details.new_use?.cpu === cpu) roles.push("new use");
  if (f.use.cpu === cpu) roles.push(f.details.use ? "user" : "here");
  return roles.slice(0, 2).join(", ");
}
