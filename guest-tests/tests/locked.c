/*
 * Locked read-modify-writes of every width on every CPU at once: sums are exact, bits are nobody else's, neighbours in the same
 * word are left alone (Intel SDM volume 3A, 9.1.2.2).
 */
#include "../lib/race.h"

const char test_name[] = "locked";

static union { uint8_t u8[64]; uint16_t u16[32]; uint32_t u32[16]; uint64_t u64[8]; } cell __attribute__((aligned(64)));
static struct race_gate gate;
static uint32_t n, iterations;
static uint64_t tally[MAXCPU];

static void clear(void)
{
	memset(&cell, 0, sizeof cell);
	memset(tally, 0, sizeof tally);
}

static uint64_t tallied(void)
{
	uint64_t sum = 0;
	for (uint32_t cpu = 0; cpu < n; cpu++)
		sum += tally[cpu];
	return sum;
}

/* ---- sums: each turn of an operation adds `delta` to one cell ---- */

#define SUM(name, width, code) \
static void name##width(void *p) \
{ \
	typedef uint##width##_t word; \
	word *at = p; \
	race_meet(&gate, n); \
	for (uint32_t i = 0; i < iterations; i++) \
		__asm__ volatile(code :: [p] "r"(at), [three] "r"((word)3) : "rax", "rcx", "memory", "cc"); \
}
#define SUMS(name, code8, code16, code32, code64) \
	SUM(name, 8, code8) SUM(name, 16, code16) SUM(name, 32, code32) SUM(name, 64, code64)
#define EACH(name, op, rest) \
	SUMS(name, "lock " op "b " rest "(%[p])", "lock " op "w " rest "(%[p])", "lock " op "l " rest "(%[p])", "lock " op "q " rest "(%[p])")
#define CARRY(name, op) \
	SUMS(name, "stc; lock " op "b $2, (%[p])", "stc; lock " op "w $2, (%[p])", "stc; lock " op "l $2, (%[p])", \
	    "stc; lock " op "q $2, (%[p])")
#define LOOP(s, a, c) \
	"mov" s " (%[p]), %%" a "; 1: mov" s " %%" a ", %%" c "; add" s " $3, %%" c "; lock cmpxchg" s " %%" c ", (%[p]); jnz 1b"

EACH(inc, "inc", "")
EACH(dec, "dec", "")
EACH(add, "add", "%[three], ")
EACH(sub, "sub", "%[three], ")
CARRY(adc, "adc")
CARRY(sbb, "sbb")
SUMS(xadd, "movb $3, %%al; lock xaddb %%al, (%[p])", "movw $3, %%ax; lock xaddw %%ax, (%[p])",
    "movl $3, %%eax; lock xaddl %%eax, (%[p])", "movl $3, %%eax; lock xaddq %%rax, (%[p])")
SUMS(cmpxchg, LOOP("b", "al", "cl"), LOOP("w", "ax", "cx"), LOOP("l", "eax", "ecx"), LOOP("q", "rax", "rcx"))

static const struct { const char *name; void (*fn[4])(void *); int delta; } sums[] = {
#define ROW(name, delta) { #name, { name##8, name##16, name##32, name##64 }, delta }
	ROW(inc, 1), ROW(dec, -1), ROW(add, 3), ROW(sub, -3), ROW(adc, 3), ROW(sbb, -3), ROW(xadd, 3), ROW(cmpxchg, 3),
};

static uint64_t cell_value(uint32_t log2)
{
	switch (log2) {
	case 0: return cell.u8[0];
	case 1: return cell.u16[0];
	case 2: return cell.u32[0];
	default: return cell.u64[0];
	}
}

static void sum_exactly(void)
{
	for (uint32_t k = 0; k < sizeof sums / sizeof *sums; k++) {
		bool ok = true;
		for (uint32_t log2 = 0; log2 < 4; log2++) {
			uint32_t bits = 8u << log2;
			uint64_t mask = bits == 64 ? ~0ull : (1ull << bits) - 1;
			clear();
			smp_run(n, sums[k].fn[log2], &cell);
			uint64_t want = (uint64_t)((int64_t)n * iterations * sums[k].delta) & mask, got = cell_value(log2);
			if (got != want)
				note("%s, %u bits: %lx, not %lx", sums[k].name, bits, got, want);
			/* Nothing outside the operand changes. */
			ok = ok && got == want && (bits == 64 || cell.u64[0] == want) && cell.u64[1] == 0;
		}
		report(ok, "LOCK %s of 8, 16, 32 and 64 bits sums exactly on all CPUs", sums[k].name);
	}
}

