/*
 * The target acknowledges before it invalidates, which is right as long as user mode cannot run in between.
 *
 * Bug: a handler that interrupted user mode answers at once and leaves the work for the next time that the CPU comes into
 * the kernel. The initiator is released; user mode goes on with the old translation.
 * Fix: invalidate before the return.
 */
#include "../lib/usermode.h"
#include "support/record.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS 4

static struct pmap *space;
static uint64_t *entry;
static void *frames[ROUNDS + 1];
static struct request postponed;
static uint32_t stop;

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP void flush_page(struct request *r)
{
	if (r->op)
		invl_perform(r->op, r->pmap, r->va1, r->va2);
	r->op = 0;
}

STEP void serve_requests(struct trapframe *tf)
{
	apic_eoi();
	flush_page(&postponed);
	for (int initiator; (initiator = waiting_initiator()) >= 0; ) {
		fence_acquire();
		struct request r = read_record((uint32_t)initiator);
		acknowledge((uint32_t)initiator, read_generation((uint32_t)initiator));
		if (!FIXED && from_user(tf))
			postponed = r;
		else
			flush_page(&r);
	}
}

USER_TEXT static void user_reader(struct user_work *w)
{
	for (uint32_t i = 0; i < w->count; i++)
		*(volatile uint64_t *)w->base;
	USER_EXIT();
}

static void change_mappings(void)
{
	zoo_meet(2);
	for (int i = 0; i < ROUNDS; i++) {
		spin(10);
		remap_page(frames[i + 1]);
		pmap_invalidate_page(space, ZOO_VA);
		reuse_frame(frames[i]);
	}
	store_release(&stop, 1);
}

static void run_user_mode(void)
{
	pmap_activate(space);
	zoo_meet(2);
	for (int i = 0; i < 20 && !READ_ONCE(stop); i++) {
		*usermode_work(1) = (struct user_work){ .base = ZOO_VA, .count = 30 };
		usermode_run(1, usermode_address(user_reader));
		cli();
		flush_page(&postponed);
		sti();
	}
	pmap_activate(&kernel_pmap);
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
	usermode_map(space, 2, NULL);
	zoo_race(2, (void (*const[])(void)){ change_mappings, run_user_mode });
	zoo_end();
}
