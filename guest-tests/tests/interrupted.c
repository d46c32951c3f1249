/*
 * Whatever interrupts it, a program finds its registers as it left them: general registers, flags, vector registers, and what
 * it stored. Each CPU does the same work over and over while its timer fires at odd moments; the handler uses vector
 * registers itself, as a context switch would.
 */
#include "../lib/apic.h"
#include "../lib/cmdline.h"
#include "../lib/page.h"
#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/string.h"
#include "../lib/trap.h"

const char test_name[] = "interrupted";

#define DIVIDE_BY_1	0xB
#define PAIRS		120u

enum { TICKS, WRONG, ROUND };

static uint8_t image[MAXCPU][512] __attribute__((aligned(16)));
static uint64_t *pages[MAXCPU];
static uint64_t expected_sum, expected_chain;
static uint32_t rounds, period;

static void arm(void) { apic_write(APIC_TIMER_ICR, period / 2 + cpu_random() % period); }

static void tick(struct trapframe *tf)
{
	uint8_t *area = image[cpu_number()];
	__asm__ volatile("fxsave64 (%0)\n\t"
			 "pcmpeqd %%xmm0, %%xmm0\n\tpcmpeqd %%xmm1, %%xmm1\n\tpxor %%xmm2, %%xmm2\n\tpxor %%xmm3, %%xmm3\n\t"
			 "pxor %%xmm4, %%xmm4\n\tpxor %%xmm5, %%xmm5\n\tfxrstor64 (%0)" : : "r"(area) : "memory");
	curcpu()->pc_count[TICKS]++;
	apic_eoi();
	arm();
}

/* A list head's two pointers at once, as memory allocators set up their bins: all entries point to themselves. */
static void fill(uint64_t *page)
{
	uint64_t left = PAIRS, at = (uint64_t)page;
	__asm__ volatile("1: movq %0, %%xmm0\n\tpunpcklqdq %%xmm0, %%xmm0\n\tmovdqu %%xmm0, (%0)\n\tadd $16, %0\n\tdec %1\n\tjnz 1b"
			 : "+r"(at), "+r"(left) : : "memory", "cc");
}

static bool filled(const uint64_t *page)
{
	bool good = true;
	for (uint64_t i = 0; i < PAIRS; i++)
		good &= page[2 * i] == (uint64_t)&page[2 * i] && page[2 * i + 1] == (uint64_t)&page[2 * i];
	return good;
}

/* Sums that stay in vector registers for the whole loop. */
static uint64_t sum(void)
{
	uint64_t low, high, left = 500, one = 1;
	__asm__ volatile("movq %3, %%xmm1\n\tpunpcklqdq %%xmm1, %%xmm1\n\tmovdqa %%xmm1, %%xmm2\n\tpxor %%xmm0, %%xmm0\n\t"
			 "pxor %%xmm3, %%xmm3\n\tmovdqa %%xmm1, %%xmm4\n\t"
			 "1: paddq %%xmm2, %%xmm0\n\tpaddq %%xmm1, %%xmm2\n\tpxor %%xmm0, %%xmm3\n\tpaddq %%xmm3, %%xmm4\n\tdec %2\n\tjnz 1b\n\t"
			 "paddq %%xmm4, %%xmm0\n\tmovq %%xmm0, %0\n\tpunpckhqdq %%xmm3, %%xmm3\n\tmovq %%xmm3, %1"
			 : "=r"(low), "=r"(high), "+r"(left) : "r"(one) : "cc");
	return low * 31 + high;
}

/* A carry that lives from one round of the loop to the next: DEC and LEA leave it alone. */
static uint64_t chain(void)
{
	uint64_t a = 0x9E3779B97F4A7C15ull, b = 0xBF58476D1CE4E5B9ull, left = 500;
	__asm__ volatile("clc\n\t1: adc %1, %0\n\tlea 1(%0, %1), %1\n\trcl $1, %1\n\tdec %2\n\tjnz 1b"
			 : "+r"(a), "+r"(b), "+r"(left) : : "cc");
	return a ^ b;
}

static void work(void *unused)
{
	struct pcpu *pc = curcpu();
	uint64_t *page = pages[pc->pc_cpuid];
	write_cr4(read_cr4() | CR4_OSFXSR);
	apic_write(APIC_TIMER_DCR, DIVIDE_BY_1);
	apic_write(APIC_LVT_TIMER, VEC_TIMER);
	arm();
	/* On a busy host the timer may be late: nothing is learned without interrupts. */
	for (uint32_t i = 0; i < rounds || READ_ONCE(pc->pc_count[TICKS]) <= 10; i++) {
		memset(page, 0, PAGE_SIZE);
		fill(page);
		if (!filled(page) || sum() != expected_sum || chain() != expected_chain)
			if (pc->pc_count[WRONG]++ == 0)
				pc->pc_count[ROUND] = i;
	}
	apic_write(APIC_LVT_TIMER, VEC_TIMER | LVT_MASKED);
	apic_write(APIC_TIMER_ICR, 0);
}

void test_main(void)
{
	smp_start();
	rounds = option_number("rounds", 300);
	period = option_number("period", 2000);
	write_cr4(read_cr4() | CR4_OSFXSR);
	cli();
	expected_sum = sum();
	expected_chain = chain();
	sti();
	for (uint32_t cpu = 0; cpu < ncpus(); cpu++)
		pages[cpu] = page_alloc();
	trap_set_handler(VEC_TIMER, tick);
	smp_run(ncpus(), work, NULL);
	for (uint32_t cpu = 0; cpu < ncpus(); cpu++) {
		uint64_t *count = __pcpu[cpu].pc_count;
		report(count[WRONG] == 0, "CPU %u: %u rounds and more under %lu interrupts, %lu wrong, the first one %lu", cpu, rounds, count[TICKS],
		       count[WRONG], count[ROUND]);
	}
}
