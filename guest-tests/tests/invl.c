/*
 * Each invalidating instruction's effect on the TLB, seen through later accesses (SDM volume 3, 4.10.4).
 *
 * A page is read (which caches its translation), its entry is pointed at another frame without a flush, the instruction
 * runs, and the page is read again: 'A' came through the cached translation, 'B' through the tables. What must be dropped is
 * always checked; what may stay is checked with strict=1, for a TLB that keeps every translation until told otherwise.
 */
#include "../lib/cmdline.h"
#include "../lib/pmap.h"
#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/trap.h"

const char test_name[] = "invl";

#define VA		(USER_BASE + 0x200000)
#define VA_NEXT		(VA + 0x1000)
#define VA_2M		(USER_BASE + 0x40000000)
#define VA_1G		(USER_BASE + 0x80000000)
#define VA_GLOBAL	(KVA_BASE + 0x1000)
#define PA_A_2M		0x1800000ull	/* above every guest, below 32 MiB */
#define PA_B_2M		0x1A00000ull

static struct pmap *pmap;
static char *frame_a, *frame_b;
static bool strict;

static char get(uint64_t va) { return *(volatile char *)va; }

static void flush_all(void)
{
	write_cr4(read_cr4() & ~CR4_PGE);
	write_cr4(read_cr4() | CR4_PGE);
}

static void map(uint64_t va, const char *frame)
{
	if (va == VA_2M)
		*pmap_entry(pmap, va, 2) = (frame == frame_a ? PA_A_2M : PA_B_2M) | PTE_P | PTE_W | PTE_U | PTE_PS;
	else
		pmap_enter(pmap, va, (uint64_t)frame, PTE_P | PTE_W | (va == VA_GLOBAL ? PTE_G : PTE_U));
	barrier();
}

/* Cache the translation to A under the current PCID, then let the tables say B. */
static void prime(uint64_t va)
{
	map(va, frame_a);
	flush_all();
	(void)get(va);
	map(va, frame_b);
}

static void dropped(uint64_t va, const char *what) { report(get(va) == 'B', "%s", what); }

static void kept(uint64_t va, const char *what)
{
	bool ok = get(va) == 'A';
	if (ok || strict)
		report(ok, "%s", what);
	else
		report_skip("%s: this TLB has dropped it", what);
}

static void plain(void)
{
	prime(VA);
	kept(VA, "no flush: a 4 KiB translation stays");
	invlpg(VA);
	dropped(VA, "INVLPG drops a 4 KiB translation");
	prime(VA);
	invlpg(VA + 0xFFF);
	dropped(VA, "INVLPG by any address of the page");
	prime(VA);
	invlpg(VA_NEXT);
	kept(VA, "INVLPG of the next page leaves it");
	prime(VA_2M);
	kept(VA_2M, "no flush: a 2 MiB translation stays");
	invlpg(VA_2M + 0x123456);
	dropped(VA_2M, "INVLPG anywhere in it drops a 2 MiB translation");
	prime(VA_GLOBAL);
	invlpg(VA_GLOBAL);
	dropped(VA_GLOBAL, "INVLPG drops a global translation");
	prime(VA);
	write_cr3(read_cr3());
	dropped(VA, "CR3 reload drops what is not global");
	prime(VA_GLOBAL);
	write_cr3(read_cr3());
	kept(VA_GLOBAL, "CR3 reload leaves what is global");
	flush_all();
	dropped(VA_GLOBAL, "toggling CR4.PGE drops what is global");
	prime(VA_GLOBAL);
	write_cr4(read_cr4());
	kept(VA_GLOBAL, "writing CR4 unchanged drops nothing");
	prime(VA_2M);
	write_cr3(read_cr3());
	dropped(VA_2M, "CR3 reload drops a 2 MiB translation");
}

static void write_byte(void *va) { *(volatile char *)va = 'A'; }

static void faults_and_tables(void)
{
	pmap_enter(pmap, VA, (uint64_t)frame_a, PTE_P | PTE_U);
	flush_all();
	(void)get(VA);
	pmap_enter(pmap, VA, (uint64_t)frame_a, PTE_P | PTE_U | PTE_W);
	bool again = trap_catch(write_byte, (void *)VA) && trap_catch(write_byte, (void *)VA);
	report(!again, "a page fault drops the translation it came from: the second try goes through");

	/* Another page table behind the same PDE: the paging-structure cache may know the old one. */
	uint64_t *pde = pmap_entry(pmap, VA, 2), old = *pde, *table = page_alloc();
	map(VA, frame_a);
	map(VA_NEXT, frame_a);
	table[0] = table[1] = (uint64_t)frame_b | PTE_P | PTE_W | PTE_U;
	flush_all();
	(void)get(VA);
	WRITE_ONCE(*pde, (uint64_t)table | PTE_P | PTE_W | PTE_U);
	invlpg(VA + 0x5000);
	dropped(VA_NEXT, "INVLPG of any page drops cached paging structures");
	WRITE_ONCE(*pde, old);
	flush_all();
}

