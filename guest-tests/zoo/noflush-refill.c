/*
 * XSA-292. A switch of address spaces that share a PCID flushes everything by INVPCID and then loads CR3 with bit 63 set,
 * as all loads do with PCIDs on.
 *
 * Bug: what is translated between the two, here by the handler of a watchdog's NMI, comes from the old tables, and bit 63
 * keeps it. The old space is then torn down; no CPU is thought to know it.
 * Fix: where the PCID stays the same, load CR3 without bit 63.
 */
#include "support/zoo.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS	6
#define PCID	1ull

static struct pmap *old, *new;
static uint64_t *entry;
static void *frames[ROUNDS + 1];
static uint32_t leaving, left;		/* rounds */

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP void flush_everything(void) { invpcid(INVPCID_ALL, 0, 0); }
STEP void load_cr3_keeping(struct pmap *pmap) { write_cr3(pmap->pm_cr3 | PCID | (FIXED ? 0 : CR3_NOFLUSH)); }
STEP uint64_t read_page(void) { return *(volatile uint64_t *)ZOO_VA; }

static void watchdog(struct trapframe *tf) { read_page(); }

static void tear_down(void)
{
	for (uint32_t i = 0; i < ROUNDS; i++) {
		while (READ_ONCE(leaving) <= i)
			cpu_pause();
		apic_send(__pcpu[1].pc_apic_id, ICR_NMI | ICR_ASSERT);
		while (READ_ONCE(left) <= i)
			cpu_pause();
		remap_page(frames[i + 1]);
		reuse_frame(frames[i]);
		zoo_meet(2);
		zoo_meet(2);
	}
}

static void switch_spaces(void)
{
	cli();
	flush_everything();
	for (int bookkeeping = 0; bookkeeping < 12; bookkeeping++)
		barrier();
	load_cr3_keeping(new);
	sti();
}

static void switcher(void)
{
	for (uint32_t i = 0; i < ROUNDS; i++) {
		write_cr3(old->pm_cr3 | PCID);
		read_page();
		store_release(&leaving, i + 1);
		switch_spaces();
		store_release(&left, i + 1);
		zoo_meet(2);
		read_page();
		zoo_meet(2);
	}
	write_cr3(kernel_pmap.pm_cr3);
}

void test_main(void)
{
	zoo_setup(2, "invpcid");
	trap_set_handler(VEC_NMI, watchdog);
	old = pmap_create();
	new = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	pmap_enter(old, ZOO_VA, (uint64_t)frames[0], ZOO_USER);
	pmap_enter(new, ZOO_VA, (uint64_t)page_alloc(), ZOO_USER);
	entry = pmap_entry(old, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ tear_down, switcher });
	write_cr3(kernel_pmap.pm_cr3);
	zoo_end();
}
