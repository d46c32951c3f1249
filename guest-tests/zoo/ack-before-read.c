/*
 * Bug: the target answers before it has read the whole record, as a missing acquire fence would allow. The answer gives the
 * record back to its initiator, which fills in the next request; the target invalidates that one's pages.
 * Fix: read, fence, answer.
 */
#include "support/record.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS 6

static struct pmap *space;
static uint64_t *entries[2];
static void *frames[2][ROUNDS + 1];

static uint64_t page(int i) { return ZOO_VA + (i & 1 ? 32 : 0) * PAGE_SIZE; }

STEP void remap_page(uint64_t *entry, void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }
STEP void answer(uint32_t initiator) { acknowledge(initiator, read_generation(initiator)); }

STEP void serve_requests(struct trapframe *tf)
{
	apic_eoi();
	for (int initiator; (initiator = waiting_initiator()) >= 0; ) {
		fence_acquire();
		if (!FIXED) {
			answer((uint32_t)initiator);
			for (int i = 0; i < 20; i++)
				barrier();
		}
		struct request r = read_record((uint32_t)initiator);
		fence_acquire();
		if (FIXED)
			answer((uint32_t)initiator);
		invl_perform(r.op, r.pmap, r.va1, r.va2);
	}
}

static void change_mappings(void)
{
	zoo_meet(2);
	for (int i = 0; i < ROUNDS; i++) {
		remap_page(entries[i & 1], frames[i & 1][i / 2 + 1]);
		pmap_invalidate_page(space, page(i));
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
	trap_set_handler(IPI_INVLOP, serve_requests);
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
