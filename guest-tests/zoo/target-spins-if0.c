/*
 * Bug: one CPU holds a lock while its shootdown waits for the other; that one spins for the same lock with interrupts off.
 * Neither goes on.
 * Fix: locks that are held across shootdowns are waited for with interrupts on.
 */
#include "support/zoo.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS 4

static struct pmap *space;
static struct spinlock map_lock;
static uint64_t *entry, changes;
static void *frames[ROUNDS + 1];

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP void shoot_holding_lock(void) { pmap_invalidate_page(space, ZOO_VA); }
STEP void take_map_lock(void)
{
	if (!FIXED)
		cli();
	spin_lock(&map_lock);
}
STEP uint64_t read_page(void) { return *(volatile uint64_t *)ZOO_VA; }

static void change_mappings(void)
{
	zoo_meet(2);
	for (int i = 0; i < ROUNDS; i++) {
		spin_lock(&map_lock);
		remap_page(frames[i + 1]);
		shoot_holding_lock();
		changes++;
		spin_unlock(&map_lock);
		reuse_frame(frames[i]);
		spin(20);
	}
}

static void target(void)
{
	pmap_activate(space);
	zoo_meet(2);
	for (int i = 0; i < 2 * ROUNDS; i++) {
		read_page();
		spin(15);
		take_map_lock();
		changes++;
		spin_unlock(&map_lock);
		sti();
	}
	pmap_activate(&kernel_pmap);
}

void test_main(void)
{
	zoo_setup(2, "plain");
	space = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	pmap_enter(space, ZOO_VA, (uint64_t)frames[0], ZOO_USER);
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ change_mappings, target });
	zoo_end();
}
