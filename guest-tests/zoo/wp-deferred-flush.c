/*
 * Linux 6ce64428d620 (userfaultfd). A page is write-protected, and the flush that must follow is put off until the lock is
 * gone; a counter says that one is pending.
 *
 * Bug: a write fault of another thread finds the entry read-only and copies the page for its new place, in the belief that
 * what is read-only cannot change. A third thread still has the translation that allows writes, and what it writes to the
 * old page while or after the copy is made is lost.
 * Fix: while a flush is pending, the fault flushes the page itself before it copies.
 */
#include "support/zoo.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS	3
#define WORDS	16		/* of the page that are copied: enough for a window */

static struct pmap *space;
static struct spinlock page_table_lock;
static uint64_t *entry;
static uint32_t flushes_pending;

STEP void write_protect_page(void) { WRITE_ONCE(*entry, *entry & ~PTE_W); }
STEP void flush_page(void) { shootdown(space, shootdown_ops.pg, ZOO_VA, ZOO_VA + PAGE_SIZE); }
STEP void flush_if_pending(void)
{
	if (FIXED && READ_ONCE(flushes_pending))
		flush_page();
}
STEP void write_page(uint64_t va) { *(volatile uint64_t *)va = 1; }
static void touch(void *va) { write_page((uint64_t)va); }

static void protector(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		zoo_meet(3);
		spin(10);
		__atomic_add_fetch(&flushes_pending, 1, __ATOMIC_SEQ_CST);
		spin_lock(&page_table_lock);
		write_protect_page();
		spin_unlock(&page_table_lock);
		flush_page();
		__atomic_sub_fetch(&flushes_pending, 1, __ATOMIC_SEQ_CST);
		zoo_meet(3);
	}
}

/* The write fault; true if the page was protected and has been copied. */
static bool copy_on_write(void)
{
	spin_lock(&page_table_lock);
	bool protected = !(*entry & PTE_W);
	if (protected) {
		uint64_t *from = (uint64_t *)(*entry & PTE_ADDR), *to = page_alloc();
		flush_if_pending();
		declare_flush_done(space->pm_cr3, ZOO_VA, ZOO_VA + PAGE_SIZE);
		for (int i = 0; i < WORDS; i++)
			to[i] = READ_ONCE(from[i]);
		WRITE_ONCE(*entry, (uint64_t)to | ZOO_USER);
		flush_page();
	}
	spin_unlock(&page_table_lock);
	return protected;
}

static void faulter(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		zoo_meet(3);
		for (int look = 0; look < 12 && !copy_on_write(); look++)
			cpu_pause();
		zoo_meet(3);
	}
}

static void writer_loop(void)
{
	pmap_activate(space);
	for (int i = 0; i < ROUNDS; i++) {
		survives(touch, (void *)ZOO_VA);
		zoo_meet(3);
		for (int writes = 0; writes < 12; writes++) {
			survives(touch, (void *)ZOO_VA);
			cpu_pause();
		}
		zoo_meet(3);
	}
	pmap_activate(&kernel_pmap);
}

void test_main(void)
{
	zoo_setup(3, "plain");
	space = pmap_create();
	pmap_enter(space, ZOO_VA, (uint64_t)page_alloc(), ZOO_USER);
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(3, (void (*const[])(void)){ protector, faulter, writer_loop });
	zoo_end();
}
