/*
 * FreeBSD-EN-22:04.pcid. An address space has a PCID on each CPU, valid as long as its saved generation is the CPU's. Who
 * changes a mapping clears the saved generations, so that CPUs where the space is not active come back with a fresh
 * PCID, and sends IPIs to those where it is active.
 *
 * Bug: IPIs first, generations second. A CPU that switches in between is in neither group: it was not active when the mask
 * was read, and its generation was still valid when it came back to the translations it had kept.
 * Fix: clear the generations, fence, then read the mask.
 */
#include "support/zoo.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS 5

static struct pmap *space, *other;
static uint64_t *entry;
static void *frames[ROUNDS + 1];

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP void clear_saved_generations(void) { pmap_clear_saved_pcids(space); }
STEP void shoot_active_cpus(void) { shootdown(space, shootdown_ops.pg, ZOO_VA, ZOO_VA + PAGE_SIZE); }
STEP uint64_t read_page(void) { return *(volatile uint64_t *)ZOO_VA; }

static void change_mappings(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		remap_page(frames[i + 1]);
		if (FIXED)
			clear_saved_generations();
		shoot_active_cpus();
		if (!FIXED)
			clear_saved_generations();
		reuse_frame(frames[i]);
		spin(20);
	}
}

static void switch_in_and_out(void)
{
	for (int i = 0; i < 3 * ROUNDS; i++) {
		pmap_activate(space);
		for (int reads = 0; reads < 8; reads++)
			read_page();
		pmap_activate(other);
		spin(4);
	}
}

void test_main(void)
{
	zoo_setup(2, "auto");
	if (!pmap_pcid_enabled)
		skip_all("no PCID");
	space = pmap_create();
	other = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	pmap_enter(space, ZOO_VA, (uint64_t)frames[0], ZOO_USER);
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ change_mappings, switch_in_and_out });
	zoo_end();
}
