// What a violation means, in plain words.
const RULES = {
  "slot-already-zero": "An initiator may ask a CPU again only after its earlier request was answered; here the request's slot was still zero.",
  "ack-without-read": "A target has to read the request's record before it acknowledges; here it acknowledged without reading.",
  "wrong-generation": "A target has to acknowledge with the generation that stands in the record; here it gave another.",
  "generation-zero": "Generation 0 means “waiting”, so no request may carry it; here one did.",
  "torn-request": "From the moment a target is told to read the record, the record must not change; here it did.",
  "initiator-interrupts-disabled": "An initiator that waits must be able to answer others; here its interrupts are disabled, and two such CPUs block each other for ever.",
  "misdirected-ipi": "A shootdown's IPI goes to CPUs that have a request, once; here it went to another CPU or twice.",
  "request-never-served": "A target that leaves its handler with no IPI pending must have answered every request; here one was left, or nobody answered until the end.",
  "stale-use": "After a shootdown has completed, no CPU may use the translation that it covers; here one did.",
  "stale-use-in-nmi": "After a shootdown has completed, no CPU may use the translation that it covers; here an NMI's handler did, before its CPU had invalidated.",
  "stale-pcid": "A CPU that was not asked must invalidate before it uses the address space again; here entries of an old PCID generation survived.",
  "stale-reused-frame": "A frame may be given a new use only when no CPU can reach it by its old translation; here one still could.",
  "stale-after-flush": "The guest declared that no CPU has the translation any more; here one still had it.",
};

const PAGE_SIZES = { 12: "4 KiB", 21: "2 MiB", 22: "4 MiB", 30: "1 GiB" };
const isStructure = (entry) => !/^(L1_DATA|L1_CODE|L2)$/.test(entry.level);

/** A TLB entry of a violation's details, in a few words. */
function cachedText(entry) {
  return isStructure(entry) ? `paging-structure-cache entry ${entry.level}` : `${PAGE_SIZES[entry.page_shift] || `2^${entry.page_shift} bytes`} TLB entry`;
}

/** A paging-structure entry: its address field and the flags that decide. */
function structureText(value) {
  const v = big(value);
  if (!(v & 1n)) return v ? `${value}: not present` : "0: not present";
  const flags = [["writable", 1n], ["user", 2n], ["accessed", 5n], ["dirty", 6n], ["global", 8n]]
    .filter(([, bit]) => (v >> bit) & 1n).map(([name]) => name);
  if (v >> 63n) flags.push("no execute");
  return `0x${(v & 0xffffffffff000n).toString(16)}, ${flags.join(", ") || "no flags"}`;
}

/** What a store to a paging-structure entry did, as a clause. */
function changeText(writer, entry) {
  const before = big(writer.before), after = big(writer.after), place = 0xffffffffff000n;
  if (!(after & 1n)) return `removed the translation of ${entry.va}`;
  if ((before ^ after) & place) return `made ${entry.va} lead elsewhere`;
  return `took rights from the translation of ${entry.va}`;
}

const atText = (place) => (place.symbol ? `in ${place.symbol}` : `at ${place.rip}`);
const accessVerb = (access) => ({ read: "reads", write: "writes", fetch: "fetches from" })[access] || "uses";
/** The clause behind "the invalidation is missing: ..." and the word itself. */
function missingParts(missing) {
  const parts = /^the invalidation is ([^:]+): (.*)$/.exec(missing || "");
  return parts ? { what: parts[1], why: parts[2] } : { what: "", why: missing || "" };
}

/** A few sentences for someone who sees a finding for the first time. */
function story(data, f) {
  const { violation: v, details: d } = f;
  const rule = RULES[v.kind] ? [RULES[v.kind] + " "] : [];
  if (!d.writer || !d.entry || !d.use) return [...rule, el("b", {}, "What happened: "), v.message.replace(/[^.]$/, "$&.")];
  const { writer, entry, use } = d, missing = missingParts(d.missing);
  const stale = use.time - writer.time;
  const happened = [`CPU ${writer.cpu} (${atText(writer)}) ${changeText(writer, entry)}. CPU ${use.cpu} still holds the old one `,
    f.fill != null ? `(cached ${duration(writer.time - data.events.time[f.fill])} before) ` : "",
    isStructure(entry) ? `as a ${cachedText(entry)} and walks through it for ${use.va} ` : `and ${accessVerb(use.access)} ${use.va} through it (${atText(use)}) `,
    el("b", {}, `${duration(stale)} after the change`), ". "];
  if (d.new_use) happened.push(`By then the frame ${entry.pa} had been ${d.new_use.how || "given a new use"} by CPU ${d.new_use.cpu} (${atText(d.new_use)}). `);
  if (d.declared) happened.push(`By then CPU ${d.declared.cpu} (${atText(d.declared)}) had declared the range flushed everywhere. `);
  if (f.shootdown && f.shootdown.released != null && f.shootdown.released <= use.time)
    happened.push(`By then shootdown #${f.shootdown.id} of CPU ${f.shootdown.initiator} had been completed: its initiator believed that no CPU has the translation any more. `);
  if (!d.missing) return [...rule, happened];
  return [...rule, happened, el("b", { class: "bad" }, missing.what ? `The invalidation is ${missing.what}` : "What is missing"), `: ${missing.why}.`];
}