/* ---- each CPU owns something in shared words and must always find it as it left it ---- */

/* Bit `cpu` of a bit string: the register form reaches beyond its operand. */
static void own_bit(void *unused)
{
	uint64_t bit = cpu_number();
	uint32_t bad = 0;
	race_meet(&gate, n);
	for (uint32_t i = 0; i < iterations; i++) {
		bool was;
		__asm__ volatile("lock btsq %2, %1" : "=@ccc"(was), "+m"(cell) : "r"(bit) : "memory");
		bad += was;
		__asm__ volatile("lock btcl %k2, %1" : "=@ccc"(was), "+m"(cell) : "r"(bit) : "memory");
		bad += !was;
		__asm__ volatile("lock btcw %w2, %1" : "=@ccc"(was), "+m"(cell) : "r"(bit) : "memory");
		bad += was;
		__asm__ volatile("lock btrq %2, %1" : "=@ccc"(was), "+m"(cell) : "r"(bit) : "memory");
		bad += !was;
	}
	tally[bit] = bad;
}

/* OR, XOR and AND of the own bit; in words of 8 to 64 bits by turns. */
#define OWN_MASK(width) \
static uint32_t own_mask##width(uint32_t cpu) \
{ \
	uint##width##_t *p = &cell.u##width[cpu / width], mask = (uint##width##_t)((uint##width##_t)1 << cpu % width); \
	uint32_t bad = 0; \
	__asm__ volatile("lock or %1, %0" : "+m"(*p) : "r"(mask) : "memory", "cc"); \
	bad += !(READ_ONCE(*p) & mask); \
	__asm__ volatile("lock xor %1, %0" : "+m"(*p) : "r"(mask) : "memory", "cc"); \
	bad += !!(READ_ONCE(*p) & mask); \
	__asm__ volatile("lock xor %1, %0" : "+m"(*p) : "r"(mask) : "memory", "cc"); \
	bad += !(READ_ONCE(*p) & mask); \
	__asm__ volatile("lock and %1, %0" : "+m"(*p) : "r"((uint##width##_t)~mask) : "memory", "cc"); \
	return bad + !!(READ_ONCE(*p) & mask); \
}
OWN_MASK(8)
OWN_MASK(16)
OWN_MASK(32)
OWN_MASK(64)

static void own_mask(void *unused)
{
	uint32_t cpu = cpu_number(), bad = 0;
	race_meet(&gate, n);
	for (uint32_t i = 0; i < iterations; i += 4)
		bad += own_mask8(cpu) + own_mask16(cpu) + own_mask32(cpu) + own_mask64(cpu);
	tally[cpu] = bad;
}

/*
 * Fields of one 8-byte word, each another CPU's: bytes 0, 1..4 (misaligned), 5..6 (misaligned), 7. Each CPU counts in its field
 * and knows what the field held.
 */
static void neighbours(void *locked)
{
	uint32_t cpu = cpu_number(), role = cpu % 4, bad = 0;
	unsigned char *word = (unsigned char *)&cell.u64[cpu / 4 % 8];
	race_meet(&gate, n);
	for (uint32_t i = 0; cpu < 32 && i < iterations; i++) {
		uint32_t was, now = i + 1;
		volatile uint8_t *at8 = word + (role == 0 ? 0 : 7);
		volatile uint32_t *at32 = (volatile uint32_t *)(word + 1);
		volatile uint16_t *at16 = (volatile uint16_t *)(word + 5);
		if (role == 1) {
			was = locked ? __atomic_fetch_add(at32, 1, __ATOMIC_SEQ_CST) : *at32;
			if (!locked)
				*at32 = now;
			bad += was != i || *at32 != now;
		} else if (role == 2) {
			was = locked ? __atomic_fetch_add(at16, 1, __ATOMIC_SEQ_CST) : *at16;
			if (!locked)
				*at16 = (uint16_t)now;
			bad += was != (uint16_t)i || *at16 != (uint16_t)now;
		} else {
			was = locked ? __atomic_fetch_add(at8, 1, __ATOMIC_SEQ_CST) : *at8;
			if (!locked)
				*at8 = (uint8_t)now;
			bad += was != (uint8_t)i || *at8 != (uint8_t)now;
		}
	}
	tally[cpu] = bad;
}

/* Odd CPUs store and check bytes of their own; even CPUs do locked operations on the whole word that change nothing. */
static void whole_word(void *unused)
{
	uint32_t cpu = cpu_number(), bad = 0;
	volatile uint8_t *own = &cell.u8[cpu / 2 % 8];
	race_meet(&gate, n);
	for (uint32_t i = 0; cpu < 16 && i < iterations; i++) {
		if (cpu % 2) {
			*own = (uint8_t)i;
			race_jitter();
			bad += *own != (uint8_t)i;
			continue;
		}
		switch (i % 3) {
		case 0: __asm__ volatile("lock orq $0, %0" : "+m"(cell.u64[0]) :: "memory", "cc"); break;
		case 1: __asm__ volatile("lock addl $0, %0" : "+m"(cell.u32[0]) :: "memory", "cc"); break;
		default: __asm__ volatile("lock notq %0; lock notq %0" : "+m"(cell.u64[1]) :: "memory"); break;
		}
	}
	tally[cpu] = bad;
}

/* ---- results of the operations ---- */

/* From n * iterations down to 0: exactly one DEC sets ZF; XADD hands each number out once. */
static void last_one(void *unused)
{
	race_meet(&gate, n);
	for (uint32_t i = 0; i < iterations; i++) {
		bool zero;
		__asm__ volatile("lock decl %1" : "=@ccz"(zero), "+m"(cell.u32[0]) :: "memory");
		tally[cpu_number()] += zero;
	}
}
static void tickets(void *unused)
{
	race_meet(&gate, n);
	for (uint32_t i = 0; i < iterations; i++)
		tally[cpu_number()] += __atomic_fetch_add(&cell.u64[0], 1, __ATOMIC_SEQ_CST);
}

/* XCHG is locked without a prefix: tokens that go round are all there in the end. */
static void tokens(void *unused)
{
	uint32_t cpu = cpu_number();
	uint64_t mine = cpu + 1;
	race_meet(&gate, n);
	for (uint32_t i = 0; i < iterations; i++)
		__asm__ volatile("xchgq %0, %1" : "+r"(mine), "+m"(cell.u64[i % 3]) :: "memory");
	tally[cpu] = mine;
}

static void inverting(void *unused)
{
	race_meet(&gate, n);
	for (uint32_t i = 0; i < iterations; i++) {
		__asm__ volatile("lock notl %0" : "+m"(cell.u32[0]) :: "memory");
		__asm__ volatile("lock negw %0" : "+m"(cell.u16[2]) :: "memory", "cc");
	}
}

static void unlocked(void *unused)
{
	race_meet(&gate, n);
	for (uint32_t i = 0; i < iterations; i++)
		__asm__ volatile("incq %0" : "+m"(cell.u64[0]) :: "memory", "cc");
}

static bool none_wrong(void (*fn)(void *), void *arg)
{
	clear();
	smp_run(n, fn, arg);
	if (tallied())
		note("%lu wrong", tallied());
	return tallied() == 0;
}

static void results(void)
{
	uint64_t total = (uint64_t)n * iterations;
	clear();
	cell.u32[0] = (uint32_t)total;
	smp_run(n, last_one, 0);
	report(tallied() == 1 && cell.u32[0] == 0, "LOCK DEC to zero: exactly one CPU sees ZF");
	clear();
	smp_run(n, tickets, 0);
	report(tallied() == total * (total - 1) / 2 && cell.u64[0] == total, "LOCK XADD hands out each number once");
	clear();
	smp_run(n, tokens, 0);
	report(tallied() + cell.u64[0] + cell.u64[1] + cell.u64[2] == (uint64_t)n * (n + 1) / 2, "XCHG loses no token");
	clear();
	cell.u16[2] = 5;
	smp_run(n, inverting, 0);
	report(cell.u32[0] == (total % 2 ? 0xFFFFFFFFu : 0) && cell.u16[2] == (uint16_t)(total % 2 ? -5 : 5), "LOCK NOT and LOCK NEG");
	clear();
	smp_run(n, unlocked, 0);
	note("INC without LOCK: %lu of %lu, %lu lost (allowed)", cell.u64[0], total, total - cell.u64[0]);
}

void test_main(void)
{
	n = race_start(2);
	iterations = race_iterations(5000);
	if (race_wanted("sums"))
		sum_exactly();
	if (race_wanted("own")) {
		report(none_wrong(own_bit, 0), "LOCK BTS, BTC, BTR: each CPU's bit is its own");
		report(none_wrong(own_mask, 0), "LOCK OR, XOR, AND: each CPU's bit is its own");
	}
	if (race_wanted("neighbours")) {
		report(none_wrong(neighbours, &cell), "LOCK XADD of neighbours in one word: none loses a count");
		report(none_wrong(neighbours, 0), "plain stores to neighbours in one word: none is lost");
		report(none_wrong(whole_word, 0), "locked operations on a word, plain stores to its bytes: none is lost");
	}
	if (race_wanted("results"))
		results();
}
