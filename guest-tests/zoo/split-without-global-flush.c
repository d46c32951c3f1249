/*
 * Linux ad5ca55f6bdb. A large kernel page is split into small ones, so that one of them can be changed. The large page was
 * global; the small ones are not, and a change of one is flushed by a reload of CR3.
 *
 * Bug: nothing flushes after the split. The large translation is global, so reloads of CR3 leave it, and it goes on giving
 * the small page's old place and rights.
 * Fix: a global flush on all CPUs after the split, before any small page is changed.
 */
#include "support/call.h"

const char test_name[] = ZOO_NAME;

#define REGION	0x200000ull	/* the large page's memory: the second 2 MiB, which nothing else uses */
#define PAGE	5

static uint64_t *large_entry, *table;

STEP void split_large_page(void)
{
	for (uint64_t i = 0; i < 512; i++)
		table[i] = (REGION + i * PAGE_SIZE) | PTE_P | PTE_W | PTE_A | PTE_D;
	WRITE_ONCE(*large_entry, (uint64_t)table | PTE_P | PTE_W | PTE_A);
}
STEP void flush_global(uint64_t unused)
{
	uint64_t cr4 = read_cr4();
	write_cr4(cr4 & ~CR4_PGE);
	write_cr4(cr4);
}
STEP void remap_small_page(void *frame) { WRITE_ONCE(table[PAGE], (uint64_t)frame | PTE_P | PTE_W); }
STEP void reload_cr3(uint64_t unused) { write_cr3(read_cr3()); }
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }

static void change_small_page(void)
{
	zoo_meet(2);
	split_large_page();
	if (FIXED)
		call_all(3, flush_global, 0);
	remap_small_page(page_alloc());
	call_all(3, reload_cr3, 0);
	reuse_frame((void *)(REGION + PAGE * PAGE_SIZE));
	zoo_meet(2);
}

static void reader_loop(void)
{
	uint64_t va = KVA_BASE + PAGE * PAGE_SIZE;
	read_page(va);
	zoo_meet(2);
	for (int reads = 0; reads < 20; reads++)
		read_page(va);
	zoo_meet(2);
	read_page(va);
}

void test_main(void)
{
	zoo_setup(2, "plain");
	call_setup();
	table = page_alloc();
	large_entry = pmap_entry(&kernel_pmap, KVA_BASE, 2);
	WRITE_ONCE(*large_entry, REGION | PTE_P | PTE_W | PTE_A | PTE_D | PTE_PS | PTE_G);
	zoo_race(2, (void (*const[])(void)){ change_small_page, reader_loop });
	zoo_end();
}
