/*
 * CVE-2025-37964, Linux fea4e317f9e7. Bits of the mask of CPUs that use an address space are cleared lazily; so as to spare
 * needless IPIs, who flushes also asks which space the CPU says that it has loaded. A CPU that switches says SWITCHING,
 * reads the space's flush generation to see if what it kept is still good, loads CR3, and says the new name.
 *
 * Bug: SWITCHING counts as "does not use it". A change after the generation was read and before the name is said is told
 * to nobody.
 * Fix: a CPU that switches is sent the IPI, which it takes when it is done.
 */
#include "support/call.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS	5
#define PCID	1ull

enum loaded { KERNEL, SWITCHING, SPACE };

static struct pmap *space;
static uint64_t *entry;
static void *frames[ROUNDS + 1];
static enum loaded loaded;		/* what CPU 1 says */
static uint32_t mask, generation = 1, seen_generation;

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP bool needs_flush(void)
{
	enum loaded now = READ_ONCE(loaded);
	return now == SPACE || (FIXED && now == SWITCHING);
}
STEP void flush_page(uint64_t va)
{
	if (loaded != SPACE)
		return;			/* it will see the generation when it comes back */
	invlpg(va);
	seen_generation = READ_ONCE(generation);
}
STEP uint64_t read_page(void) { return *(volatile uint64_t *)ZOO_VA; }

static void change_mappings(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		remap_page(frames[i + 1]);
		__atomic_add_fetch(&generation, 1, __ATOMIC_SEQ_CST);
		if (READ_ONCE(mask) && needs_flush())
			call_cpus(1 << 1, flush_page, ZOO_VA);
		reuse_frame(frames[i]);
		spin(20);
	}
}

static void switch_to_space(void)
{
	cli();
	WRITE_ONCE(loaded, SWITCHING);
	__atomic_or_fetch(&mask, 1 << 1, __ATOMIC_SEQ_CST);
	uint32_t now = READ_ONCE(generation);
	bool keep = now == seen_generation;
	write_cr3(space->pm_cr3 | PCID | (keep ? CR3_NOFLUSH : 0));
	seen_generation = now;
	cpuset_add(&space->pm_active, 1);
	WRITE_ONCE(loaded, SPACE);
	sti();
}

static void switch_to_kernel(void)
{
	cli();
	WRITE_ONCE(loaded, KERNEL);
	write_cr3(kernel_pmap.pm_cr3 | CR3_NOFLUSH);
	sti();
}

static void switcher(void)
{
	for (int i = 0; i < 4 * ROUNDS; i++) {
		switch_to_space();
		for (int reads = 0; reads < 10; reads++)
			read_page();
		switch_to_kernel();
		spin(3);
	}
}

void test_main(void)
{
	zoo_setup(2, "pcid");
	call_setup();
	space = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	pmap_enter(space, ZOO_VA, (uint64_t)frames[0], ZOO_USER);
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ change_mappings, switcher });
	zoo_end();
}
