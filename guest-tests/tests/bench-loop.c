/*
 * A loop of known length for measuring an interpreter: BODY instructions a turn on registers and memory, no device.
 * iterations= turns in all (default 2e9 instructions), cpus=1|all shares them out, reps= times, scale= thousandths of the turns.
 * Prints the instructions it ran, and the marker lines of ../bench/measure.h.
 */
#include "../lib/cmdline.h"
#include "../lib/report.h"
#include "../lib/smp.h"

const char test_name[] = "bench-loop";

#define BODY	10u
#define WORDS	512u

static uint64_t memory[MAXCPU][WORDS] __attribute__((aligned(4096))), turns, sums[MAXCPU];

static void loop(void *unused)
{
	uint64_t *p = memory[cpu_number()], n = turns, index = 0, sum = 1, t = 0;
	if (n)
		__asm__ volatile(
		    ".balign 16\n"
		    "1:\tmovq (%[p],%[i],8), %[t]\n\t"		/* load */
		    "addq %[s], %[t]\n\t"
		    "rolq $7, %[t]\n\t"
		    "xorq %[t], %[s]\n\t"
		    "movq %[t], (%[p],%[i],8)\n\t"		/* store */
		    "leaq 5(%[i],%[i],4), %[i]\n\t"
		    "andl $511, %k[i]\n\t"
		    "addq %[i], %[s]\n\t"
		    "decq %[n]\n\t"
		    "jnz 1b"
		    : [n] "+r"(n), [i] "+r"(index), [s] "+r"(sum), [t] "+r"(t) : [p] "r"(p) : "memory", "cc");
	sums[cpu_number()] = sum;
}

void test_main(void)
{
	uint64_t all = option_number("iterations", 200000000) * option_number("scale", 1000) / 1000;
	uint64_t reps = option_number("reps", 1);
	uint32_t cpus = 1;
	if (option_is("cpus", "all"))
		cpus = smp_start();
	turns = all / cpus;
	while (reps--) {
		note("bench loop start");
		smp_run(cpus, loop, 0);
		note("bench loop end ops=%lu sum=%lx", turns * cpus, sums[0]);
	}
	note("%u CPUs, %lu turns each, %lu instructions in the loop, sum %lx", cpus, turns, turns * cpus * BODY, sums[0]);
	bool same = true;
	for (uint32_t cpu = 1; cpu < cpus; cpu++)
		same = same && sums[cpu] == sums[0];
	report(same, "every CPU computed the same");
}
