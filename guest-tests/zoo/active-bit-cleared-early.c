/*
 * OpenBSD 9f1181d59de3. The set of CPUs on which an address space is active tells who must hear of a change.
 *
 * Bug: a CPU that switches leaves the old space's set before it loads CR3. In between it still translates by the old
 * tables, and nobody tells it anything. A processor may walk them on its own account at any time; one access to the old
 * space in the window, here the time that the kernel puts into the process's shared page, stands for it.
 * Fix: load CR3, then leave the set.
 */
#include "support/zoo.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS 5

static struct pmap *space;
static uint64_t *entry;
static void *frames[ROUNDS + 1];

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP void shoot_active_cpus(void) { shootdown(space, shootdown_ops.pg, ZOO_VA, ZOO_VA + PAGE_SIZE); }
STEP void leave_active_set(void) { cpuset_remove(&space->pm_active, cpu_number()); }
STEP void load_kernel_space(void) { pmap_load(curcpu(), &kernel_pmap); }
STEP uint64_t read_page(void) { return *(volatile uint64_t *)ZOO_VA; }

static void switch_away(void)
{
	cli();
	if (!FIXED)
		leave_active_set();
	for (int reads = 0; reads < 10; reads++)
		read_page();
	load_kernel_space();
	if (FIXED)
		leave_active_set();
	sti();
}

static void switcher(void)
{
	for (int i = 0; i < 3 * ROUNDS; i++) {
		pmap_activate(space);
		read_page();
		switch_away();
		spin(8);
	}
}

static void change_mappings(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		remap_page(frames[i + 1]);
		mfence();
		shoot_active_cpus();
		reuse_frame(frames[i]);
		spin(20);
	}
}

void test_main(void)
{
	zoo_setup(2, "plain");
	space = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	pmap_enter(space, ZOO_VA, (uint64_t)frames[0], ZOO_USER);
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ change_mappings, switcher });
	zoo_end();
}
