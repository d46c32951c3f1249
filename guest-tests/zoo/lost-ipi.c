/*
 * The handler serves whatever waits, so the next interrupt sometimes finds nothing left to do.
 *
 * Bug: a handler that finds nothing returns at once, before the line that tells the local APIC the end of the interrupt.
 * The vector stays in service: from here on no IPI of its class is delivered, and the next initiator waits for ever.
 * Fix: end of interrupt on every way out.
 */
#include "support/record.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS	8
#define PAGES	24	/* long enough for the next request to come while this one is served */

static struct pmap *space;
static uint64_t *entry;
static void *frames[ROUNDS + 1];

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }
STEP void end_of_interrupt(void) { apic_eoi(); }

STEP void serve_requests(struct trapframe *tf)
{
	if (!shootdown_serve()) {
		if (FIXED)
			end_of_interrupt();
		return;
	}
	while (shootdown_serve())
		;
	end_of_interrupt();
}

static void change_mappings(void)
{
	zoo_meet(2);
	for (int i = 0; i < ROUNDS; i++) {
		remap_page(frames[i + 1]);
		pmap_invalidate_range(space, ZOO_VA, ZOO_VA + PAGES * PAGE_SIZE);
		reuse_frame(frames[i]);
	}
}

static void target(void)
{
	pmap_activate(space);
	zoo_meet(2);
	for (int i = 0; i < 50; i++) {
		read_page(ZOO_VA);
		cpu_pause();
	}
}

void test_main(void)
{
	zoo_setup(2, "plain");
	trap_set_handler(IPI_INVLOP, serve_requests);
	space = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	pmap_enter(space, ZOO_VA, (uint64_t)frames[0], ZOO_USER);
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ change_mappings, target });
	zoo_end();
}
