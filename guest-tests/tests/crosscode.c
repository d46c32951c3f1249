/*
 * Cross-modifying code (Intel SDM volume 3A, 9.1.3): one CPU changes instructions that others run. With the flag and the
 * serialising instruction the manual asks for, the new bytes run at once; without them, code that nobody changes still runs
 * as it is, though its page is written all the time.
 */
#include "../lib/apic.h"
#include "../lib/pmap.h"
#include "../lib/race.h"
#include "../lib/trap.h"
#include "../lib/wait.h"

const char test_name[] = "crosscode";

#define CALLS	40u		/* between two changes of a hot function */
#define MOST	32u

static unsigned char code[8192] __attribute__((aligned(4096)));
static uint32_t flag __attribute__((aligned(64)));
static uint32_t stop __attribute__((aligned(64)));
static uint32_t acks __attribute__((aligned(64)));
static uint32_t completed __attribute__((aligned(64)));
static struct race_gate gate;
static uint32_t n, iterations, wrong[MAXCPU], breakpoints;

typedef uint32_t function(void);
static uint32_t call(const volatile void *at) { return ((function *)(uintptr_t)at)(); }

/* MOV EAX, imm32; RET, behind `nops` NOPs: the instructions move as well as change. */
static void emit(unsigned char *at, uint32_t value, uint32_t nops)
{
	volatile unsigned char *p = at;
	while (nops--)
		*p++ = 0x90;
	*p++ = 0xB8;
	for (int i = 0; i < 4; i++)
		*p++ = (unsigned char)(value >> 8 * i);
	*p = 0xC3;
}

static void by_cpuid(void) { (void)cpuid(0, 0); }
static void by_iret(void)
{
	__asm__ volatile(
	    "movq %%rsp, %%rax\n\t"
	    "pushq %0\n\t"
	    "pushq %%rax\n\t"
	    "pushfq\n\t"
	    "pushq %1\n\t"
	    "leaq 1f(%%rip), %%rax\n\t"
	    "pushq %%rax\n\t"
	    "iretq\n"
	    "1:" :: "i"(SEL_KDATA), "i"(SEL_KCODE) : "rax", "memory", "cc");
}
static void by_cr3(void) { write_cr3(read_cr3()); }

static const struct way {
	const char *name;
	void (*serialize)(void);
	uint32_t at, nops, calls;	/* offset in `code`; NOPs in front, at most; calls between two changes */
} ways[] = {
	{ "cpuid", by_cpuid, 0x100, 0, 1 },
	{ "iret", by_iret, 0x200, 0, 1 },
	{ "cr3", by_cr3, 0x300, 0, 1 },
	{ "moving", by_cpuid, 0x400, 7, 1 },
	{ "hot", by_cpuid, 0x500, 3, CALLS },
	{ "two-pages", by_cpuid, 0xFFD, 0, 1 },
	{ "two-pages-hot", by_iret, 0xFFD, 2, CALLS },
};

/* CPU 0 stores the code, then the flag; the others wait for the flag, serialise, run it. */
static void store_flag_run(void *arg)
{
	const struct way *way = arg;
	uint32_t cpu = cpu_number(), bad = 0;
	for (uint32_t i = 1; i <= iterations; i++) {
		if (cpu == 0) {
			emit(code + way->at, i * 0x01010101, way->nops ? i % way->nops : 0);
			store_release(&flag, i);
		}
		while (load_acquire(&flag) < i)
			cpu_pause();
		way->serialize();
		for (uint32_t k = 0; k < way->calls; k++)
			bad += call(code + way->at) != i * 0x01010101;
		race_meet(&gate, n);
	}
	wrong[cpu] = bad;
}

/* The same through another virtual address of the page. */
static void store_by_alias(void *alias)
{
	uint32_t cpu = cpu_number(), bad = 0;
	for (uint32_t i = 1; i <= iterations; i++) {
		if (cpu == 0) {
			emit((unsigned char *)alias + 0x600, i, 0);
			store_release(&flag, i);
		}
		while (load_acquire(&flag) < i)
			cpu_pause();
		by_cpuid();
		bad += call(code + 0x600) != i;
		race_meet(&gate, n);
	}
	wrong[cpu] = bad;
}

/* Each CPU keeps changing and running a function of its own; all of them lie in one page. A CPU sees its own stores at once. */
static void own_function(void *unused)
{
	uint32_t cpu = cpu_number(), bad = 0;
	unsigned char *own = code + 0x800 + cpu * 32;
	race_meet(&gate, n);
	for (uint32_t i = 0; cpu < MOST && i < iterations; i++) {
		emit(own, i << 8 | cpu, i % 3);
		bad += call(own) != (i << 8 | cpu);
		bad += call(own) != (i << 8 | cpu);
	}
	wrong[cpu] = bad;
}

