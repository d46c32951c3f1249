#include "zoo.h"

static struct rendezvous start, inside;
static void (*const *race)(void);
static uint32_t racers;

void zoo_setup(uint32_t cpus, const char *ops)
{
	smp_start();
	if (ncpus() < cpus)
		skip_all("more CPUs are needed");
	pmap_setup_ops(ops);
}

void zoo_meet(uint32_t cpus) { rendezvous(&inside, cpus); }

static void run_role(void *unused)
{
	uint32_t cpu = cpu_number();
	rendezvous(&start, racers);
	if (cpu == 0)
		outb(ZOO_MARKER_PORT, ZOO_MARKER);
	rendezvous(&start, racers);
	race[cpu]();
}

void zoo_race(uint32_t cpus, void (*const roles[])(void))
{
	race = roles;
	racers = cpus;
	smp_run(cpus, run_role, NULL);
}

void zoo_end(void) { debug_exit(EXIT_PASS); }

__attribute__((noinline)) void reuse_frame(void *frame) { *(volatile uint64_t *)frame = 0x5EC0D0; }

bool survives(void (*access)(void *), void *va) { return !trap_catch(access, va); }
