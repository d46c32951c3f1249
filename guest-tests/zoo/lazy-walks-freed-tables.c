/*
 * Linux 2ff6ddf19c0e (and before it, the machine checks of CPUs that walked garbage). A CPU that runs a kernel thread keeps
 * the last address space loaded, lazily: it uses no user address, so it is spared the flushes and makes up for them later.
 *
 * Bug: it is spared them also when page tables are freed. Its paging-structure caches still lead to the freed page, and a
 * walk reads whatever that page holds by then. A processor walks on its own account; here a profiler's sample of the user
 * stack stands for it.
 * Fix: when page tables are freed, lazy CPUs are told too, and leave the address space.
 */
#include "support/call.h"

const char test_name[] = ZOO_NAME;

#define SAMPLES 14

static struct pmap *space;
static uint64_t *table_entry, *table;
static uint32_t lazy;

STEP void remove_table(void) { WRITE_ONCE(*table_entry, 0); }
STEP void leave_lazy_space(uint64_t unused) { write_cr3(kernel_pmap.pm_cr3); }
STEP uint64_t sample_user_stack(uint64_t va) { return *(volatile uint64_t *)va; }
static void sample(void *va) { sample_user_stack((uint64_t)va); }

static void free_table(void)
{
	zoo_meet(2);
	spin(5);
	remove_table();
	mfence();
	if (FIXED || !READ_ONCE(lazy))
		call_cpus(1 << 1, leave_lazy_space, 0);
	declare_frame_reused((uint64_t)table);
	reuse_frame(table);
	zoo_meet(2);
}

static void lazy_thread(void)
{
	write_cr3(space->pm_cr3);
	sample_user_stack(ZOO_VA);
	zoo_meet(2);
	WRITE_ONCE(lazy, 1);
	mfence();
	/* Another page of the table each time, so that each is a walk. */
	for (uint64_t i = 1; i < SAMPLES; i++) {
		survives(sample, (void *)(ZOO_VA + i * PAGE_SIZE));
		spin(2);
	}
	leave_lazy_space(0);
	zoo_meet(2);
}

void test_main(void)
{
	zoo_setup(2, "plain");
	call_setup();
	space = pmap_create();
	void *frame = page_alloc();
	for (uint64_t i = 0; i < SAMPLES; i++)
		pmap_enter(space, ZOO_VA + i * PAGE_SIZE, (uint64_t)frame, ZOO_USER);
	table_entry = pmap_entry(space, ZOO_VA, 2);
	table = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ free_table, lazy_thread });
	zoo_end();
}
