/*
 * What the guests that race CPUs against each other share: a light barrier, random delays, choice of cases.
 *
 * Whoever leaves the barrier runs at once and without a PAUSE, so that bodies of a few instructions overlap where CPUs run at
 * the same time. The delay comes from the CPU's own generator: the next round overlaps differently.
 */
#ifndef GUEST_RACE_H
#define GUEST_RACE_H

#include "cmdline.h"
#include "report.h"
#include "smp.h"
#include "string.h"

#define RACE_SPINS	50u		/* looks at the barrier before the first PAUSE: CPUs may outnumber cores; spins= */
#define RACE_TOGETHER	400u		/* looks, without PAUSE, at whether the others have left too */
#define RACE_JITTER	32u		/* delays are shorter than this many turns of an empty loop */

#define CACHE_LINE	64u

extern uint32_t race_spins;

struct race_gate { uint32_t arrived, phase, awake; };

/*
 * Meet the other parties, and leave together with them. The first wait may be long, so it gives way to CPUs without a core; from
 * the second, for those whose PAUSE takes a while to come back, each leaves within a few instructions of the others. That one
 * is bounded: a CPU that lost its core is not waited for.
 */
static inline void race_meet(struct race_gate *g, uint32_t parties)
{
	uint32_t phase = load_acquire(&g->phase), spins = 0;
	if (__atomic_add_fetch(&g->arrived, 1, __ATOMIC_ACQ_REL) == parties) {
		g->arrived = g->awake = 0;
		store_release(&g->phase, phase + 1);
	} else {
		while (load_acquire(&g->phase) == phase)
			if (++spins > race_spins)
				cpu_pause();
	}
	__atomic_add_fetch(&g->awake, 1, __ATOMIC_ACQ_REL);
	for (spins = 0; load_acquire(&g->awake) < parties && spins < RACE_TOGETHER; spins++)
		barrier();
}

static inline void race_jitter(void)
{
	for (uint32_t n = cpu_random() % RACE_JITTER; n; n--)
		barrier();
}

/* Start the CPUs, read seed= and spins=; SKIP where there are fewer than `least`. Returns how many take part. */
static inline uint32_t race_start(uint32_t least)
{
	uint32_t n = smp_start();
	if (n < least)
		skip_all("needs more CPUs");
	race_spins = (uint32_t)option_number("spins", RACE_SPINS);
	for (uint32_t cpu = 0; cpu < n; cpu++)
		__pcpu[cpu].pc_random = (option_number("seed", 1) * MAXCPU + cpu + 1) * 0x9E3779B97F4A7C15ull;
	return n;
}

static inline uint32_t race_iterations(uint32_t otherwise) { return (uint32_t)option_number("iterations", otherwise); }

/* Is the case asked for? All are, unless test= names one. */
static inline bool race_wanted(const char *name)
{
	const char *only = option("test", "");
	return !*only || !strcmp(only, name);
}

#endif
