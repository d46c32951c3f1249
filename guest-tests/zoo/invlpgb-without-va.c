/*
 * A performance bug seen with kernels new to INVLPGB: the address is in rAX, but the bit that says so is not.
 *
 * Bug: each change of one page invalidates everything in every CPU's TLB. All is correct, and slow; what shows it is the
 * count of translations that were dropped and need not have been.
 * Fix: set the bit.
 */
#include "support/zoo.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS	4
#define PAGES	24

static struct pmap *space;
static uint64_t *entry;
static void *frames[ROUNDS + 1];

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP void broadcast_invalidation(void)
{
	mfence();
	invlpgb(ZOO_VA | INVLPGB_ASID | (FIXED ? INVLPGB_VA : 0), 0, 0);
	tlbsync();
}
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }

static void change_mappings(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		zoo_meet(2);
		remap_page(frames[i + 1]);
		broadcast_invalidation();
		reuse_frame(frames[i]);
		zoo_meet(2);
	}
}

static void reader_loop(void)
{
	pmap_activate(space);
	for (int i = 0; i < ROUNDS; i++) {
		for (uint64_t p = 0; p < PAGES; p++)
			read_page(ZOO_VA + p * PAGE_SIZE);
		zoo_meet(2);
		zoo_meet(2);
	}
	pmap_activate(&kernel_pmap);
}

void test_main(void)
{
	zoo_setup(2, "plain");
	if (!has_invlpgb())
		skip_all("no INVLPGB");
	space = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	void *others = page_alloc();
	for (uint64_t p = 0; p < PAGES; p++)
		pmap_enter(space, ZOO_VA + p * PAGE_SIZE, (uint64_t)(p ? others : frames[0]), ZOO_USER);
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ change_mappings, reader_loop });
	zoo_end();
}
