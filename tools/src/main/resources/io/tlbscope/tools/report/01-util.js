// Small helpers: DOM, numbers, addresses.
const $ = (id) => document.getElementById(id);

/** Makes an element: el("td", {class: "n"}, "text", child). Text is never parsed as HTML. */
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null));
  return node;
}

const number = (n) => n == null ? "–" : Number(n).toLocaleString("en-US");

/** Ticks are nanoseconds of guest time. */
function duration(ticks) {
  const size = Math.abs(ticks);
  if (size < 1000) return `${Math.round(ticks)} ns`;
  if (size < 1e6) return `${(ticks / 1e3).toFixed(size < 1e4 ? 2 : 1)} µs`;
  if (size < 1e9) return `${(ticks / 1e6).toFixed(size < 1e7 ? 3 : 2)} ms`;
  return `${(ticks / 1e9).toFixed(3)} s`;
}

/** Writes times in one unit, that of the largest, so that a table's column can be compared: [number of ticks -> text, unit]. */
function inOneUnit(ticks) {
  const most = Math.max(0, ...ticks.map(Math.abs));
  const [unit, size] = most < 1e4 ? ["ns", 1] : most < 1e7 ? ["µs", 1e3] : ["ms", 1e6];
  const digits = size === 1 ? 0 : most / size < 100 ? 2 : 1;
  return [(n) => (n / size).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }), unit];
}

/** A time on an axis whose marks are `step` apart: enough digits to tell neighbours apart. */
function axisTime(ticks, step, largest) {
  const [unit, size] = largest < 1e3 ? ["ns", 1] : largest < 1e6 ? ["µs", 1e3] : largest < 1e9 ? ["ms", 1e6] : ["s", 1e9];
  return `${(ticks / size).toFixed(Math.max(0, Math.ceil(Math.log10(size / step))))} ${unit}`;
}

/** The value at fraction p of the sorted list, by nearest rank as everywhere in the summary; null where it is empty. */
const percentile = (sorted, p) => (sorted.length ? sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] : null);

/** Counts that would not fit: 291.4 M. */
const short = (n) => (n >= 1e9 ? `${(n / 1e9).toFixed(2)} G` : n >= 1e7 ? `${(n / 1e6).toFixed(1)} M` : number(n));

/** Addresses come as numbers within 2^53 of 0, those of the upper half negative, and as "0x..." text beyond; -1 is none. */
const big = (value) => BigInt.asUintN(64, BigInt(value));
const hex = (value) => typeof value === "string" ? value : value === -1 ? "–" : "0x" + big(value).toString(16);

/** First index in sorted `array` whose value is not below (or, with `after`, above) `value`. */
function bound(array, value, after, length = array.length) {
  let low = 0, high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (after ? array[middle] <= value : array[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

function debounce(action) {
  let wanted = false;
  return () => {
    if (wanted) return;
    wanted = true;
    requestAnimationFrame(() => { wanted = false; action(); });
  };
}
