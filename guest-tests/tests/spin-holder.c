/*
 * More waiters than cores: one CPU holds a lock and works, all others spin on it with PAUSE. Every CPU takes the lock a fixed
 * number of times, or as often as it can, and the table says how evenly and how often the lock changed hands.
 *
 * lock=tas|ticket|handover   who comes next: whoever sees it first; in order; only the next CPU by number (no lock, a baton)
 * iterations=                acquisitions a CPU; work= turns of a loop inside, without PAUSE
 */
#include "../lib/phase.h"
#include "../lib/race.h"

const char test_name[] = "spin-holder";

static struct { uint64_t v; } word __attribute__((aligned(64))), next_ticket __attribute__((aligned(64))),
    now_serving __attribute__((aligned(64))), inside __attribute__((aligned(64)));
static uint64_t counter __attribute__((aligned(64))), last_owner = ~0ull, handovers, longest_streak, streak;
static struct race_gate gate;
static uint32_t n, iterations, work;
static uint32_t acquired[MAXCPU], intrusions[MAXCPU];

static void tas_lock(uint64_t me)
{
	while (__atomic_exchange_n(&word.v, 1, __ATOMIC_ACQUIRE))
		while (READ_ONCE(word.v))
			cpu_pause();
}
static void tas_unlock(uint64_t me) { store_release(&word.v, 0); }

static void ticket_lock(uint64_t me)
{
	uint64_t mine = __atomic_fetch_add(&next_ticket.v, 1, __ATOMIC_SEQ_CST);
	while (load_acquire(&now_serving.v) != mine)
		cpu_pause();
}
static void baton_lock(uint64_t me)
{
	while (load_acquire(&now_serving.v) % n != me)
		cpu_pause();
}
static void next_unlock(uint64_t me) { store_release(&now_serving.v, now_serving.v + 1); }

static const struct kind { const char *name, *phase; void (*lock)(uint64_t), (*unlock)(uint64_t); bool shared; } kinds[] = {
	{ "tas", "spin-holder-tas", tas_lock, tas_unlock, true },
	{ "ticket", "spin-holder-ticket", ticket_lock, next_unlock, false },
	{ "handover", "spin-holder-handover", baton_lock, next_unlock, false },
};

static void contend(void *arg)
{
	const struct kind *k = arg;
	uint32_t me = cpu_number(), mine = 0, bad = 0;
	uint64_t total = (uint64_t)n * iterations;
	race_meet(&gate, n);
	/* An unfair lock is taken until all acquisitions are used up, by whomever; a fair one equally often by all. */
	for (bool more = true; more; ) {
		k->lock(me);
		more = k->shared ? counter < total : mine < iterations;
		if (more) {
			bad += READ_ONCE(inside.v) != 0;
			WRITE_ONCE(inside.v, me + 1);
			for (uint32_t i = 0; i < work; i++)
				barrier();
			counter++;
			mine++;
			streak = last_owner == me ? streak + 1 : 1;
			handovers += last_owner != me;
			longest_streak = streak > longest_streak ? streak : longest_streak;
			last_owner = me;
			bad += READ_ONCE(inside.v) != me + 1;
			WRITE_ONCE(inside.v, 0);
			more = k->shared || mine < iterations;
		}
		k->unlock(me);
	}
	acquired[me] = mine;
	intrusions[me] = bad;
}

static void run(const struct kind *k)
{
	uint32_t bad = 0, least = ~0u, most = 0;
	uint64_t total = (uint64_t)n * iterations, sum = 0;
	counter = handovers = streak = longest_streak = 0;
	last_owner = ~0ull;
	word.v = next_ticket.v = now_serving.v = inside.v = 0;
	phase_start(k->phase);
	smp_run(n, contend, (void *)k);
	phase_end(k->phase, total);
	for (uint32_t cpu = 0; cpu < n; cpu++) {
		sum += acquired[cpu];
		bad += intrusions[cpu];
		least = acquired[cpu] < least ? acquired[cpu] : least;
		most = acquired[cpu] > most ? acquired[cpu] : most;
		note("%s: cpu %u took it %u times", k->name, cpu, acquired[cpu]);
	}
	note("%s: %lu handovers, longest streak %lu, fewest %u, most %u of %u on average", k->name, handovers, longest_streak, least,
	    most, iterations);
	report(!bad && counter == total && sum == total, "%s: one at a time, every acquisition counted", k->name);
}

void test_main(void)
{
	n = race_start(2);
	iterations = race_iterations(100);
	work = (uint32_t)option_number("work", 200);
	const char *only = option("lock", "");
	for (uint32_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (uint32_t rep = 0; rep < phase_reps() && (!*only || !strcmp(only, kinds[k].name)); rep++)
			run(&kinds[k]);
}
