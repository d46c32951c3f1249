/*
 * Do CPUs compute at the same time? The same fixed work on CPU 0 alone, then on every CPU at once: phases compute-one and
 * compute-all; the quotient of their operations a second is the gain. iterations= turns of each CPU's loop; cpus= CPUs that
 * take part in the second phase (default all).
 */
#include "../lib/phase.h"
#include "../lib/race.h"

const char test_name[] = "bench-compute";

#define WORDS	2048u		/* 16 KiB a CPU: its own, and in its caches */

static uint64_t memory[64][WORDS] __attribute__((aligned(4096)));
static uint64_t sums[64];
static uint32_t iterations;

/* Arithmetic, loads, stores and a branch that depends on data. */
static void compute(void *unused)
{
	uint64_t *m = memory[cpu_number()], x = 0x9E3779B97F4A7C15ull, sum = 0;
	for (uint32_t i = 0; i < WORDS; i++)
		m[i] = i;
	for (uint32_t i = 0; i < iterations; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		uint64_t *p = &m[x % WORDS];
		if (*p & 1)
			sum += *p >> 3;
		*p += x;
	}
	sums[cpu_number()] = sum;
}

static void run(const char *phase, uint32_t n)
{
	memset(sums, 0, sizeof sums);
	phase_start(phase);
	smp_run(n, compute, 0);
	phase_end(phase, (uint64_t)n * iterations);
	bool same = sums[0] != 0;
	for (uint32_t cpu = 1; cpu < n; cpu++)
		same = same && sums[cpu] == sums[0];
	report(same, "%s: every CPU computes the same", phase);
}

void test_main(void)
{
	uint32_t n = race_start(1), wanted;
	n = n < 64 ? n : 64;
	wanted = (uint32_t)option_number("cpus", n);
	n = wanted && wanted < n ? wanted : n;
	iterations = race_iterations(100000);
	for (uint32_t rep = 0; rep < phase_reps(); rep++) {
		run("compute-one", 1);
		run("compute-all", n);
	}
}
