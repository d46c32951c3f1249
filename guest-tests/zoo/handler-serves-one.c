/*
 * Bug: the handler serves one request and leaves. Of two initiators whose IPIs come before it starts, the second only finds
 * the interrupt pending already: there is one run of the handler for both, and the second waits for ever.
 * Fix: look again until no request waits.
 */
#include "support/record.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS 3

static struct pmap *space;
static uint64_t *entries[2];
static void *frames[2][ROUNDS + 1];

static uint64_t page(uint32_t cpu) { return ZOO_VA + cpu * PAGE_SIZE; }

STEP void remap_page(uint32_t cpu, void *frame) { WRITE_ONCE(*entries[cpu], (uint64_t)frame | ZOO_USER); }
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }

STEP void serve_requests(struct trapframe *tf)
{
	apic_eoi();
	while (shootdown_serve() && FIXED)
		;
}

static void initiator(void)
{
	uint32_t self = cpu_number();
	zoo_meet(3);
	for (int i = 0; i < ROUNDS; i++) {
		remap_page(self, frames[self][i + 1]);
		pmap_invalidate_page(space, page(self));
		reuse_frame(frames[self][i]);
	}
}

static void target(void)
{
	pmap_activate(space);
	zoo_meet(3);
	for (int i = 0; i < 30; i++) {
		read_page(page(0));
		read_page(page(1));
		cpu_pause();
	}
}

void test_main(void)
{
	zoo_setup(3, "plain");
	trap_set_handler(IPI_INVLOP, serve_requests);
	space = pmap_create();
	for (uint32_t cpu = 0; cpu < 2; cpu++) {
		for (int i = 0; i <= ROUNDS; i++)
			frames[cpu][i] = page_alloc();
		pmap_enter(space, page(cpu), (uint64_t)frames[cpu][0], ZOO_USER);
		entries[cpu] = pmap_entry(space, page(cpu), 1);
	}
	zoo_race(3, (void (*const[])(void)){ initiator, initiator, target });
	zoo_end();
}
