/*
 * Linux 60bae7370896. Migration replaces an entry by a migration entry, which is not present, under the page-table lock.
 *
 * Bug: it flushes after it dropped the lock. Another thread that unmaps the range (madvise, munmap) finds nothing present,
 * so it has nothing to flush, and tells its caller that the old contents are gone; its own TLB still leads to them.
 * Fix: flush before the lock is dropped.
 */
#include "support/zoo.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS		3
#define MIGRATING	0x400ull	/* a bit that the processor ignores in an entry that is not present */

static struct pmap *space;
static struct spinlock page_table_lock;
static uint64_t *entry;

STEP void set_migration_entry(void) { WRITE_ONCE(*entry, (*entry & PTE_ADDR) | MIGRATING); }
STEP void flush_migrated(void) { shootdown(space, shootdown_ops.pg, ZOO_VA, ZOO_VA + PAGE_SIZE); }
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }
static void touch(void *va) { read_page((uint64_t)va); }

static void migrate(void)
{
	pmap_activate(space);
	for (int i = 0; i < ROUNDS; i++) {
		WRITE_ONCE(*entry, (uint64_t)page_alloc() | ZOO_USER);
		zoo_meet(2);
		spin(10);
		spin_lock(&page_table_lock);
		set_migration_entry();
		if (FIXED)
			flush_migrated();
		spin_unlock(&page_table_lock);
		if (!FIXED)
			flush_migrated();
		zoo_meet(2);
	}
	pmap_activate(&kernel_pmap);
}

/* The range is unmapped while it migrates: true when it is done. */
static bool discard_range(void)
{
	spin_lock(&page_table_lock);
	bool migrating = *entry & MIGRATING;
	if (migrating)
		WRITE_ONCE(*entry, 0);
	spin_unlock(&page_table_lock);
	if (migrating)
		declare_flush_done(space->pm_cr3, ZOO_VA, ZOO_VA + PAGE_SIZE);
	return migrating;
}

static void discard_and_read(void)
{
	pmap_activate(space);
	for (int i = 0; i < ROUNDS; i++) {
		zoo_meet(2);
		survives(touch, (void *)ZOO_VA);
		for (int look = 0; look < 12 && !discard_range(); look++)
			cpu_pause();
		survives(touch, (void *)ZOO_VA);
		zoo_meet(2);
	}
	pmap_activate(&kernel_pmap);
}

void test_main(void)
{
	zoo_setup(2, "plain");
	space = pmap_create();
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ migrate, discard_and_read });
	zoo_end();
}
