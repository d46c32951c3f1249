/*
 * The erratum of Alder Lake and its kin: with PCIDs on, INVLPG may leave global translations. An emulator that follows the
 * manual has no such INVLPG; the same hole in a kernel is a flush that is right for user pages and too weak for global ones.
 *
 * Bug: a kernel page is unmapped, and every CPU executes INVPCID of type 0 for it, which by the manual leaves global
 * translations.
 * Fix: INVLPG, which does not (on the processors with the erratum, kernels do without PCIDs or flush everything).
 */
#include "support/call.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS 2

static uint64_t *entry;
static void *frames[ROUNDS + 1];

STEP void remap_kernel_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | PTE_P | PTE_W | PTE_G); }
STEP void flush_kernel_page(uint64_t va)
{
	if (FIXED)
		invlpg(va);
	else
		invpcid(INVPCID_ADDR, 0, va);
}
STEP uint64_t read_page(uint64_t va) { return *(volatile uint64_t *)va; }

static void change_mappings(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		zoo_meet(2);
		remap_kernel_page(frames[i + 1]);
		call_all(3, flush_kernel_page, KVA_BASE);
		reuse_frame(frames[i]);
		zoo_meet(2);
	}
}

static void reader_loop(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		read_page(KVA_BASE);
		zoo_meet(2);
		for (int reads = 0; reads < 10; reads++)
			read_page(KVA_BASE);
		zoo_meet(2);
		read_page(KVA_BASE);
	}
}

void test_main(void)
{
	zoo_setup(2, "invpcid");
	call_setup();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	entry = pmap_entry(&kernel_pmap, KVA_BASE, 1);
	remap_kernel_page(frames[0]);
	zoo_race(2, (void (*const[])(void)){ change_mappings, reader_loop });
	zoo_end();
}
