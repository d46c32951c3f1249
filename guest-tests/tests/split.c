/*
 * Locked operations on misaligned operands: inside a cache line, across two lines, across two pages whose frames are not
 * neighbours; against each other, against aligned locked operations and against plain stores to one of the parts. LOCK makes
 * each of them one access to everybody (Intel SDM volume 3A, 9.1.2.2).
 */
#include "../lib/pmap.h"
#include "../lib/race.h"

const char test_name[] = "split";

static unsigned char *first, *second;	/* the two pages through the shared pmap; they follow each other there */
static struct pmap *pmap;
static struct race_gate gate;
static uint32_t n, iterations;
static uint64_t tally[MAXCPU];

/* Where the operand begins, counted from the start of the first page, for each width in bytes. */
static const struct place { const char *name; uint32_t at[4]; } places[] = {
	{ "inside a line", { 0x105, 0x103, 0x10D, 0x115 } },
	{ "across two lines", { 0x13F, 0x13F, 0x13E, 0x13D } },
	{ "across two pages", { 0xFFF, 0xFFF, 0xFFE, 0xFFB } },
};
enum { LINES = 1, PAGES = 2 };

static void *operand(const struct place *place, uint32_t log2) { return first + place->at[log2]; }

#define COUNT(width, suffix) \
typedef uint##width##_t __attribute__((aligned(1))) word##width; \
static void inc##width(void *p) \
{ \
	race_meet(&gate, n); \
	for (uint32_t i = 0; i < iterations; i++) \
		__asm__ volatile("lock inc" suffix " %0" : "+m"(*(volatile word##width *)p) :: "memory", "cc"); \
} \
static void add##width(void *p) \
{ \
	race_meet(&gate, n); \
	for (uint32_t i = 0; i < iterations; i++) \
		__asm__ volatile("lock add %1, %0" : "+m"(*(volatile word##width *)p) : "r"((word##width)1) : "memory", "cc"); \
} \
static void xadd##width(void *p) \
{ \
	uint64_t sum = 0; \
	race_meet(&gate, n); \
	for (uint32_t i = 0; i < iterations; i++) { \
		word##width v = 1; \
		__asm__ volatile("lock xadd %0, %1" : "+r"(v), "+m"(*(volatile word##width *)p) :: "memory", "cc"); \
		sum += v; \
	} \
	tally[cpu_number()] = sum; \
} \
static void cmpxchg##width(void *p) \
{ \
	race_meet(&gate, n); \
	for (uint32_t i = 0; i < iterations; i++) { \
		word##width old = *(volatile word##width *)p, seen; \
		for (;; old = seen) { \
			__asm__ volatile("lock cmpxchg %2, %1" : "=a"(seen), "+m"(*(volatile word##width *)p) \
			    : "r"((word##width)(old + 1)), "0"(old) : "memory", "cc"); \
			if (seen == old) \
				break; \
		} \
	} \
} \
static void xchg##width(void *p) \
{ \
	word##width mine = (word##width)(cpu_number() + 1); \
	race_meet(&gate, n); \
	for (uint32_t i = 0; i < iterations; i++) \
		__asm__ volatile("xchg %0, %1" : "+r"(mine), "+m"(*(volatile word##width *)p) :: "memory"); \
	tally[cpu_number()] = mine; \
}
COUNT(16, "w")
COUNT(32, "l")
COUNT(64, "q")

static const struct { const char *name; void (*fn[4])(void *); } counters[] = {
#define ROW(name) { #name, { 0, name##16, name##32, name##64 } }
	ROW(inc), ROW(add), ROW(xadd), ROW(cmpxchg),
};
static void (*const exchange[4])(void *) = { 0, xchg16, xchg32, xchg64 };

static void enter(void *unused) { pmap_activate(pmap); }
static void leave(void *unused) { pmap_activate(&kernel_pmap); }

static void clear(void)
{
	memset(first, 0, 2 * PAGE_SIZE);
	memset(tally, 0, sizeof tally);
}

static uint64_t tallied(void)
{
	uint64_t sum = 0;
	for (uint32_t cpu = 0; cpu < n; cpu++)
		sum += tally[cpu];
	return sum;
}

static uint64_t read_operand(const struct place *place, uint32_t log2)
{
	uint64_t v = 0;
	memcpy(&v, operand(place, log2), 1u << log2);
	return v;
}

static void counting(const struct place *place)
{
	for (uint32_t k = 0; k < sizeof counters / sizeof *counters; k++) {
		bool ok = true;
		for (uint32_t log2 = 1; log2 < 4; log2++) {
			uint64_t total = (uint64_t)n * iterations, want = log2 == 1 ? (uint16_t)total : total;
			clear();
			smp_run(n, counters[k].fn[log2], operand(place, log2));
			uint64_t got = read_operand(place, log2);
			if (got != want)
				note("%s, %u bytes: %lu, not %lu", counters[k].name, 1u << log2, got, want);
			ok = ok && got == want;
			/* XADD gave out each number once (16 bits wrap too soon for that). */
			if (counters[k].fn[1] == xadd16 && log2 > 1)
				ok = ok && tallied() == total * (total - 1) / 2;
		}
		report(ok, "LOCK %s %s: exact", counters[k].name, place->name);
	}
	bool ok = true;
	for (uint32_t log2 = 1; log2 < 4; log2++) {
		clear();
		smp_run(n, exchange[log2], operand(place, log2));
		ok = ok && tallied() + read_operand(place, log2) == (uint64_t)n * (n + 1) / 2;
	}
	report(ok, "XCHG %s: no token is lost", place->name);
}

/*
 * The operand's bytes before the boundary belong to the even CPUs, which count there by a locked operation on the whole; those
 * behind it, aligned, to the odd ones.
 */
static void against_aligned(void *p)
{
	volatile word64 *whole = p;
	volatile uint32_t *upper = (volatile uint32_t *)((unsigned char *)p + 4);
	bool split = cpu_number() % 2 == 0;
	race_meet(&gate, n);
	for (uint32_t i = 0; i < iterations; i++) {
		if (split)
			__asm__ volatile("lock addq $1, %0" : "+m"(*whole) :: "memory", "cc");
		else
			__asm__ volatile("lock incl %0" : "+m"(*upper) :: "memory", "cc");
	}
}

/* CPU 1 alone stores to the upper part, plainly, and must find there what it stored. */
static void against_stores(void *p)
{
	volatile word64 *whole = p;
	volatile uint32_t *upper = (volatile uint32_t *)((unsigned char *)p + 4);
	uint32_t cpu = cpu_number(), bad = 0;
	race_meet(&gate, n);
	for (uint32_t i = 0; i < iterations; i++) {
		if (cpu == 1) {
			*upper = i;
			race_jitter();
			bad += *upper != i;
		} else {
			__asm__ volatile("lock addq $1, %0" : "+m"(*whole) :: "memory", "cc");
		}
	}
	tally[cpu] = bad;
}

/* The other way round: CPU 1 loads both parts at once while the others change them together; never one without the other. */
static void against_loads(void *p)
{
	volatile word64 *whole = p;
	uint32_t cpu = cpu_number(), bad = 0;
	race_meet(&gate, n);
	for (uint32_t i = 0; i < iterations; i++) {
		uint64_t v = 0;
		if (cpu == 1) {
			__asm__ volatile("lock xaddq %0, %1" : "+r"(v), "+m"(*whole) :: "memory", "cc");
			bad += (uint32_t)v != v >> 32;
		} else {
			__asm__ volatile("lock addq %1, %0" : "+m"(*whole) : "r"(0x100000001ull) : "memory", "cc");
		}
	}
	tally[cpu] = bad;
}

/* Windows of 8 bytes at four distances; all cover the byte behind the boundary, where each CPU owns a bit. */
static void windows(void *boundary)
{
	uint32_t cpu = cpu_number(), before = 1 + cpu % 7, bad = 0;
	volatile word64 *window = (volatile word64 *)((unsigned char *)boundary - before);
	volatile unsigned char *byte = boundary;
	uint64_t bit = 1ull << cpu, mask = bit << 8 * before;
	race_meet(&gate, n);
	for (uint32_t i = 0; cpu < 8 && i < iterations; i++) {
		__asm__ volatile("lock xorq %1, %0" : "+m"(*window) : "r"(mask) : "memory", "cc");
		bad += ((*byte & bit) != 0) == i % 2;
	}
	tally[cpu] = bad;
}

/* Dwords on both sides of the boundary, the upper one aligned. */
static unsigned char *pair_at(uint32_t kind) { return first + (kind == LINES ? 0x13C : 0xFFC); }

static void against(uint32_t kind)
{
	const char *name = places[kind].name;
	uint64_t v;
	clear();
	smp_run(n, against_aligned, pair_at(kind));
	memcpy(&v, pair_at(kind), 8);
	report((uint32_t)v == (n + 1) / 2 * iterations && v >> 32 == n / 2 * iterations,
	    "%s against aligned locked operations: exact", name);
	clear();
	smp_run(n, against_stores, pair_at(kind));
	report(!tallied(), "%s against plain stores to a part: none is lost", name);
	clear();
	smp_run(n, against_loads, pair_at(kind));
	report(!tallied(), "%s: both parts change at once", name);
	clear();
	smp_run(n, windows, pair_at(kind) + 4);
	report(!tallied(), "%s: overlapping operands keep each other's bits", name);
}

void test_main(void)
{
	n = race_start(2);
	iterations = race_iterations(1000);
	pmap_setup();
	pmap = pmap_create();
	unsigned char *frames[3] = { page_alloc(), page_alloc(), page_alloc() };
	pmap_enter(pmap, USER_BASE, (uint64_t)frames[2], PTE_P | PTE_W);
	pmap_enter(pmap, USER_BASE + PAGE_SIZE, (uint64_t)frames[0], PTE_P | PTE_W);
	first = (unsigned char *)USER_BASE;
	second = first + PAGE_SIZE;
	smp_run(n, enter, 0);
	first[0x10] = 1;
	second[0x10] = 2;
	report(frames[2][0x10] == 1 && frames[0][0x10] == 2, "the two pages are frames apart");
	for (uint32_t p = 0; p < 3; p++)
		if (race_wanted("counting"))
			counting(&places[p]);
	for (uint32_t kind = LINES; kind <= PAGES; kind++)
		if (race_wanted("against"))
			against(kind);
	smp_run(n, leave, 0);
}
