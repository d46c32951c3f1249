/* Targets that are in user mode, asleep in HLT, or have interrupts off for a while, while CPU 0 shoots. */
#include "../lib/cmdline.h"
#include "storm_report.h"

const char test_name[] = "targets";

enum { IN_USER_MODE, IN_HLT, INTERRUPTS_OFF, STATES };

static uint32_t stop, ready;
static uint32_t only;		/* a state, or STATES for each CPU another */

static void be_target(void *unused)
{
	struct pcpu *pc = curcpu();
	uint32_t cpu = pc->pc_cpuid, state = only < STATES ? only : cpu % STATES;
	struct user_work *w = usermode_work(cpu);
	pmap_activate(storm.pmap);
	__atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
	while (!READ_ONCE(stop)) {
		if (state == IN_USER_MODE) {
			*w = (struct user_work){ .base = USER_BASE, .completed = USER_COMPLETED,
			    .count = storm.cpus * storm.pages, .rounds = 2 };
			usermode_run(cpu, user_check_entry());
			pc->pc_count[COUNT_READS] += w->reads;
			pc->pc_count[COUNT_STALE] += w->stale;
			pc->pc_count[COUNT_USER_RUNS]++;
			continue;
		}
		cli();
		storm_check(0);
		if (state == IN_HLT) {
			if (!READ_ONCE(stop))
				sti_hlt();
			pc->pc_count[COUNT_SWITCHES]++;
		} else {
			spin(300 + cpu_random() % 300);
			storm_check(1);	/* may be old until interrupts are on: its shootdown cannot have completed */
		}
		sti();
		storm_check(0);
		storm_check(1);
	}
	pmap_activate(&kernel_pmap);
}

static void run(uint32_t state, const char *name)
{
	only = state;
	stop = ready = 0;
	uint64_t shot = storm_total(COUNT_SHOOTDOWNS), stale = storm_total(COUNT_STALE);
	for (uint32_t cpu = 1; cpu < storm.cpus; cpu++)
		smp_call(cpu, be_target, 0);
	while (READ_ONCE(ready) < storm.cpus - 1)
		cpu_pause();
	pmap_activate(storm.pmap);
	for (uint32_t i = 0; i < storm.iterations; i++) {
		storm_change(0, i % STORM_CACHE);
		spin(200);
	}
	store_release(&stop, 1);
	storm_change(0, STORM_PAGE);	/* wakes those in HLT */
	for (uint32_t cpu = 1; cpu < storm.cpus; cpu++)
		smp_wait(cpu);
	shot = storm_total(COUNT_SHOOTDOWNS) - shot;
	stale = storm_total(COUNT_STALE) - stale;
	report(shot == storm.iterations + 1 && stale == 0, "%s: %lu shootdowns completed, %lu stale reads", name, shot, stale);
}

void test_main(void)
{
	if (smp_start() < 2)
		skip_all("needs two CPUs");
	pmap_setup();
	storm_init(ncpus() < 64 ? ncpus() : 64, 40);
	run(IN_USER_MODE, "targets in user mode");
	run(IN_HLT, "targets in HLT");
	run(INTERRUPTS_OFF, "targets with interrupts off for a while");
	run(STATES, "targets in all three states");
	note("%lu user-mode runs, %lu wake-ups, %lu reads", storm_total(COUNT_USER_RUNS), storm_total(COUNT_SWITCHES),
	    storm_total(COUNT_READS));
}
