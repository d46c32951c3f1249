/*
 * Address spaces. A struct pmap is what the observer reads through PM_* (symbols.c).
 *
 * PML4[0] is the kernel's identity map, shared by all; user pages live from USER_BASE up (PML4[1]), kernel pages that
 * come and go from KVA_BASE up (PML4[2], global). A pmap with a twin (page-table isolation style) has a second PML4 for
 * user mode with the same entries: the kernel stays mapped in it, since only the doubled TLB tags matter here.
 *
 * PCIDs are private to each CPU: pm_pcids[cpu] is valid while its generation equals the CPU's pc_pcid_gen. The twin uses the
 * same PCID with PCID_USER set.
 */
#ifndef GUEST_PMAP_H
#define GUEST_PMAP_H

#include "page.h"
#include "pcpu.h"

#define USER_BASE	0x0000008000000000ull
#define KVA_BASE	0x0000010000000000ull

#define PTE_P		0x001ull
#define PTE_W		0x002ull
#define PTE_U		0x004ull
#define PTE_A		0x020ull
#define PTE_D		0x040ull
#define PTE_PS		0x080ull
#define PTE_G		0x100ull
#define PTE_NX		(1ull << 63)
#define PTE_ADDR	0x000FFFFFFFFFF000ull

#define PMAP_NO_CR3	(~0ull)
#define PCID_USER	0x800u
#define PCID_LIMIT	0x800u

struct pmap_pcid { uint32_t pm_pcid, pm_gen; };

struct pmap {
	uint64_t pm_cr3;		/* pa of the PML4 */
	uint64_t pm_ucr3;		/* pa of the twin, or PMAP_NO_CR3 */
	cpuset_t pm_active;
	struct spinlock pm_lock;
	struct pmap_pcid pm_pcids[MAXCPU + 1];
};

extern struct pmap kernel_pmap;
extern bool pmap_pcid_enabled, pmap_invpcid_works, pmap_pti;

/*
 * Choose PCID and INVPCID by CPUID and the option ops=plain|pcid|invpcid|auto|mixed, twins by pti=1, on every online CPU.
 * Ends the guest with SKIP where the machine lacks what was asked for.
 */
void pmap_setup(void);
/* The same with the ops= value given. */
void pmap_setup_ops(const char *ops);
struct pmap *pmap_create(void);

/* The entry that maps va with 4 KiB pages, its tables created; level 2 gives the 2 MiB entry, 3 the 1 GiB one. */
uint64_t *pmap_entry(struct pmap *pmap, uint64_t va, int level);
/* Set an entry; flushes nothing. */
void pmap_enter(struct pmap *pmap, uint64_t va, uint64_t pa, uint64_t bits);

/* Make pmap current on this CPU. */
void pmap_activate(struct pmap *pmap);
/* Interrupts off, no bookkeeping of the old pmap: pmap_activate() without its last step. */
void pmap_load(struct pcpu *pc, struct pmap *pmap);

/* Change of translations is over: no CPU may use the old ones after return. */
void pmap_invalidate_page(struct pmap *pmap, uint64_t va);
void pmap_invalidate_range(struct pmap *pmap, uint64_t va1, uint64_t va2);
void pmap_invalidate_all(struct pmap *pmap);
void pmap_invalidate_cache(void);
/* CPUs that are not running on pmap must not come back to their saved PCID: clear it before the IPI. */
void pmap_clear_saved_pcids(struct pmap *pmap);

#endif
