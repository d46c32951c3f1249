/*
 * The control: FreeBSD's parallel protocol as the library has it, two initiators against each other. Nothing may be found.
 */
#include "support/zoo.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS 4

static struct pmap *space;
static uint64_t *entries[2];
static void *frames[2][ROUNDS + 1];

static uint64_t page(uint32_t cpu) { return ZOO_VA + cpu * PAGE_SIZE; }

STEP void remap_page(uint32_t cpu, void *frame) { WRITE_ONCE(*entries[cpu], (uint64_t)frame | ZOO_USER); }
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }

static void shoot_each_other(void)
{
	uint32_t self = cpu_number();
	pmap_activate(space);
	for (int i = 0; i < ROUNDS; i++) {
		read_page(page(0));
		read_page(page(1));
		remap_page(self, frames[self][i + 1]);
		pmap_invalidate_page(space, page(self));
		reuse_frame(frames[self][i]);
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
