/*
 * Accesses that must not tear: CMPXCHG16B and CMPXCHG8B against plain stores to their halves and against each other, and plain
 * loads and stores of 2, 4 and 8 bytes, aligned and misaligned inside a cache line (Intel SDM volume 3A, 9.1.1 and 9.1.2).
 */
#include "../lib/race.h"

const char test_name[] = "wide";

struct pair64 { uint64_t lo, hi; } __attribute__((aligned(16)));
struct pair32 { uint32_t lo, hi; } __attribute__((aligned(8)));

static struct pair64 cell64 __attribute__((aligned(64)));
static struct pair32 cell32 __attribute__((aligned(64)));
static unsigned char line[CACHE_LINE] __attribute__((aligned(64)));
static struct race_gate gate;
static uint32_t n, iterations;
static uint32_t wrong[MAXCPU];

/* Both return whether the cell held `*old`; it then holds `new`, else `*old` becomes what it held. */
static bool compare_exchange64(struct pair64 *p, struct pair64 *old, struct pair64 new)
{
	bool same;
	__asm__ volatile("lock cmpxchg16b %1" : "=@ccz"(same), "+m"(*p), "+a"(old->lo), "+d"(old->hi)
	    : "b"(new.lo), "c"(new.hi) : "memory");
	return same;
}
static bool compare_exchange32(struct pair32 *p, struct pair32 *old, struct pair32 new)
{
	bool same;
	__asm__ volatile("lock cmpxchg8b %1" : "=@ccz"(same), "+m"(*p), "+a"(old->lo), "+d"(old->hi)
	    : "b"(new.lo), "c"(new.hi) : "memory");
	return same;
}

/*
 * CPU 0 stores i to the low half, then to the high half, and reads both back. The others take the pair as one: they see
 * (i, i) or (i, i - 1). Their exchange puts back what it found, so it must not undo a store that came in between.
 */
#define HALVES(bits) \
static void halves##bits(void *unused) \
{ \
	uint32_t cpu = cpu_number(), bad = 0; \
	race_meet(&gate, n); \
	for (uint32_t i = 1; i <= iterations; i++) { \
		if (cpu == 0) { \
			WRITE_ONCE(cell##bits.lo, i); \
			WRITE_ONCE(cell##bits.hi, i); \
			race_jitter(); \
			bad += READ_ONCE(cell##bits.lo) != i || READ_ONCE(cell##bits.hi) != i; \
		} else { \
			struct pair##bits seen = { READ_ONCE(cell##bits.lo), READ_ONCE(cell##bits.hi) }; \
			compare_exchange##bits(&cell##bits, &seen, seen); \
			bad += seen.lo - seen.hi > 1; \
		} \
	} \
	wrong[cpu] = bad; \
}

/* Every CPU counts in the low half; the high half is a function of it. */
#define COUNTING(bits) \
static void counting##bits(void *unused) \
{ \
	uint32_t bad = 0; \
	race_meet(&gate, n); \
	for (uint32_t i = 0; i < iterations; i++) { \
		struct pair##bits old = { 0, 0 }, new; \
		do { \
			new.lo = old.lo + 1; \
			new.hi = new.lo * 0x9E3779B1u; \
			bad += old.hi != old.lo * 0x9E3779B1u; \
		} while (!compare_exchange##bits(&cell##bits, &old, new)); \
		race_jitter(); \
	} \
	wrong[cpu_number()] = bad; \
}

HALVES(64)
HALVES(32)
COUNTING(64)
COUNTING(32)

/* CPU 0 stores all zeros and all ones by turns; the others must never see a mixture. */
#define PLAIN(bits) \
static void plain##bits(void *at) \
{ \
	typedef uint##bits##_t __attribute__((aligned(1))) word; \
	uint32_t cpu = cpu_number(), bad = 0; \
	race_meet(&gate, n); \
	for (uint32_t i = 0; i < iterations; i++) { \
		if (cpu == 0) { \
			*(volatile word *)at = (word)((word)0 - (word)(i & 1)); \
		} else { \
			word seen = *(volatile word *)at; \
			bad += (word)(seen + 1) > 1; \
		} \
	} \
	wrong[cpu] = bad; \
}
PLAIN(16)
PLAIN(32)
PLAIN(64)

static bool none_wrong(void (*fn)(void *), void *arg)
{
	uint32_t sum = 0;
	cell64 = (struct pair64){ 0, 0 };
	cell32 = (struct pair32){ 0, 0 };
	memset(line, 0, sizeof line);
	smp_run(n, fn, arg);
	for (uint32_t cpu = 0; cpu < n; cpu++)
		sum += wrong[cpu];
	if (sum)
		note("%u wrong", sum);
	return sum == 0;
}

static void plain(void (*fn)(void *), uint32_t bits)
{
	bool aligned = true, misaligned = true;
	for (uint32_t at = 0; at + bits / 8 <= CACHE_LINE; at += bits / 8)
		aligned = none_wrong(fn, line + at) && aligned;
	for (uint32_t at = 1; at + bits / 8 <= CACHE_LINE; at += 5)
		misaligned = none_wrong(fn, line + at) && misaligned;
	report(aligned, "plain %u-bit accesses, aligned: never torn (9.1.1)", bits);
	report(misaligned, "plain %u-bit accesses, misaligned inside a line: never torn (9.1.1)", bits);
}

void test_main(void)
{
	n = race_start(2);
	iterations = race_iterations(2000);
	if (cpuid(1, 0).c >> 13 & 1) {
		if (race_wanted("halves"))
			report(none_wrong(halves64, 0), "CMPXCHG16B against 8-byte stores to its halves (9.1.2)");
		if (race_wanted("counting"))
			report(none_wrong(counting64, 0) && cell64.lo == (uint64_t)n * iterations, "CMPXCHG16B counts exactly (9.1.2)");
	} else {
		report_skip("no CMPXCHG16B");
	}
	if (race_wanted("halves"))
		report(none_wrong(halves32, 0), "CMPXCHG8B against 4-byte stores to its halves (9.1.2)");
	if (race_wanted("counting"))
		report(none_wrong(counting32, 0) && cell32.lo == n * iterations, "CMPXCHG8B counts exactly (9.1.2)");
	if (race_wanted("plain")) {
		iterations = iterations / 10 + 1;
		plain(plain16, 16);
		plain(plain32, 32);
		plain(plain64, 64);
	}
}
