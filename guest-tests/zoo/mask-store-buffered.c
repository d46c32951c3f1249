/*
 * Linux 71b3c126e611. One CPU changes an entry, then reads the mask of CPUs that use the space; another puts itself into the
 * mask, then loads CR3 and walks the tables. One of the two must see the other's store.
 *
 * Bug: the first does not use the space itself, so it executes no invalidation, and nothing else keeps its load of the mask
 * behind its store to the entry. While the store waits in the store buffer, the other CPU comes, walks the old entry, and
 * is not in the mask that was read. Needs a machine with store buffers: nothing happens where all CPUs see one order.
 * Fix: a fence between the two, here on both sides.
 */
#include "support/call.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS 6

static struct pmap *space;
static uint64_t *entry;
static void *frames[ROUNDS + 1];
static uint32_t mask[2] __attribute__((aligned(64)));

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP void fence_before_mask(void) { if (FIXED) mfence(); }
STEP void flush_page(uint64_t va) { invlpg(va); }
STEP uint64_t read_page(void) { return *(volatile uint64_t *)ZOO_VA; }

static void change_mappings(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		remap_page(frames[i + 1]);
		fence_before_mask();
		if (READ_ONCE(mask[1]))
			call_cpus(1 << 1, flush_page, ZOO_VA);
		reuse_frame(frames[i]);
		spin(10);
	}
}

static void switcher(void)
{
	for (int i = 0; i < 3 * ROUNDS; i++) {
		WRITE_ONCE(mask[1], 1);
		fence_before_mask();
		write_cr3(space->pm_cr3);
		for (int reads = 0; reads < 10; reads++)
			read_page();
		write_cr3(kernel_pmap.pm_cr3);
		WRITE_ONCE(mask[1], 0);
	}
}

void test_main(void)
{
	zoo_setup(2, "plain");
	call_setup();
	space = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	pmap_enter(space, ZOO_VA, (uint64_t)frames[0], ZOO_USER);
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ change_mappings, switcher });
	zoo_end();
}
