/* Shootdown by one initiator: each operation, one at a time, removes the old translation from every CPU that used it. */
#include "../lib/cmdline.h"
#include "storm_report.h"

const char test_name[] = "single";

#define ROUNDS	4

static const char *const names[STORM_KINDS] = { "page", "range", "whole address space", "global kernel page", "cache" };
static struct rendezvous step;
static uint32_t kind, before;

/* Three steps, all CPUs together: read every page, let CPU 0 change and shoot, read every page again. */
static void round(void *unused)
{
	uint32_t cpu = cpu_number(), stale = 0;
	pmap_activate(storm.pmap);
	for (uint32_t slot = 0; slot < storm_slots(); slot++)
		storm_check(slot);
	rendezvous(&step, storm.cpus);
	if (cpu == 0) {
		before = storm.completed[0];
		storm_change(0, kind);
	}
	rendezvous(&step, storm.cpus);
	for (uint32_t slot = 0; slot < storm_slots(); slot++)
		stale += storm_check(slot);
	curcpu()->pc_count[7] = stale;
}

void test_main(void)
{
	smp_start();
	pmap_setup();
	storm_init(ncpus() < 64 ? ncpus() : 64, 1);
	for (kind = 0; kind < STORM_KINDS; kind++) {
		uint32_t stale = 0;
		for (int r = 0; r < ROUNDS; r++) {
			smp_run(storm.cpus, round, 0);
			for (uint32_t cpu = 0; cpu < storm.cpus; cpu++)
				stale += (uint32_t)__pcpu[cpu].pc_count[7];
		}
		report(stale == 0, "%s: no CPU of %u reads through the old translation", names[kind], storm.cpus);
	}
	report(storm_total(COUNT_SHOOTDOWNS) == STORM_KINDS * ROUNDS, "%lu shootdowns completed", storm_total(COUNT_SHOOTDOWNS));
}
