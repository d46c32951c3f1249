/*
 * Bug: initiators wait with interrupts off. Two that have each other as target never answer: both wait for ever.
 * Fix: interrupts stay on while waiting.
 */
#include "support/record.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS 4

static struct pmap *space;
static uint64_t *entries[2];
static void *frames[2][ROUNDS + 1];

static uint64_t page(uint32_t cpu) { return ZOO_VA + cpu * PAGE_SIZE; }

STEP void remap_page(uint32_t cpu, void *frame) { WRITE_ONCE(*entries[cpu], (uint64_t)frame | ZOO_USER); }
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }
STEP void wait_for_answers(const cpuset_t *targets, uint32_t generation) { shootdown_wait(targets, generation); }

static void shoot(uint64_t va)
{
	if (!FIXED)
		cli();
	mfence();		/* the change comes before the mask is read */
	cpuset_t targets = shootdown_targets(space);
	if (!cpuset_empty(&targets)) {
		uint32_t generation = shootdown_fill(space, shootdown_ops.pg, va, va + PAGE_SIZE);
		shootdown_post(&targets);
		shootdown_send(&targets);
		invlpg(va);
		wait_for_answers(&targets, generation);
	} else {
		invlpg(va);
	}
	if (!FIXED)
		sti();
}

static void shoot_each_other(void)
{
	uint32_t self = cpu_number();
	pmap_activate(space);
	for (int i = 0; i < ROUNDS; i++) {
		read_page(page(0));
		read_page(page(1));
		remap_page(self, frames[self][i + 1]);
		shoot(page(self));
		reuse_frame(frames[self][i]);
		spin(cpu_random() % 16);
	}
	zoo_meet(2);
	pmap_activate(&kernel_pmap);
}

void test_main(void)
{
	zoo_setup(2, "plain");
	space = pmap_create();
	for (uint32_t cpu = 0; cpu < 2; cpu++) {
		for (int i = 0; i <= ROUNDS; i++)
			frames[cpu][i] = page_alloc();
		pmap_enter(space, page(cpu), (uint64_t)frames[cpu][0], ZOO_USER);
		entries[cpu] = pmap_entry(space, page(cpu), 1);
	}
	zoo_race(2, (void (*const[])(void)){ shoot_each_other, shoot_each_other });
	zoo_end();
}
