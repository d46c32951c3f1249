/*
 * OpenBSD 9f1181d59de3. The set of CPUs on which an address space is active tells who must hear of a change.
 *
 * Bug: a switch of threads takes the CPU out of the old thread's space first and puts it into the new one's last, and loads
 * CR3 only if the two differ. Between threads of one process CR3 stays, and with it the TLB; a change in between is told
 * to nobody.
 * Fix: do neither while CR3 stays; else join the new set before CR3 is loaded, and leave the old one after.
 */
#include "support/zoo.h"

const char test_name[] = ZOO_NAME;

#define ROUNDS 5

static struct pmap *space;
static uint64_t *entry;
static void *frames[ROUNDS + 1];

STEP void remap_page(void *frame) { WRITE_ONCE(*entry, (uint64_t)frame | ZOO_USER); }
STEP void shoot_active_cpus(void) { shootdown(space, shootdown_ops.pg, ZOO_VA, ZOO_VA + PAGE_SIZE); }
STEP void leave_active_set(struct pmap *pmap) { cpuset_remove(&pmap->pm_active, cpu_number()); }
STEP void join_active_set(struct pmap *pmap) { cpuset_add(&pmap->pm_active, cpu_number()); }
STEP uint64_t read_page(void) { return *(volatile uint64_t *)ZOO_VA; }

struct thread { struct pmap *pmap; uint64_t slices; };
static struct thread threads[2];

static void switch_threads(struct thread *from, struct thread *to)
{
	cli();
	if (!FIXED)
		leave_active_set(from->pmap);
	to->slices++;
	if (from->pmap->pm_cr3 != to->pmap->pm_cr3) {
		if (FIXED)
			join_active_set(to->pmap);
		pmap_load(curcpu(), to->pmap);
		if (FIXED)
			leave_active_set(from->pmap);
	}
	if (!FIXED)
		join_active_set(to->pmap);
	sti();
}

static void run_threads(void)
{
	pmap_activate(space);
	for (int i = 0; i < 4 * ROUNDS; i++) {
		for (int reads = 0; reads < 6; reads++)
			read_page();
		switch_threads(&threads[i & 1], &threads[~i & 1]);
		cpu_pause();
	}
	pmap_activate(&kernel_pmap);
}

static void change_mappings(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		remap_page(frames[i + 1]);
		mfence();
		shoot_active_cpus();
		reuse_frame(frames[i]);
		spin(20);
	}
}

void test_main(void)
{
	zoo_setup(2, "plain");
	space = pmap_create();
	for (int i = 0; i <= ROUNDS; i++)
		frames[i] = page_alloc();
	pmap_enter(space, ZOO_VA, (uint64_t)frames[0], ZOO_USER);
	threads[0].pmap = threads[1].pmap = space;
	entry = pmap_entry(space, ZOO_VA, 1);
	zoo_race(2, (void (*const[])(void)){ change_mappings, run_threads });
	zoo_end();
}
