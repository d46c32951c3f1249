/*
 * FreeBSD's scoreboard protocol with its steps open, for the guests that change their order. The twin of such a guest
 * uses the library's shootdown() or the same step done right.
 */
#ifndef ZOO_RECORD_H
#define ZOO_RECORD_H

#include "zoo.h"

struct request { uint64_t va1, va2; struct pmap *pmap; enum invl_op_codes op; };

/* The first initiator that waits for this CPU, or -1. */
static inline int waiting_initiator(void)
{
	uint32_t self = cpu_number();
	for (uint32_t initiator = 0; initiator <= mp_maxid; initiator++)
		if (*invl_slot(self, initiator) == 0)
			return (int)initiator;
	return -1;
}

static inline struct request read_record(uint32_t initiator)
{
	const struct pcpu *from = &__pcpu[initiator];
	return (struct request){ READ_ONCE(from->pc_smp_tlb.addr1), READ_ONCE(from->pc_smp_tlb.addr2),
	    READ_ONCE(from->pc_smp_tlb.pmap), READ_ONCE(from->pc_smp_tlb.op) };
}

static inline uint32_t read_generation(uint32_t initiator) { return READ_ONCE(__pcpu[initiator].pc_smp_tlb.gen); }

static inline void acknowledge(uint32_t initiator, uint32_t generation)
{
	store_release(invl_slot(cpu_number(), initiator), generation);
}

#endif
