/*
 * Shootdowns a second: all CPUs change translations of one shared address space at once, each waiting for all others.
 *
 *   protocol=serial|scoreboard   one at a time behind a mutex, or one a CPU; default both, one after the other
 *   op=page|range|all            what each change covers: one page, four, the address space
 *   iterations=                  shootdowns of each CPU; cpus= CPUs that take part (default all)
 *   ops=plain|auto|...           instructions used, as in the shootdown guests
 */
#include "../lib/phase.h"
#include "../lib/race.h"
#include "../lib/shootdown.h"

const char test_name[] = "bench-shootdown";

#define RANGE	4u		/* pages of each CPU */

static struct pmap *pmap;
static uint32_t n, iterations;
static uint64_t frames[MAXCPU][2];
static char kind;		/* first letter of op= */
static struct race_gate gate;
static uint32_t stale[MAXCPU], last_value[MAXCPU];

static uint64_t va_of(uint32_t cpu) { return USER_BASE + cpu * RANGE * PAGE_SIZE; }

static void change(uint32_t cpu, uint32_t version)
{
	uint64_t va = va_of(cpu), frame = frames[cpu][version & 1];
	WRITE_ONCE(*(uint32_t *)frame, version);
	for (uint32_t page = 0; page < (kind == 'p' ? 1 : RANGE); page++)
		pmap_enter(pmap, va + page * PAGE_SIZE, frame, PTE_P | PTE_W);
	if (kind == 'p')
		pmap_invalidate_page(pmap, va);
	else if (kind == 'r')
		pmap_invalidate_range(pmap, va, va + RANGE * PAGE_SIZE);
	else
		pmap_invalidate_all(pmap);
}

static uint32_t value(uint32_t cpu) { return *(volatile uint32_t *)va_of(cpu); }

/* Besides its own page each CPU reads its neighbour's, so that there is something to shoot down. */
static void contend(void *unused)
{
	uint32_t cpu = cpu_number(), bad = 0, first = last_value[cpu], other = (cpu + 1) % n;
	race_meet(&gate, n);
	for (uint32_t i = 1; i <= iterations; i++) {
		(void)value(other);
		change(cpu, first + i);
		bad += value(cpu) != first + i;
	}
	last_value[cpu] = first + iterations;
	race_meet(&gate, n);
	for (uint32_t k = 0; k < n; k++)
		bad += value(k) != last_value[k];
	stale[cpu] = bad;
	race_meet(&gate, n);
}

static void enter(void *to) { pmap_activate(to); }

static void run(const char *phase, enum shootdown_variant variant)
{
	uint32_t bad = 0;
	shootdown_variant = variant;
	phase_start(phase);
	smp_run(n, contend, 0);
	phase_end(phase, (uint64_t)n * iterations);
	for (uint32_t cpu = 0; cpu < n; cpu++)
		bad += stale[cpu];
	report(!bad, "%s: every CPU sees every change", phase);
}

void test_main(void)
{
	static const struct { const char *name; enum shootdown_variant variant; const char *phase[3]; } protocols[] = {
		{ "serial", VARIANT_SERIAL, { "shootdown-serial-page", "shootdown-serial-range", "shootdown-serial-all" } },
		{ "scoreboard", VARIANT_PARALLEL,
		    { "shootdown-scoreboard-page", "shootdown-scoreboard-range", "shootdown-scoreboard-all" } },
	};
	n = race_start(2);
	uint32_t wanted = (uint32_t)option_number("cpus", n);
	n = wanted >= 2 && wanted < n ? wanted : n;
	iterations = race_iterations(200);
	kind = *option("op", "page");
	pmap_setup();
	pmap = pmap_create();
	for (uint32_t cpu = 0; cpu < n; cpu++) {
		frames[cpu][0] = (uint64_t)page_alloc();
		frames[cpu][1] = (uint64_t)page_alloc();
		for (uint32_t page = 0; page < RANGE; page++)
			pmap_enter(pmap, va_of(cpu) + page * PAGE_SIZE, frames[cpu][0], PTE_P | PTE_W);
	}
	smp_run(n, enter, pmap);
	const char *only = option("protocol", "");
	for (uint32_t k = 0; k < 2; k++)
		for (uint32_t rep = 0; rep < phase_reps() && (!*only || !strcmp(only, protocols[k].name)); rep++)
			run(protocols[k].phase[kind == 'p' ? 0 : kind == 'r' ? 1 : 2], protocols[k].variant);
	smp_run(n, enter, &kernel_pmap);
}
