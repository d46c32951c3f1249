/*
 * What the guests that race CPUs against each other share: a light barrier, random delays, choice of cases.
 *
 * Whoever leaves the barrier runs at once and without a PAUSE, so that bodies of a few instructions overlap on machines that
 * run CPUs at the same time. The delay comes from the CPU's own generator: the next round overlaps differently.
 */
#ifndef GUEST_RACE_H
#define GUEST_RACE_H

#include "cmdline.h"
#include "report.h"
#include "smp.h"
#include "string.h"

#define RACE_SPINS	50u		/* looks at the barrier before the first PAUSE: CPUs may outnumber cores */
#define RACE_JITTER	32u		/* delays are shorter than this many turns of an empty loop */

#define CACHE_LINE	64u

/* Meet the other parties, and leave as soon as the last is there. */
static inline void race_meet(struct rendezvous *b, uint32_t parties)
{
	uint32_t phase = load_acquire(&b->phase), spins = 0;
	if (__atomic_add_fetch(&b->arrived, 1, __ATOMIC_ACQ_REL) == parties) {
		b->arrived = 0;
		store_release(&b->phase, phase + 1);
		return;
	}
	while (load_acquire(&b->phase) == phase)
		if (++spins > RACE_SPINS)
			cpu_pause();
}

static inline void race_jitter(void)
{
	for (uint32_t n = cpu_random() % RACE_JITTER; n; n--)
		barrier();
}

/* Start the CPUs and seed their generators (seed=); SKIP where there are fewer than `least`. Returns how many take part. */
static inline uint32_t race_start(uint32_t least)
{
	uint32_t n = smp_start();
	if (n < least)
		skip_all("needs more CPUs");
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
