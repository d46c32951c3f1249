#include "pmap.h"

#include "cmdline.h"
#include "report.h"
#include "shootdown.h"
#include "smp.h"
#include "string.h"
#include "trap.h"

extern uint64_t boot_pml4[512];

struct pmap kernel_pmap = { .pm_cr3 = (uint64_t)boot_pml4, .pm_ucr3 = PMAP_NO_CR3 };
bool pmap_pcid_enabled, pmap_invpcid_works, pmap_pti;

static void setup_cpu(void *arg)
{
	(void)arg;
	struct pcpu *pc = curcpu();
	if (pmap_pcid_enabled)
		write_cr4(read_cr4() | CR4_PCIDE);
	pc->pc_pcid_next = 1;
	pc->pc_pcid_gen = 1;
	pc->pc_curpmap = &kernel_pmap;
	pc->pc_kcr3 = kernel_pmap.pm_cr3 | (pmap_pcid_enabled ? CR3_NOFLUSH : 0);
	cpuset_add(&kernel_pmap.pm_active, pc->pc_cpuid);
}

void pmap_setup(void) { pmap_setup_ops(option("ops", "auto")); }

void pmap_setup_ops(const char *ops)
{
	bool any = !strcmp(ops, "auto") || !strcmp(ops, "mixed");
	if (!strcmp(ops, "invpcid") && (!has_pcid() || !has_invpcid()))
		skip_all("no PCID with INVPCID");
	if (!strcmp(ops, "pcid") && !has_pcid())
		skip_all("no PCID");
	pmap_pcid_enabled = has_pcid() && strcmp(ops, "plain");
	pmap_invpcid_works = pmap_pcid_enabled && has_invpcid() && (any || !strcmp(ops, "invpcid"));
	pmap_pti = option_number("pti", 0);
	boot_pml4[KVA_BASE >> 39] = (uint64_t)page_alloc() | PTE_P | PTE_W;
	smp_run(ncpus(), setup_cpu, NULL);
	shootdown_setup();
}

struct pmap *pmap_create(void)
{
	/* One page holds the structure; the tables follow. */
	_Static_assert(sizeof(struct pmap) <= PAGE_SIZE, "pmap fits a page");
	struct pmap *pmap = page_alloc();
	uint64_t *pml4 = page_alloc();
	memcpy(pml4, boot_pml4, PAGE_SIZE);
	pml4[USER_BASE >> 39] = (uint64_t)page_alloc() | PTE_P | PTE_W | PTE_U;
	pmap->pm_cr3 = (uint64_t)pml4;
	pmap->pm_ucr3 = PMAP_NO_CR3;
	if (pmap_pti) {
		uint64_t *twin = page_alloc();
		memcpy(twin, pml4, PAGE_SIZE);
		pmap->pm_ucr3 = (uint64_t)twin;
	}
	return pmap;
}

uint64_t *pmap_entry(struct pmap *pmap, uint64_t va, int level)
{
	uint64_t *table = (uint64_t *)pmap->pm_cr3;
	spin_lock(&pmap->pm_lock);
	for (int l = 4; l > level; l--) {
		uint64_t *e = &table[va >> (3 + 9 * l) & 511];
		if (!(*e & PTE_P))
			WRITE_ONCE(*e, (uint64_t)page_alloc() | PTE_P | PTE_W | PTE_U);
		table = (uint64_t *)(*e & PTE_ADDR);
	}
	spin_unlock(&pmap->pm_lock);
	return &table[va >> (3 + 9 * level) & 511];
}

void pmap_enter(struct pmap *pmap, uint64_t va, uint64_t pa, uint64_t bits)
{
	WRITE_ONCE(*pmap_entry(pmap, va, 1), pa | bits);
}

static uint32_t pcid_alloc(struct pcpu *pc)
{
	if (pc->pc_pcid_next == PCID_LIMIT) {
		/* Every number was used: drop what they tag and start a new generation. */
		uint64_t cr4 = read_cr4();
		write_cr4(cr4 & ~CR4_PGE);
		write_cr4(cr4);
		pc->pc_pcid_next = 1;
		if (++pc->pc_pcid_gen == 0)
			pc->pc_pcid_gen = 1;
	}
	return pc->pc_pcid_next++;
}

void pmap_load(struct pcpu *pc, struct pmap *pmap)
{
	uint64_t pcid = 0, keep = 0, noflush = 0;
	if (pmap_pcid_enabled) {
		noflush = CR3_NOFLUSH;
		if (pmap != &kernel_pmap) {
			struct pmap_pcid *p = &pmap->pm_pcids[pc->pc_cpuid];
			if (READ_ONCE(p->pm_gen) == pc->pc_pcid_gen) {
				keep = CR3_NOFLUSH;
			} else {
				p->pm_pcid = pcid_alloc(pc);
				WRITE_ONCE(p->pm_gen, pc->pc_pcid_gen);
			}
			pcid = p->pm_pcid;
		} else {
			keep = CR3_NOFLUSH;
		}
	}
	pc->pc_curpmap = pmap;
	pc->pc_kcr3 = pmap->pm_cr3 | pcid | noflush;
	pc->pc_ucr3 = PMAP_NO_CR3;
	if (pmap->pm_ucr3 != PMAP_NO_CR3) {
		pc->pc_ucr3 = pmap->pm_ucr3 | pcid | (pcid ? PCID_USER : 0) | noflush;
		if (!keep && pcid)
			write_cr3(pc->pc_ucr3 & ~CR3_NOFLUSH);
	}
	write_cr3(pmap->pm_cr3 | pcid | keep);
}

/*
 * The CPU's bit is set before the saved PCID generation is looked at and CR3 loaded, and the old pmap's bit is cleared
 * after. The locked OR is the fence: an initiator either sees the bit and sends the IPI, which waits until interrupts
 * are on again, or cleared the generation before we read it.
 */
void pmap_activate(struct pmap *pmap)
{
	bool on = intr_disable();
	struct pcpu *pc = curcpu();
	struct pmap *old = pc->pc_curpmap;
	if (old != pmap) {
		cpuset_add(&pmap->pm_active, pc->pc_cpuid);
		pmap_load(pc, pmap);
		if (old != &kernel_pmap)
			cpuset_remove(&old->pm_active, pc->pc_cpuid);
	}
	intr_restore(on);
}

/* Partner of the locked OR in pmap_activate(): the entry's change and the cleared generations come before the mask is read. */
void pmap_clear_saved_pcids(struct pmap *pmap)
{
	struct pcpu *pc = curcpu();
	if (pmap_pcid_enabled && pmap != &kernel_pmap)
		for (uint32_t cpu = 0; cpu <= mp_maxid; cpu++)
			if (cpu != pc->pc_cpuid || pc->pc_curpmap != pmap)
				WRITE_ONCE(pmap->pm_pcids[cpu].pm_gen, 0);
	mfence();
}

void pmap_invalidate_page(struct pmap *pmap, uint64_t va)
{
	pmap_clear_saved_pcids(pmap);
	shootdown(pmap, shootdown_ops.pg, va, va + PAGE_SIZE);
}

void pmap_invalidate_range(struct pmap *pmap, uint64_t va1, uint64_t va2)
{
	pmap_clear_saved_pcids(pmap);
	shootdown(pmap, shootdown_ops.pgrng, va1, va2);
}

void pmap_invalidate_all(struct pmap *pmap)
{
	pmap_clear_saved_pcids(pmap);
	shootdown(pmap, shootdown_ops.tlb, 0, 0);
}

void pmap_invalidate_cache(void) { shootdown(&kernel_pmap, INVL_OP_CACHE, 0, 0); }
