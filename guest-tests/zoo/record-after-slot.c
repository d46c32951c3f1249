/*
 * Bug: the initiator zeroes the slot before the record is complete, as a missing release fence would allow. A target that
 * is still in its handler sees the slot, reads the addresses of the request before, invalidates those and answers.
 * Fix: record, fence, slot.
 */
#include "support/record.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS	6
#define RANGE	16	/* pages in an even request, so that the target is still at it when the next one comes */

static struct pmap *space;
static uint64_t *entries[2];
static void *frames[2][ROUNDS + 1];

static uint64_t page(int i) { return ZOO_VA + (i & 1 ? 32 : 0) * PAGE_SIZE; }

STEP void remap_page(uint64_t *entry, void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }

STEP void post_then_fill(const cpuset_t *targets, uint64_t va1, uint64_t va2)
{
	struct pcpu *pc = curcpu();
	pc->pc_smp_tlb.gen++;
	shootdown_post(targets);
	barrier();
	pc->pc_smp_tlb.pmap = space;
	pc->pc_smp_tlb.op = shootdown_ops.pgrng;
	WRITE_ONCE(pc->pc_smp_tlb.addr1, va1);
	WRITE_ONCE(pc->pc_smp_tlb.addr2, va2);
}

static void shoot(uint64_t va1, uint64_t va2)
{
	cpuset_t targets = shootdown_targets(space);
	if (FIXED) {
		shootdown_fill(space, shootdown_ops.pgrng, va1, va2);
		shootdown_post(&targets);
	} else {
		post_then_fill(&targets, va1, va2);
	}
	shootdown_send(&targets);
	shootdown_wait(&targets, curcpu()->pc_smp_tlb.gen);
}

static void change_mappings(void)
{
	zoo_meet(2);
	for (int i = 0; i < ROUNDS; i++) {
		remap_page(entries[i & 1], frames[i & 1][i / 2 + 1]);
		shoot(page(i), page(i) + (i & 1 ? 1 : RANGE) * PAGE_SIZE);
		reuse_frame(frames[i & 1][i / 2]);
	}
	zoo_meet(2);
}

static void target(void)
{
	pmap_activate(space);
	read_page(page(0));
	read_page(page(1));
	zoo_meet(2);
	for (int i = 0; i < 60; i++) {
		read_page(page(0));
		read_page(page(1));
		cpu_pause();
	}
	zoo_meet(2);
	pmap_activate(&kernel_pmap);
}

void test_main(void)
{
	zoo_setup(2, "plain");
	space = pmap_create();
	for (int i = 0; i < 2; i++) {
		for (int f = 0; f <= ROUNDS; f++)
			frames[i][f] = page_alloc();
		pmap_enter(space, page(i), (uint64_t)frames[i][0], ZOO_USER);
		entries[i] = pmap_entry(space, page(i), 1);
	}
	zoo_race(2, (void (*const[])(void)){ change_mappings, target });
	zoo_end();
}