/* CPU 0 stores to and counts in a word between functions that the others run; nobody changes those. */
static void data_beside_code(void *unused)
{
	uint32_t cpu = cpu_number(), bad = 0;
	volatile uint64_t *word = (volatile uint64_t *)(code + 0x740);
	race_meet(&gate, n);
	for (uint32_t i = 0; i < iterations * 4; i++) {
		if (cpu == 0) {
			*word = i;
			bad += *word != i;
			bad += __atomic_add_fetch(word, 1, __ATOMIC_SEQ_CST) != i + 1;
		} else {
			bad += call(code + 0x730) != 0x11111111;
			bad += call(code + 0x750) != 0x22222222;
		}
	}
	wrong[cpu] = bad;
}

/* ---- a change under running CPUs: breakpoint first, every CPU serialised by an interrupt, then the rest ---- */

#define SITE	(code + 0x1100)

static void sync(struct trapframe *tf)
{
	__atomic_add_fetch(&acks, 1, __ATOMIC_SEQ_CST);
	apic_eoi();
}

/* Whoever runs into the breakpoint waits for the change's end, open to the interrupts that it needs, and tries again. */
static void breakpoint(struct trapframe *tf)
{
	if (tf->rip != (uint64_t)(SITE + 1))
		panic("breakpoint at %lx", tf->rip);
	tf->rip--;
	__atomic_add_fetch(&breakpoints, 1, __ATOMIC_SEQ_CST);
	sti();
	while (*(volatile unsigned char *)SITE == 0xCC)
		cpu_pause();
	cli();
}

static bool sync_others(void)
{
	WRITE_ONCE(acks, 0);
	for (uint32_t cpu = 1; cpu < n; cpu++)
		apic_send(__pcpu[cpu].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_PING);
	return wait_until(READ_ONCE(acks) == n - 1);
}

static void change_running(void *unused)
{
	uint32_t cpu = cpu_number(), bad = 0;
	volatile unsigned char *site = SITE;
	race_meet(&gate, n);
	if (cpu == 0) {
		for (uint32_t i = 1; i <= iterations / 4 + 1 && !bad; i++) {
			site[0] = 0xCC;
			bad += !sync_others();
			for (int k = 1; k <= 4; k++)
				site[k] = (unsigned char)i;
			bad += !sync_others();
			site[0] = 0xB8;
			bad += !sync_others();
			store_release(&completed, i);
			race_jitter();
		}
		store_release(&stop, 1);
	} else {
		while (!load_acquire(&stop)) {
			/* Never a mixture of two changes, never one older than the last that was complete. */
			uint32_t least = load_acquire(&completed), v = call(SITE);
			bad += v % 0x01010101 != 0 || (int8_t)(v - least) < 0;
		}
	}
	wrong[cpu] = bad;
}

static void verdict(void (*fn)(void *), const void *arg, const char *what)
{
	uint32_t sum = 0;
	flag = stop = 0;
	smp_run(n, fn, (void *)arg);
	for (uint32_t cpu = 0; cpu < n; cpu++)
		sum += wrong[cpu];
	if (sum)
		note("%u wrong", sum);
	report(!sum, "%s", what);
}

static void enter(void *pmap) { pmap_activate(pmap); }

void test_main(void)
{
	n = race_start(2);
	iterations = race_iterations(100);
	pmap_setup();
	trap_set_handler(VEC_PING, sync);
	trap_set_handler(VEC_BP, breakpoint);
	for (uint32_t k = 0; k < sizeof ways / sizeof *ways; k++)
		if (race_wanted(ways[k].name)) {
			char what[64] = "store, flag, serialise, run: ";
			memcpy(what + strlen(what), ways[k].name, strlen(ways[k].name));
			verdict(store_flag_run, &ways[k], what);
		}
	if (race_wanted("alias")) {
		struct pmap *pmap = pmap_create();
		pmap_enter(pmap, USER_BASE, (uint64_t)code, PTE_P | PTE_W);
		smp_run(n, enter, pmap);
		verdict(store_by_alias, (void *)USER_BASE, "stored through another virtual address");
		smp_run(n, enter, &kernel_pmap);
	}
	if (race_wanted("own"))
		verdict(own_function, 0, "every CPU changes its own function in one page");
	if (race_wanted("data")) {
		emit(code + 0x730, 0x11111111, 0);
		emit(code + 0x750, 0x22222222, 0);
		verdict(data_beside_code, 0, "stores beside code that others run");
	}
	if (race_wanted("running")) {
		emit(SITE, 0, 0);
		verdict(change_running, 0, "changed under running CPUs behind a breakpoint");
		note("%u breakpoints taken", breakpoints);
	}
}
