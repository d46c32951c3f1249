/*
 * Linux eb66ae030829 (CVE-2018-18281). mremap() moves page-table entries to another address under the page-table lock.
 *
 * Bug: it drops the lock before it flushes the old addresses. Who takes the lock then finds the page at its new address
 * only, unmaps it there, flushes there and frees the frame, while the old address still leads to it.
 * Fix: flush before the lock is dropped.
 */
#include "support/zoo.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS	3
#define OLD_VA	ZOO_VA
#define NEW_VA	(ZOO_VA + 8 * PAGE_SIZE)

static struct pmap *space;
static struct spinlock page_table_lock;
static uint64_t *old_entry, *new_entry;

STEP void move_entry(void)
{
	uint64_t entry = *old_entry;
	WRITE_ONCE(*old_entry, 0);
	WRITE_ONCE(*new_entry, entry);
}
STEP void flush_old_range(void) { shootdown(space, shootdown_ops.pg, OLD_VA, OLD_VA + PAGE_SIZE); }
STEP void flush_new_range(void) { shootdown(space, shootdown_ops.pg, NEW_VA, NEW_VA + PAGE_SIZE); }
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }
static void touch(void *va) { read_page((uint64_t)va); }

static void mremap(void)
{
	pmap_activate(space);
	for (int i = 0; i < ROUNDS; i++) {
		WRITE_ONCE(*old_entry, (uint64_t)page_alloc() | ZOO_USER);
		zoo_meet(2);
		spin(10);
		spin_lock(&page_table_lock);
		move_entry();
		if (FIXED)
			flush_old_range();
		spin_unlock(&page_table_lock);
		if (!FIXED)
			flush_old_range();
		zoo_meet(2);
	}
	pmap_activate(&kernel_pmap);
}

/* One look at the file's pages, as ftruncate() does it; true if it found the page. */
static bool truncate(void)
{
	void *frame = NULL;
	spin_lock(&page_table_lock);
	if (*new_entry & PTE_P) {
		frame = (void *)(*new_entry & PTE_ADDR);
		WRITE_ONCE(*new_entry, 0);
		flush_new_range();
	}
	spin_unlock(&page_table_lock);
	if (frame)
		reuse_frame(frame);
	return frame;
}

static void truncate_and_read(void)
{
	pmap_activate(space);
	for (int i = 0; i < ROUNDS; i++) {
		zoo_meet(2);
		survives(touch, (void *)OLD_VA);
		for (int look = 0; look < 10 && !truncate(); look++)
			cpu_pause();
		survives(touch, (void *)OLD_VA);
		zoo_meet(2);
		truncate();
	}
	pmap_activate(&kernel_pmap);
}

void test_main(void)
{
	zoo_setup(2, "plain");
	space = pmap_create();
	old_entry = pmap_entry(space, OLD_VA, 1);
	new_entry = pmap_entry(space, NEW_VA, 1);
	zoo_race(2, (void (*const[])(void)){ mremap, truncate_and_read });
	zoo_end();
}
