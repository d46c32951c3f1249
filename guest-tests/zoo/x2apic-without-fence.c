/*
 * A WRMSR to the x2APIC's ICR is not serialising, and waits for no store.
 *
 * Bug: no MFENCE before it. The interrupt overtakes the store that zeroes the slot; the target's handler finds nothing and
 * leaves, then the store arrives, and nobody comes to look again. Needs a machine with store buffers.
 * Fix: MFENCE before the WRMSR.
 */
#include "support/record.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS 6

static struct pmap *space;
static uint64_t *entry;
static void *frames[ROUNDS + 1];

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP uint64_t read_page(void) { return *(volatile uint64_t *)ZOO_VA; }

STEP void send_invlop(uint32_t apic_id)
{
	if (FIXED)
		mfence();
	wrmsr(MSR_X2APIC + APIC_ICR_LO / 16, (uint64_t)apic_id << 32 | ICR_ASSERT | ICR_FIXED | IPI_INVLOP);
}

static void change_mappings(void)
{
	zoo_meet(2);
	for (int i = 0; i < ROUNDS; i++) {
		cpuset_t targets = shootdown_targets(space);
		remap_page(frames[i + 1]);
		uint32_t generation = shootdown_fill(space, shootdown_ops.pg, ZOO_VA, ZOO_VA + PAGE_SIZE);
		shootdown_post(&targets);
		send_invlop(__pcpu[1].pc_apic_id);
		shootdown_wait(&targets, generation);
		reuse_frame(frames[i]);
	}
}

static void target(void)
{
	pmap_activate(space);
	zoo_meet(2);
	for (int i = 0; i < 40; i++) {
		read_page();
		cpu_pause();
	}
}

void test_main(void)
{
	zoo_setup(2, "plain");
	if (!apic_is_x2)
		skip_all("needs apic=x2apic");
	space = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	pmap_enter(space, ZOO_VA, (uint64_t)frames[0], ZOO_USER);
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ change_mappings, target });
	zoo_end();
}