static void one_gigabyte(void)
{
	if (!has_1g_pages()) {
		report_skip("no 1 GiB pages");
		return;
	}
	uint64_t *pdpte = pmap_entry(pmap, VA_1G, 3), *pd = page_alloc();
	pd[PA_A_2M / PAGE_2M] = PA_B_2M | PTE_P | PTE_W | PTE_U | PTE_PS;
	*pdpte = 0 | PTE_P | PTE_W | PTE_U | PTE_PS;
	flush_all();
	(void)get(VA_1G + PA_A_2M);
	WRITE_ONCE(*pdpte, (uint64_t)pd | PTE_P | PTE_W | PTE_U);
	kept(VA_1G + PA_A_2M, "no flush: a 1 GiB translation stays");
	invlpg(VA_1G + 0x2345678);
	dropped(VA_1G + PA_A_2M, "INVLPG anywhere in it drops a 1 GiB translation");
	*pdpte = 0;
}

static void set_pcid(uint64_t pcid, bool keep) { write_cr3(pmap->pm_cr3 | pcid | (keep ? CR3_NOFLUSH : 0)); }

/* Under PCID 5 and PCID 6 a translation each, and a global one; the tables say B. Ends in PCID 5. */
static void prime_pcids(void)
{
	map(VA, frame_a);
	map(VA_NEXT, frame_a);
	map(VA_GLOBAL, frame_a);
	flush_all();
	set_pcid(6, false);
	(void)get(VA);
	set_pcid(5, false);
	(void)get(VA);
	(void)get(VA_NEXT);
	(void)get(VA_GLOBAL);
	map(VA, frame_b);
	map(VA_NEXT, frame_b);
	map(VA_GLOBAL, frame_b);
}

static void pcid(void)
{
	write_cr4(read_cr4() | CR4_PCIDE);
	prime_pcids();
	kept(VA, "PCID: a switch without flush leaves PCID 5");
	set_pcid(6, true);
	kept(VA, "PCID: and PCID 6");
	set_pcid(5, false);
	dropped(VA, "PCID: CR3 with bit 63 = 0 drops the PCID it loads");
	kept(VA_GLOBAL, "PCID: but nothing global");
	set_pcid(6, true);
	kept(VA, "PCID: and no other PCID");
	prime_pcids();
	invlpg(VA);
	dropped(VA, "PCID: INVLPG drops the page in the current PCID");
	kept(VA_NEXT, "PCID: INVLPG leaves the next page");
	set_pcid(6, true);
	kept(VA, "PCID: INVLPG leaves other PCIDs");
	prime_pcids();
	flush_all();
	dropped(VA, "PCID: toggling CR4.PGE drops the current PCID");
	set_pcid(6, true);
	dropped(VA, "PCID: and the others");
}

static void invpcid_types(void)
{
	prime_pcids();
	invpcid(INVPCID_ADDR, 5, VA);
	dropped(VA, "INVPCID 0 drops the page in its PCID");
	kept(VA_NEXT, "INVPCID 0 leaves the next page");
	set_pcid(6, true);
	kept(VA, "INVPCID 0 leaves other PCIDs");
	prime_pcids();
	invpcid(INVPCID_ADDR, 5, VA_GLOBAL);
	kept(VA_GLOBAL, "INVPCID 0 leaves what is global");
	prime_pcids();
	invpcid(INVPCID_CTX, 6, 0);
	kept(VA, "INVPCID 1 leaves other PCIDs");
	kept(VA_GLOBAL, "INVPCID 1 leaves what is global");
	set_pcid(6, true);
	dropped(VA, "INVPCID 1 drops its PCID");
	prime_pcids();
	invpcid(INVPCID_ALL_GLOB, 0, 0);
	dropped(VA, "INVPCID 2 drops the current PCID");
	dropped(VA_GLOBAL, "INVPCID 2 drops what is global");
	set_pcid(6, true);
	dropped(VA, "INVPCID 2 drops other PCIDs");
	prime_pcids();
	invpcid(INVPCID_ALL, 0, 0);
	dropped(VA, "INVPCID 3 drops the current PCID");
	kept(VA_GLOBAL, "INVPCID 3 leaves what is global");
	set_pcid(6, true);
	dropped(VA, "INVPCID 3 drops other PCIDs");
}

struct invpcid_args { uint64_t type, pcid, va; };
static void try_invpcid(void *p) { struct invpcid_args *a = p; invpcid(a->type, a->pcid, a->va); }
static void try_cr3(void *v) { write_cr3((uint64_t)v); }
static void try_cr4(void *v) { write_cr4((uint64_t)v); }
static bool gp(void (*fn)(void *), void *arg) { return trap_catch(fn, arg) && curcpu()->pc_trap.vector == VEC_GP; }

