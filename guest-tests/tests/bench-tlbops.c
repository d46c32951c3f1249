/*
 * Cost of the invalidating instructions and of the misses that follow, on CPU 0. One operation is one instruction, or, in the
 * phases that end in -touch, one instruction and the reads of PAGES pages behind it. op= runs one; iterations= operations.
 */
#include "../lib/phase.h"
#include "../lib/pmap.h"
#include "../lib/race.h"

const char test_name[] = "bench-tlbops";

#define PAGES	64u

static void touch(void)
{
	for (uint32_t page = 0; page < PAGES; page++)
		(void)*(volatile uint64_t *)(USER_BASE + page * PAGE_SIZE);
}

static void op_invlpg(uint32_t i) { invlpg(USER_BASE + i % PAGES * PAGE_SIZE); }
static void op_cr3(uint32_t i) { write_cr3(read_cr3()); }
static void op_pge(uint32_t i)
{
	uint64_t cr4 = read_cr4();
	write_cr4(cr4 & ~CR4_PGE);
	write_cr4(cr4);
}
static void op_invpcid_address(uint32_t i) { invpcid(INVPCID_ADDR, 0, USER_BASE + i % PAGES * PAGE_SIZE); }
static void op_invpcid_context(uint32_t i) { invpcid(INVPCID_CTX, 0, 0); }
static void op_invpcid_all(uint32_t i) { invpcid(INVPCID_ALL, 0, 0); }
static void op_nothing_touch(uint32_t i) { touch(); }
static void op_invlpg_touch(uint32_t i)
{
	op_invlpg(i);
	(void)*(volatile uint64_t *)(USER_BASE + i % PAGES * PAGE_SIZE);
}
static void op_cr3_touch(uint32_t i)
{
	op_cr3(i);
	touch();
}

static const struct { const char *name, *phase; void (*op)(uint32_t); bool invpcid; uint32_t divisor; } ops[] = {
	{ "invlpg", "tlb-invlpg", op_invlpg, false, 1 },
	{ "invlpg-touch", "tlb-invlpg-touch", op_invlpg_touch, false, 1 },
	{ "cr3", "tlb-cr3", op_cr3, false, 1 },
	{ "cr3-touch", "tlb-cr3-touch", op_cr3_touch, false, 16 },
	{ "nothing-touch", "tlb-nothing-touch", op_nothing_touch, false, 16 },
	{ "pge", "tlb-pge", op_pge, false, 1 },
	{ "invpcid-address", "tlb-invpcid-address", op_invpcid_address, true, 1 },
	{ "invpcid-context", "tlb-invpcid-context", op_invpcid_context, true, 1 },
	{ "invpcid-all", "tlb-invpcid-all", op_invpcid_all, true, 1 },
};

void test_main(void)
{
	uint32_t iterations = race_iterations(2000);
	const char *only = option("op", "");
	pmap_setup();
	struct pmap *pmap = pmap_create();
	uint64_t frame[2] = { (uint64_t)page_alloc(), (uint64_t)page_alloc() };
	*(uint64_t *)frame[0] = 1;
	*(uint64_t *)frame[1] = 2;
	for (uint32_t page = 0; page < PAGES; page++)
		pmap_enter(pmap, USER_BASE + page * PAGE_SIZE, frame[0], PTE_P | PTE_W);
	pmap_activate(pmap);
	for (uint32_t k = 0; k < sizeof ops / sizeof *ops; k++) {
		if (*only && strcmp(only, ops[k].name))
			continue;
		if (ops[k].invpcid && !has_invpcid()) {
			report_skip("no INVPCID");
			continue;
		}
		uint32_t count = iterations / ops[k].divisor + 1;
		for (uint32_t rep = 0; rep < phase_reps(); rep++) {
			phase_start(ops[k].phase);
			for (uint32_t i = 0; i < count; i++)
				ops[k].op(i);
			phase_end(ops[k].phase, count);
		}
	}
	/* They did invalidate: another frame shows behind each page after the last instruction that ran. */
	touch();
	for (uint32_t page = 0; page < PAGES; page++) {
		pmap_enter(pmap, USER_BASE + page * PAGE_SIZE, frame[1], PTE_P | PTE_W);
		invlpg(USER_BASE + page * PAGE_SIZE);
	}
	bool fresh = true;
	for (uint32_t page = 0; page < PAGES; page++)
		fresh = fresh && *(volatile uint64_t *)(USER_BASE + page * PAGE_SIZE) == 2;
	report(fresh, "what was invalidated is read again");
	pmap_activate(&kernel_pmap);
}
