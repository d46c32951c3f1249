/*
 * 0 in a slot means that a request waits.
 *
 * Bug: generations count through 0. The request with generation 0 looks answered when it has just been made: its initiator
 * goes on before anyone has invalidated, and the target answers 0 again and again until the next request.
 * Fix: 1 follows on 0xFFFFFFFF.
 */
#include "support/record.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS	4
#define FIRST	0xFFFFFFFEu

static struct pmap *space;
static uint64_t *entry;
static void *frames[ROUNDS + 1];

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP uint64_t read_page(void) { return *(volatile uint64_t *)ZOO_VA; }

STEP uint32_t next_generation(void)
{
	uint32_t generation = curcpu()->pc_smp_tlb.gen;
	shootdown_fill(space, shootdown_ops.pg, ZOO_VA, ZOO_VA + PAGE_SIZE);
	return FIXED ? curcpu()->pc_smp_tlb.gen : (curcpu()->pc_smp_tlb.gen = generation + 1);
}

STEP void serve_requests(struct trapframe *tf)
{
	apic_eoi();
	while (shootdown_serve())
		cpu_pause();
}

static void shoot(void)
{
	cpuset_t targets = shootdown_targets(space);
	uint32_t generation = next_generation();
	fence_release();
	cpuset_foreach(cpu, &targets)
		*invl_slot(cpu, 0) = 0;
	shootdown_send(&targets);
	shootdown_wait(&targets, generation);
}

static void change_mappings(void)
{
	zoo_meet(2);
	for (int i = 0; i < ROUNDS; i++) {
		remap_page(frames[i + 1]);
		shoot();
		reuse_frame(frames[i]);
	}
	zoo_meet(2);
}

/* The kernel copies from user memory with interrupts off. */
static void target(void)
{
	pmap_activate(space);
	zoo_meet(2);
	for (int i = 0; i < 30; i++) {
		cli();
		for (int reads = 0; reads < 8; reads++)
			read_page();
		sti();
		cpu_pause();
	}
	zoo_meet(2);
	pmap_activate(&kernel_pmap);
}

void test_main(void)
{
	zoo_setup(2, "plain");
	trap_set_handler(IPI_INVLOP, serve_requests);
	for (uint32_t cpu = 0; cpu < 2; cpu++) {
		__pcpu[cpu].pc_smp_tlb.gen = FIRST;
		*invl_slot(cpu, 1 - cpu) = FIRST;
	}
	space = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	pmap_enter(space, ZOO_VA, (uint64_t)frames[0], ZOO_USER);
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ change_mappings, target });
	zoo_end();
}
