/*
 * Mutual exclusion made of each primitive the architecture gives: inside, a counter is incremented without LOCK, and the owner's
 * number must be the only one there. Dekker, Peterson and the bakery need their MFENCE on a machine with store buffers.
 */
#include "../lib/race.h"

const char test_name[] = "mutex";

#define PLAYERS	32u			/* most CPUs that take part */

struct padded { uint32_t v; } __attribute__((aligned(64)));

static struct padded word, next_ticket, now_serving, turn, want[PLAYERS], choosing[PLAYERS], number[PLAYERS];
static struct mcs { struct mcs *next; uint32_t waits; } __attribute__((aligned(64))) node[PLAYERS], *tail;
static uint64_t counter, owner __attribute__((aligned(64)));
static struct race_gate gate;
static uint32_t players, iterations;
static uint32_t intrusions[PLAYERS];

static void bts_lock(uint32_t me)
{
	for (;;) {
		bool held;
		__asm__ volatile("lock btsl $5, %1" : "=@ccc"(held), "+m"(word.v) :: "memory");
		if (!held)
			return;
		while (READ_ONCE(word.v))
			cpu_pause();
	}
}
static void btr_unlock(uint32_t me) { __asm__ volatile("lock btrl $5, %0" : "+m"(word.v) :: "memory", "cc"); }

static void xchg_lock(uint32_t me)
{
	for (;;) {
		uint32_t v = 1;
		__asm__ volatile("xchgl %0, %1" : "+r"(v), "+m"(word.v) :: "memory");
		if (!v)
			return;
		while (READ_ONCE(word.v))
			cpu_pause();
	}
}
/* A plain store releases: stores are not seen before earlier loads and stores. */
static void store_unlock(uint32_t me) { __asm__ volatile("movl $0, %0" : "=m"(word.v) :: "memory"); }

static void cmpxchg_lock(uint32_t me)
{
	for (uint32_t old = 0; !__atomic_compare_exchange_n(&word.v, &old, me + 1, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); old = 0)
		cpu_pause();
}

static void ticket_lock(uint32_t me)
{
	uint32_t mine = __atomic_fetch_add(&next_ticket.v, 1, __ATOMIC_SEQ_CST);
	while (READ_ONCE(now_serving.v) != mine)
		cpu_pause();
}
static void ticket_unlock(uint32_t me) { store_release(&now_serving.v, now_serving.v + 1); }

static void mcs_lock(uint32_t me)
{
	struct mcs *mine = &node[me], *before;
	mine->next = 0;
	mine->waits = 1;
	before = __atomic_exchange_n(&tail, mine, __ATOMIC_SEQ_CST);
	if (!before)
		return;
	store_release(&before->next, mine);
	while (load_acquire(&mine->waits))
		cpu_pause();
}
static void mcs_unlock(uint32_t me)
{
	struct mcs *mine = &node[me], *self = mine;
	if (!READ_ONCE(mine->next)) {
		if (__atomic_compare_exchange_n(&tail, &self, (struct mcs *)0, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			return;
		while (!READ_ONCE(mine->next))
			cpu_pause();
	}
	store_release(&mine->next->waits, 0);
}

static void dekker_lock(uint32_t me)
{
	WRITE_ONCE(want[me].v, 1);
	mfence();
	while (READ_ONCE(want[!me].v)) {
		if (READ_ONCE(turn.v) != me) {
			WRITE_ONCE(want[me].v, 0);
			while (READ_ONCE(turn.v) != me)
				cpu_pause();
			WRITE_ONCE(want[me].v, 1);
			mfence();
		}
		cpu_pause();
	}
}
static void dekker_unlock(uint32_t me)
{
	store_release(&turn.v, !me);
	store_release(&want[me].v, 0);
}

/* The exchange that gives the turn away is the fence. */
static void peterson_lock(uint32_t me)
{
	WRITE_ONCE(want[me].v, 1);
	__atomic_exchange_n(&turn.v, !me, __ATOMIC_SEQ_CST);
	while (READ_ONCE(want[!me].v) && READ_ONCE(turn.v) != me)
		cpu_pause();
}
static void peterson_unlock(uint32_t me) { store_release(&want[me].v, 0); }

static void bakery_lock(uint32_t me)
{
	uint32_t most = 0;
	WRITE_ONCE(choosing[me].v, 1);
	mfence();
	for (uint32_t i = 0; i < players; i++)
		most = READ_ONCE(number[i].v) > most ? READ_ONCE(number[i].v) : most;
	WRITE_ONCE(number[me].v, most + 1);
	WRITE_ONCE(choosing[me].v, 0);
	mfence();
	for (uint32_t i = 0; i < players; i++) {
		while (READ_ONCE(choosing[i].v))
			cpu_pause();
		for (;;) {
			uint32_t theirs = READ_ONCE(number[i].v);
			if (!theirs || theirs > most + 1 || (theirs == most + 1 && i >= me))
				break;
			cpu_pause();
		}
	}
}
static void bakery_unlock(uint32_t me) { store_release(&number[me].v, 0); }

static const struct mutex { const char *name; void (*lock)(uint32_t), (*unlock)(uint32_t); uint32_t players; } mutexes[] = {
	{ "bts", bts_lock, btr_unlock, PLAYERS },
	{ "xchg", xchg_lock, store_unlock, PLAYERS },
	{ "cmpxchg", cmpxchg_lock, store_unlock, PLAYERS },
	{ "ticket", ticket_lock, ticket_unlock, PLAYERS },
	{ "mcs", mcs_lock, mcs_unlock, PLAYERS },
	{ "dekker", dekker_lock, dekker_unlock, 2 },
	{ "peterson", peterson_lock, peterson_unlock, 2 },
	{ "bakery", bakery_lock, bakery_unlock, PLAYERS },
};

static void play(void *arg)
{
	const struct mutex *m = arg;
	uint32_t me = cpu_number(), bad = 0;
	race_meet(&gate, players);
	for (uint32_t i = 0; i < iterations; i++) {
		m->lock(me);
		WRITE_ONCE(owner, me);
		WRITE_ONCE(counter, READ_ONCE(counter) + 1);
		bad += READ_ONCE(owner) != me;
		m->unlock(me);
		race_jitter();
	}
	intrusions[me] = bad;
}

void test_main(void)
{
	uint32_t cpus = race_start(2);
	iterations = race_iterations(300);
	for (uint32_t k = 0; k < sizeof mutexes / sizeof *mutexes; k++) {
		const struct mutex *m = &mutexes[k];
		if (!race_wanted(m->name))
			continue;
		uint32_t bad = 0;
		players = cpus < m->players ? cpus : m->players;
		counter = 0;
		word.v = 0;
		smp_run(players, play, (void *)m);
		for (uint32_t cpu = 0; cpu < players; cpu++)
			bad += intrusions[cpu];
		if (bad || counter != (uint64_t)players * iterations)
			note("%s: %u intrusions, counted %lu of %lu", m->name, bad, counter, (uint64_t)players * iterations);
		report(!bad && counter == (uint64_t)players * iterations, "%s: one at a time, nothing lost", m->name);
	}
}
