// The data in the page: gzip of JSON, as base64. Columns, so that a hundred thousand events stay small and quick.
async function loadData() {
  const text = atob($("data").textContent.trim());
  const packed = Uint8Array.from(text, (ch) => ch.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const data = JSON.parse(await new Response(stream).text());
  const columns = data.columns;
  const time = new Float64Array(columns.time.length);
  let now = 0;
  columns.time.forEach((delta, n) => { now += delta; time[n] = now; });
  data.events = {
    length: time.length, time,
    kind: Uint8Array.from(columns.kind), cpu: Int16Array.from(columns.cpu), rip: Int32Array.from(columns.rip),
    retired: columns.retired, id: columns.id, a: columns.a, b: columns.b, c: columns.c, d: columns.d,
  };
  data.columns = null;
  data.kind = Object.fromEntries(data.kinds.map((name, n) => [name, n]));
  return data;
}

/** "function+0x12 (0xffff...)" of event n. */
function place(data, n) {
  const [rip, symbol] = data.rips[data.events.rip[n]];
  return symbol ? `${symbol} (${rip})` : rip;
}