static void pcid_faults(void)
{
	if (has_invpcid()) {
		report(gp(try_invpcid, &(struct invpcid_args){ 4, 0, 0 }), "INVPCID of type 4 is #GP");
		report(gp(try_invpcid, &(struct invpcid_args){ 1, 0x1000, 0 }), "INVPCID with a PCID of 13 bits is #GP");
		report(gp(try_invpcid, &(struct invpcid_args){ 0, 1, 1ull << 47 }), "INVPCID with a non-canonical address is #GP");
	}
	set_pcid(0, false);
	prime(VA);
	write_cr4(read_cr4() & ~CR4_PCIDE);
	dropped(VA, "clearing CR4.PCIDE drops everything");
	report(gp(try_cr3, (void *)(pmap->pm_cr3 | CR3_NOFLUSH)), "CR3 bit 63 without CR4.PCIDE is #GP");
	write_cr3(pmap->pm_cr3 | 8);
	report(gp(try_cr4, (void *)(read_cr4() | CR4_PCIDE)), "CR4.PCIDE while CR3[11:0] is not 0 is #GP");
	write_cr3(pmap->pm_cr3);
}

/* What CPU 1 sees of CPU 0's instructions. */
static char seen;
static void remote_read(void *va)
{
	pmap_activate(pmap);
	seen = get((uint64_t)va);
}
static void on_cpu1(uint64_t va)
{
	smp_call(1, remote_read, (void *)va);
	smp_wait(1);
}
static void remote_flush(void *unused) { flush_all(); }

static void prime_cpu1(uint64_t va)
{
	map(va, frame_a);
	smp_call(1, remote_flush, 0);
	smp_wait(1);
	on_cpu1(va);
	map(va, frame_b);
}

static void remote(void)
{
	if (ncpus() < 2) {
		report_skip("one CPU: no remote TLB");
		return;
	}
	prime_cpu1(VA);
	invlpg(VA);
	flush_all();
	on_cpu1(VA);
	if (seen == 'A' || strict)
		report(seen == 'A', "INVLPG and CR4.PGE act on their own CPU alone");
	else
		report_skip("INVLPG is local: the other TLB has dropped it by itself");
	if (!has_invlpgb()) {
		report_skip("no INVLPGB");
		return;
	}
	prime_cpu1(VA);
	invlpgb(VA | INVLPGB_VA | INVLPGB_ASID, 0, 0);
	tlbsync();
	on_cpu1(VA);
	report(seen == 'B', "INVLPGB and TLBSYNC drop the page on the other CPU");
	prime_cpu1(VA_NEXT);
	invlpgb(VA | INVLPGB_VA | INVLPGB_ASID, 1, 0);
	tlbsync();
	on_cpu1(VA_NEXT);
	report(seen == 'B', "INVLPGB with a count drops the next page too");
	prime_cpu1(VA_NEXT);
	invlpgb(VA | INVLPGB_VA | INVLPGB_ASID, 0, 0);
	tlbsync();
	on_cpu1(VA_NEXT);
	report(!strict || seen == 'A', "INVLPGB leaves the next page");
	prime_cpu1(VA_GLOBAL);
	invlpgb(VA_GLOBAL | INVLPGB_VA | INVLPGB_ASID, 0, 0);
	tlbsync();
	on_cpu1(VA_GLOBAL);
	report(!strict || seen == 'A', "INVLPGB without the global flag leaves what is global");
	invlpgb(VA_GLOBAL | INVLPGB_VA | INVLPGB_ASID | INVLPGB_GLOBAL, 0, 0);
	tlbsync();
	on_cpu1(VA_GLOBAL);
	report(seen == 'B', "INVLPGB with it drops it");
	prime_cpu1(VA);
	invlpgb(INVLPGB_ASID, 0, 0);
	tlbsync();
	on_cpu1(VA);
	report(seen == 'B', "INVLPGB without an address drops everything");
}

void test_main(void)
{
	smp_start();
	strict = option_number("strict", 0);
	pmap_setup_ops("plain");
	pmap = pmap_create();
	frame_a = page_alloc();
	frame_b = page_alloc();
	*frame_a = *(char *)PA_A_2M = 'A';
	*frame_b = *(char *)PA_B_2M = 'B';
	pmap_activate(pmap);
	plain();
	faults_and_tables();
	one_gigabyte();
	remote();
	if (!has_pcid()) {
		report_skip("no PCID");
		return;
	}
	pcid();
	if (has_invpcid())
		invpcid_types();
	else
		report_skip("no INVPCID");
	pcid_faults();
}
