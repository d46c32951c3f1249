/*
 * The workload of the shootdown guests: every CPU changes translations of one shared address space and checks, after each
 * completed shootdown, that no CPU still reads through an old one.
 *
 * Each page has two frames. A change writes the next version into the idle frame, points the entry at it, shoots the old
 * translation down, then wipes the old frame and publishes the version in `completed`. A reader takes `completed` first and
 * the page second: a value below it came through a translation that should be gone.
 *
 *   USER_BASE + n * 4 KiB       n < cpus * pages: the pages of CPU n / pages
 *   KVA_BASE  + n * 4 KiB       n < cpus: one global kernel page a CPU
 */
#ifndef GUEST_STORM_H
#define GUEST_STORM_H

#include "shootdown.h"
#include "usermode.h"

#define STORM_SLOTS	1024

enum storm_kind { STORM_PAGE, STORM_RANGE, STORM_ALL, STORM_KERNEL, STORM_CACHE, STORM_KINDS };

struct storm {
	struct pmap *pmap, *other;	/* `other` shares nothing: a CPU there is no target */
	uint32_t cpus;
	uint32_t pages;			/* of each CPU; set before storm_init() to override */
	uint32_t iterations;
	int kind;			/* enum storm_kind, or -1 for a random mix */
	bool mixed;			/* each flavour of an operation that is right here, not just the chosen one */
	bool users;			/* check in user mode too */
	bool wander;			/* CPUs leave for `other` and come back */
	/* shootdown() and pmap_clear_saved_pcids(), unless a mutant has put its own here. */
	uint32_t (*shootdown)(struct pmap *, enum invl_op_codes, uint64_t va1, uint64_t va2);
	void (*clear_saved_pcids)(struct pmap *);
	uint32_t *completed;		/* one page, also mapped for user mode */
	uint32_t *frames[STORM_SLOTS][2];
	struct rendezvous start, end;
};

/* Per-CPU counters in pc_count. */
enum { COUNT_SHOOTDOWNS, COUNT_IPI_TARGETS, COUNT_READS, COUNT_STALE, COUNT_USER_RUNS, COUNT_SWITCHES, COUNT_REMOTE };

extern struct storm storm;

/* Options iterations=, op=page|range|all|kernel|cache|mix, ops=mixed, users=1, wander=0|1, seed=. After pmap_setup(). */
void storm_init(uint32_t cpus, uint32_t default_iterations);
/* One CPU's part, for smp_run(). */
void storm_cpu(void *unused);
/* Change what a kind of operation covers and shoot it down. */
void storm_change(uint32_t cpu, enum storm_kind kind);
/* Read one slot and count it; true if the value was stale. */
bool storm_check(uint32_t slot);
uint64_t storm_total(int counter);
uint64_t storm_va(uint32_t slot);
static inline uint32_t storm_slots(void) { return storm.cpus * (storm.pages + 1); }

#endif
