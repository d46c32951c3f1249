/*
 * FreeBSD-EN-26:10.amd64. INVLPGB takes a count of pages and can step by 2 MiB from one to the next.
 *
 * Bug: a range that is aligned to 2 MiB is stepped through by 2 MiB, whatever maps it. Of 4 KiB pages it invalidates the
 * first of each 2 MiB, the others stay in every TLB.
 * Fix: step by 4 KiB.
 */
#include "support/zoo.h"

const char test_name[] = ZOO_NAME;

#define PAGES	3
#define STRIDE_2M (1u << 31)

static const uint32_t used[PAGES] = { 0, 5, 300 };	/* pages of the 2 MiB that are mapped */
static struct pmap *space;
static uint64_t *table;
static void *frames[PAGES];

static uint64_t page(int i) { return ZOO_VA + used[i] * PAGE_SIZE; }

STEP void remap_range(void)
{
	for (int i = 0; i < PAGES; i++)
		WRITE_ONCE(table[used[i]], (uint64_t)page_alloc() | ZOO_USER);
}

STEP void broadcast_invalidation(void)
{
	uint32_t step = FIXED ? 0 : STRIDE_2M, pages = FIXED ? PAGE_2M / PAGE_SIZE : 1, most = (cpuid(0x80000008, 0).d & 0xFFFF) + 1;
	mfence();
	for (uint32_t i = 0; i < pages; i += most) {
		uint32_t n = pages - i < most ? pages - i : most;
		invlpgb((ZOO_VA + i * PAGE_SIZE) | INVLPGB_VA | INVLPGB_ASID, (n - 1) | step, 0);
	}
	tlbsync();
}

STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }

static void move_range(void)
{
	zoo_meet(2);
	remap_range();
	broadcast_invalidation();
	for (int i = 0; i < PAGES; i++)
		reuse_frame(frames[i]);
	zoo_meet(2);
}

static void reader_loop(void)
{
	pmap_activate(space);
	for (int i = 0; i < PAGES; i++)
		read_page(page(i));
	zoo_meet(2);
	for (int turn = 0; turn < 4; turn++)
		for (int i = 0; i < PAGES; i++)
			read_page(page(i));
	zoo_meet(2);
	for (int i = 0; i < PAGES; i++)
		read_page(page(i));
	pmap_activate(&kernel_pmap);
}

void test_main(void)
{
	zoo_setup(2, "plain");
	if (!has_invlpgb())
		skip_all("no INVLPGB");
	space = pmap_create();
	for (int i = 0; i < PAGES; i++)
		pmap_enter(space, page(i), (uint64_t)(frames[i] = page_alloc()), ZOO_USER);
	table = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ move_range, reader_loop });
	zoo_end();
}
