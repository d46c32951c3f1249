/*
 * The target acknowledges before it invalidates, which is right as long as an NMI in between touches no user page.
 *
 * Bug: the handler of a profiler's NMI reads the user stack. When it interrupts the handler of a shootdown behind the
 * answer, it reads through what the initiator believes to be gone.
 * Fix: no user memory in NMI handlers, or none of an address space whose invalidation is under way.
 */
#include "support/record.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS	4
#define PAGES	12	/* in the range; only the last is mapped, and invalidated last */
#define VA	(ZOO_VA + (PAGES - 1) * PAGE_SIZE)

static struct pmap *space;
static uint64_t *entry;
static void *frames[ROUNDS + 1];

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }

STEP void sample_user_stack(struct trapframe *tf)
{
	if (!FIXED && curcpu()->pc_curpmap == space)
		read_page(VA);
}

static void change_mappings(void)
{
	zoo_meet(2);
	for (int i = 0; i < ROUNDS; i++) {
		remap_page(frames[i + 1]);
		pmap_invalidate_range(space, ZOO_VA, VA + PAGE_SIZE);
		reuse_frame(frames[i]);
		apic_send(__pcpu[1].pc_apic_id, ICR_NMI | ICR_ASSERT);
		spin(20);
	}
}

static void target(void)
{
	pmap_activate(space);
	read_page(VA);
	zoo_meet(2);
	for (int i = 0; i < 150; i++) {
		read_page(VA);
		cpu_pause();
	}
	pmap_activate(&kernel_pmap);
}

void test_main(void)
{
	zoo_setup(2, "plain");
	trap_set_handler(VEC_NMI, sample_user_stack);
	space = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	pmap_enter(space, VA, (uint64_t)frames[0], ZOO_USER);
	entry = pmap_entry(space, VA, 1);
	zoo_race(2, (void (*const[])(void)){ change_mappings, target });
	zoo_end();
}
