/* What each of the eleven operations does to this CPU's TLB, and the broadcast that needs no IPI. */
#include "shootdown.h"

static void flush_global(void)
{
	uint64_t cr4 = read_cr4();
	bool on = intr_disable();
	write_cr4(cr4 & ~CR4_PGE);
	write_cr4(cr4);
	intr_restore(on);
}

/* Reload CR3 without the "keep" bit: drops what is tagged with the current PCID, global entries stay. */
static void flush_current(void)
{
	write_cr3(curcpu()->pc_kcr3 & ~CR3_NOFLUSH);
}

static uint32_t pcid_of(const struct pmap *pmap) { return pmap->pm_pcids[cpu_number()].pm_pcid; }

/* Run INVLPG over a range under the twin's PCID: CR3 moves there and back, keeping both. */
static void twin_invlpg(uint64_t va1, uint64_t va2)
{
	struct pcpu *pc = curcpu();
	if (pc->pc_ucr3 == PMAP_NO_CR3)
		return;
	bool on = intr_disable();
	write_cr3(pc->pc_ucr3);
	for (uint64_t va = va1; va < va2; va += PAGE_SIZE)
		invlpg(va);
	write_cr3(pc->pc_kcr3);
	intr_restore(on);
}

static void tlb_pcid(struct pmap *pmap)
{
	struct pcpu *pc = curcpu();
	if (pmap == &kernel_pmap) {
		flush_global();
	} else if (pmap == pc->pc_curpmap) {
		bool on = intr_disable();
		if (pc->pc_ucr3 != PMAP_NO_CR3)
			write_cr3(pc->pc_ucr3 & ~CR3_NOFLUSH);
		flush_current();
		intr_restore(on);
	}
	/* Otherwise the saved generation was cleared before the IPI: this CPU comes back with a fresh PCID. */
}

static void tlb_invpcid(struct pmap *pmap)
{
	if (pmap == &kernel_pmap) {
		invpcid(INVPCID_ALL_GLOB, 0, 0);
		return;
	}
	invpcid(INVPCID_CTX, pcid_of(pmap), 0);
	if (pmap->pm_ucr3 != PMAP_NO_CR3)
		invpcid(INVPCID_CTX, pcid_of(pmap) | PCID_USER, 0);
}

/* INVLPG serves the kernel's half and the current address space; the twin and other PCIDs need more. */
static void pages(struct pmap *pmap, uint64_t va1, uint64_t va2)
{
	for (uint64_t va = va1; va < va2; va += PAGE_SIZE)
		invlpg(va);
}

static void pages_invpcid(struct pmap *pmap, uint64_t va1, uint64_t va2)
{
	pages(pmap, va1, va2);
	if (pmap == curcpu()->pc_curpmap && pmap->pm_ucr3 != PMAP_NO_CR3)
		for (uint64_t va = va1; va < va2; va += PAGE_SIZE)
			invpcid(INVPCID_ADDR, pcid_of(pmap) | PCID_USER, va);
}

static void pages_pcid(struct pmap *pmap, uint64_t va1, uint64_t va2)
{
	pages(pmap, va1, va2);
	if (pmap == curcpu()->pc_curpmap)
		twin_invlpg(va1, va2);
}

void invl_perform(enum invl_op_codes op, struct pmap *pmap, uint64_t va1, uint64_t va2)
{
	switch (op) {
	case INVL_OP_TLB:
		if (pmap == &kernel_pmap)
			flush_global();
		else
			flush_current();
		break;
	case INVL_OP_TLB_INVPCID:
	case INVL_OP_TLB_INVPCID_PTI:
		tlb_invpcid(pmap);
		break;
	case INVL_OP_TLB_PCID:
		tlb_pcid(pmap);
		break;
	case INVL_OP_PGRNG:
		pages(pmap, va1, va2);
		break;
	case INVL_OP_PGRNG_INVPCID:
		pages_invpcid(pmap, va1, va2);
		break;
	case INVL_OP_PGRNG_PCID:
		pages_pcid(pmap, va1, va2);
		break;
	case INVL_OP_PG:
		pages(pmap, va1, va1 + PAGE_SIZE);
		break;
	case INVL_OP_PG_INVPCID:
		pages_invpcid(pmap, va1, va1 + PAGE_SIZE);
		break;
	case INVL_OP_PG_PCID:
		pages_pcid(pmap, va1, va1 + PAGE_SIZE);
		break;
	case INVL_OP_CACHE:
		wbinvd();
		break;
	}
}

/*
 * PCIDs are private to each CPU, so a broadcast names none: all PCIDs of the page or, without VA, everything.
 * CPUID 8000_0008h EDX[15:0] is the most pages one INVLPGB takes beyond the first.
 */
void invlpgb_shootdown(struct pmap *pmap, enum invl_op_codes op, uint64_t va1, uint64_t va2)
{
	uint32_t global = pmap == &kernel_pmap ? INVLPGB_GLOBAL : 0;
	if (op >= INVL_OP_PG)
		va2 = va1 + PAGE_SIZE;
	if (op >= INVL_OP_PGRNG) {
		uint64_t most = (cpuid(0x80000008, 0).d & 0xFFFF) + 1;
		while (va1 < va2) {
			uint64_t n = (va2 - va1) / PAGE_SIZE;
			if (n > most)
				n = most;
			invlpgb(va1 | INVLPGB_VA | INVLPGB_ASID | global, (uint32_t)n - 1, 0);
			va1 += n * PAGE_SIZE;
		}
	} else {
		invlpgb(INVLPGB_ASID | global, 0, 0);
	}
	tlbsync();
}
