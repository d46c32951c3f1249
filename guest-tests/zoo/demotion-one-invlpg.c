/*
 * FreeBSD r228513-like lingering entries: a region of 512 small pages becomes one superpage (promotion). The small
 * translations that CPUs hold agree with it and stay.
 *
 * Bug: when the superpage goes, one INVLPG at its base is thought to be enough, as it is for a superpage that was never
 * anything else. It drops the small page there; the other 511 may linger in any TLB.
 * Fix: a superpage that was made by promotion is invalidated over its whole range.
 */
#include "support/zoo.h"

const char test_name[] = ZOO_NAME;

#define REGION	0x200000ull	/* physical memory behind the superpage: the second 2 MiB, which nothing else uses */
#define PAGES	3

static const uint32_t used[PAGES] = { 0, 7, 400 };
static struct pmap *space;
static uint64_t *region_entry;

static uint64_t page(int i) { return ZOO_VA + used[i] * PAGE_SIZE; }

STEP void promote_region(void) { WRITE_ONCE(*region_entry, REGION | ZOO_USER | PTE_A | PTE_D | PTE_PS); }
STEP void remove_superpage(void) { WRITE_ONCE(*region_entry, 0); }
STEP void flush_superpage(void)
{
	if (FIXED)
		shootdown(space, shootdown_ops.tlb, 0, 0);
	else
		shootdown(space, shootdown_ops.pg, ZOO_VA, ZOO_VA + PAGE_SIZE);
}
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }
static void touch(void *va) { read_page((uint64_t)va); }

static void promote_and_remove(void)
{
	zoo_meet(2);
	promote_region();
	remove_superpage();
	flush_superpage();
	for (int i = 0; i < PAGES; i++)
		reuse_frame((void *)(REGION + used[i] * PAGE_SIZE));
	zoo_meet(2);
}

static void reader_loop(void)
{
	pmap_activate(space);
	for (int i = 0; i < PAGES; i++)
		read_page(page(i));
	zoo_meet(2);
	for (int turn = 0; turn < 2; turn++)
		for (int i = 0; i < PAGES; i++)
			survives(touch, (void *)page(i));
	zoo_meet(2);
	for (int i = 0; i < PAGES; i++)
		survives(touch, (void *)page(i));
	pmap_activate(&kernel_pmap);
}

void test_main(void)
{
	zoo_setup(2, "plain");
	space = pmap_create();
	uint64_t *table = pmap_entry(space, ZOO_VA, 1);
	for (uint32_t i = 0; i < 512; i++)
		table[i] = (REGION + i * PAGE_SIZE) | ZOO_USER | PTE_A | PTE_D;
	region_entry = pmap_entry(space, ZOO_VA, 2);
	zoo_race(2, (void (*const[])(void)){ promote_and_remove, reader_loop });
	zoo_end();
}
