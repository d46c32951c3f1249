/* Test-and-set spinlock, barrier and CPU sets. */
#ifndef GUEST_LOCK_H
#define GUEST_LOCK_H

#include "cpu.h"

struct spinlock { uint32_t held; };

static inline bool spin_trylock(struct spinlock *l) { return !__atomic_exchange_n(&l->held, 1, __ATOMIC_ACQUIRE); }
static inline void spin_lock(struct spinlock *l)
{
	while (!spin_trylock(l))
		while (READ_ONCE(l->held))
			cpu_pause();
}
static inline void spin_unlock(struct spinlock *l) { store_release(&l->held, 0); }

/* With interrupts off, for data that handlers touch too; returns whether they were on. */
static inline bool spin_lock_irq(struct spinlock *l)
{
	bool on = intr_disable();
	spin_lock(l);
	return on;
}
static inline void spin_unlock_irq(struct spinlock *l, bool on)
{
	spin_unlock(l);
	intr_restore(on);
}

/* Reusable barrier: the last one in opens the next phase. */
struct rendezvous { uint32_t arrived, phase; };
static inline void rendezvous(struct rendezvous *b, uint32_t parties)
{
	uint32_t phase = load_acquire(&b->phase);
	if (__atomic_add_fetch(&b->arrived, 1, __ATOMIC_ACQ_REL) == parties) {
		b->arrived = 0;
		store_release(&b->phase, phase + 1);
		return;
	}
	while (load_acquire(&b->phase) == phase)
		cpu_pause();
}

static inline uint32_t count_bits(uint64_t b)
{
	uint32_t n = 0;
	for (; b; b &= b - 1)
		n++;
	return n;
}

/* A set of CPU numbers; bit changes are locked, copies are not atomic as a whole. */
typedef struct { uint64_t bits[4]; } cpuset_t;
static inline void cpuset_add(cpuset_t *s, uint32_t cpu)
{
	__atomic_or_fetch(&s->bits[cpu / 64], 1ull << cpu % 64, __ATOMIC_SEQ_CST);
}
static inline void cpuset_remove(cpuset_t *s, uint32_t cpu)
{
	__atomic_and_fetch(&s->bits[cpu / 64], ~(1ull << cpu % 64), __ATOMIC_SEQ_CST);
}
static inline bool cpuset_has(const cpuset_t *s, uint32_t cpu)
{
	return READ_ONCE(s->bits[cpu / 64]) >> cpu % 64 & 1;
}
static inline cpuset_t cpuset_copy(const cpuset_t *s)
{
	cpuset_t c;
	for (int i = 0; i < 4; i++)
		c.bits[i] = READ_ONCE(s->bits[i]);
	return c;
}
static inline bool cpuset_empty(const cpuset_t *s) { return !(s->bits[0] | s->bits[1] | s->bits[2] | s->bits[3]); }
static inline uint32_t cpuset_count(const cpuset_t *s)
{
	return count_bits(s->bits[0]) + count_bits(s->bits[1]) + count_bits(s->bits[2]) + count_bits(s->bits[3]);
}

#define cpuset_foreach(cpu, set) \
	for (uint32_t cpu = 0; cpu < 256; cpu++) \
		if (!((set)->bits[cpu / 64] >> cpu % 64)) cpu |= 63; \
		else if ((set)->bits[cpu / 64] >> cpu % 64 & 1)

/* Seeded pseudo-random numbers (xorshift64*), one state a CPU. */
static inline uint32_t random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (uint32_t)(*state * 0x2545F4914F6CDD1Dull >> 32);
}

#endif
