/*
 * TLB shootdown between CPUs by IPI_INVLOP.
 *
 *   invl_scoreboard[target * stride + initiator]   a generation; 0 = "this initiator's request waits for this target"
 *   __pcpu[initiator].pc_smp_tlb                   the request: addr1, addr2, pmap, gen, op
 *
 *   initiator                                      target, in the handler
 *     fill the record, gen + 1 (never 0)             scan the own row for a 0
 *     release fence              ------------->      acquire fence, read the record, acquire fence
 *     zero the slot of each target                   store gen into the slot: the acknowledgement
 *     IPI (the ICR write is a fence)                 invalidate
 *     invalidate locally                             scan again until the row has no 0
 *     spin until each slot == gen
 *
 * The acknowledgement may precede the invalidation because the target cannot leave the handler for user mode in between,
 * and an NMI there touches no user page. Initiators keep interrupts on, or two of them would wait for each other.
 *
 * The steps are functions of their own so that the mutants can drop, swap or delay one and share the rest.
 */
#ifndef GUEST_SHOOTDOWN_H
#define GUEST_SHOOTDOWN_H

#include "pmap.h"

enum invl_op_codes {
	INVL_OP_TLB = 1, INVL_OP_TLB_INVPCID, INVL_OP_TLB_INVPCID_PTI, INVL_OP_TLB_PCID,
	INVL_OP_PGRNG, INVL_OP_PGRNG_INVPCID, INVL_OP_PGRNG_PCID,
	INVL_OP_PG, INVL_OP_PG_INVPCID, INVL_OP_PG_PCID,
	INVL_OP_CACHE,
};

enum shootdown_variant {
	VARIANT_PARALLEL,		/* one record and one scoreboard column a CPU */
	VARIANT_SERIAL,			/* global mutex, one global record */
	VARIANT_ICR_LOCK,		/* parallel, a per-CPU spinlock around the ICR */
	VARIANT_LATE_ACK,		/* parallel, acknowledgement after the invalidation */
	VARIANT_FLUSH_LAST,		/* parallel, local invalidation after the wait */
	VARIANT_INVLPGB,		/* broadcast by INVLPGB and TLBSYNC, no IPI */
};

struct shootdown_ops { enum invl_op_codes tlb, pgrng, pg; };

extern enum shootdown_variant shootdown_variant;
extern struct shootdown_ops shootdown_ops;		/* chosen once from CPU features */
extern const uint32_t shootdown_stride;
extern volatile uint32_t invl_scoreboard[];

static inline volatile uint32_t *invl_slot(uint32_t target, uint32_t initiator)
{
	return &invl_scoreboard[target * shootdown_stride + initiator];
}

/* Variant and first generation from the command line (variant=, gen-start=), handler, scoreboard. Called by pmap_setup(). */
void shootdown_setup(void);
/* One whole shootdown on the CPUs where pmap is active. Needs interrupts on. Returns the number of CPUs it waited for. */
uint32_t shootdown(struct pmap *pmap, enum invl_op_codes op, uint64_t va1, uint64_t va2);

/* The steps. */
cpuset_t shootdown_targets(struct pmap *pmap);		/* stable copy without this CPU */
uint32_t shootdown_fill(struct pmap *pmap, enum invl_op_codes op, uint64_t va1, uint64_t va2);	/* returns the generation */
void shootdown_post(const cpuset_t *targets);
void shootdown_send(const cpuset_t *targets);
void shootdown_wait(const cpuset_t *targets, uint32_t generation);
bool shootdown_serve(void);				/* one request of this CPU's row; false if there is none */
void invl_perform(enum invl_op_codes op, struct pmap *pmap, uint64_t va1, uint64_t va2);	/* invlop.c */
void invlpgb_shootdown(struct pmap *pmap, enum invl_op_codes op, uint64_t va1, uint64_t va2);

/* shootdown_serial.c */
uint32_t shootdown_serial(struct pmap *pmap, enum invl_op_codes op, uint64_t va1, uint64_t va2);
void shootdown_serial_serve(void);

#endif
