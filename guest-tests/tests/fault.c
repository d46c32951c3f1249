/*
 * Page faults: which access faults under which permission, with which error code, and what A and D bits remember.
 * strict=1 adds what QEMU 7.2 gets wrong: P in the error code of a reserved bit, #SS for a non-canonical stack address.
 */
#include "../lib/cmdline.h"
#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/trap.h"
#include "../lib/usermode.h"

const char test_name[] = "fault";

/* Error code: 1 P, 2 W/R, 4 U/S, 8 RSVD, 0x10 I/D. NO = no fault. */
#define NO		0xFFFFu
#define OTHER		0xFFFEu
#define TARGET		(USER_BASE + 0x200000)
#define PTE_RESERVED	(1ull << 51)

static struct pmap *pmap;
static unsigned char *frame;
static bool strict;

static void kernel_read(void *va) { (void)*(volatile unsigned char *)va; }
static void kernel_write(void *va) { *(volatile unsigned char *)va = 0xC3; }
static void kernel_exec(void *va) { ((void (*)(void))va)(); }
static void kernel_read_ac(void *va)
{
	stac();
	kernel_read(va);
	clac();
}

USER_TEXT static void user_read(struct user_work *w)
{
	(void)*(volatile unsigned char *)w->base;
	USER_EXIT();
}
USER_TEXT static void user_write(struct user_work *w)
{
	*(volatile unsigned char *)w->base = 0xC3;
	USER_EXIT();
}
USER_TEXT static void user_exec(struct user_work *w)
{
	((void (*)(void))w->base)();
	USER_EXIT();
}

static uint32_t error_code(bool trapped, uint64_t va)
{
	const struct trap_info *t = &curcpu()->pc_trap;
	if (!trapped)
		return NO;
	return t->vector == VEC_PF && t->cr2 == va ? (uint32_t)t->error : OTHER;
}

static uint32_t in_kernel(void (*access)(void *), uint64_t va)
{
	return error_code(trap_catch(access, (void *)va), va);
}

static uint32_t in_user(void (*access)(struct user_work *), uint64_t va)
{
	*usermode_work(0) = (struct user_work){ .base = va };
	usermode_run(0, usermode_address(access));
	return error_code(curcpu()->pc_trap.vector != VEC_USER_EXIT, va);
}

/* All six accesses against the codes expected, in the order kernel R W X, user R W X. */
static void expect(const char *name, const uint32_t codes[6])
{
	uint32_t got[6] = { in_kernel(kernel_read, TARGET), in_kernel(kernel_write, TARGET), in_kernel(kernel_exec, TARGET),
	    in_user(user_read, TARGET), in_user(user_write, TARGET), in_user(user_exec, TARGET) };
	bool ok = true;
	for (int i = 0; i < 6; i++) {
		ok = ok && got[i] == codes[i];
		if (got[i] != codes[i])
			note("%s: access %d gives %x, not %x", name, i, got[i], codes[i]);
	}
	report(ok, "%s", name);
}
#define EXPECT(name, ...) expect(name, (const uint32_t[6]){ __VA_ARGS__ })

static void set(uint64_t bits)
{
	frame[0] = 0xC3;	/* RET */
	pmap_enter(pmap, TARGET, bits & PTE_P ? (uint64_t)frame : 0, bits);
	invlpg(TARGET);
}

static void set_level(int level, uint64_t clear, uint64_t add)
{
	uint64_t *e = pmap_entry(pmap, TARGET, level);
	*e = (*e & ~clear) | add;
	invlpg(TARGET);
}

static void leaf_permissions(void)
{
	set(0);
	EXPECT("not present", 0, 2, 0x10, 4, 6, 0x14);
	set(PTE_P | PTE_W | PTE_U);
	EXPECT("user, writable", NO, NO, NO, NO, NO, NO);
	set(PTE_P | PTE_U);
	EXPECT("user, read-only", NO, 3, NO, NO, 7, NO);
	set(PTE_P | PTE_W);
	EXPECT("supervisor, writable", NO, NO, NO, 5, 7, 0x15);
	set(PTE_P);
	EXPECT("supervisor, read-only", NO, 3, NO, 5, 7, 0x15);
	set(PTE_P | PTE_W | PTE_U | PTE_NX);
	EXPECT("user, writable, no execute", NO, NO, 0x11, NO, NO, 0x15);
	set(PTE_P | PTE_W | PTE_NX);
	EXPECT("supervisor, writable, no execute", NO, NO, 0x11, 5, 7, 0x15);
	set(PTE_P | PTE_W | PTE_U | PTE_RESERVED);
	if (strict)
		EXPECT("reserved bit in a PTE", 9, 0xB, 0x19, 0xD, 0xF, 0x1D);
}

static void upper_levels(void)
{
	set(PTE_P | PTE_W | PTE_U);
	for (int level = 2; level <= 3; level++) {
		set_level(level, PTE_W, 0);
		EXPECT(level == 2 ? "PDE read-only" : "PDPTE read-only", NO, 3, NO, NO, 7, NO);
		set_level(level, 0, PTE_W | PTE_NX);
		EXPECT(level == 2 ? "PDE no execute" : "PDPTE no execute", NO, NO, 0x11, NO, NO, 0x15);
		set_level(level, PTE_NX, PTE_RESERVED);
		if (strict)
			EXPECT(level == 2 ? "PDE reserved bit" : "PDPTE reserved bit", 9, 0xB, 0x19, 0xD, 0xF, 0x1D);
		set_level(level, PTE_RESERVED, 0);
	}
	set_level(2, PTE_U, 0);
	EXPECT("PDE supervisor", NO, NO, NO, 5, 7, 0x15);
	set_level(2, PTE_P, PTE_U);
	EXPECT("PDE not present", 0, 2, 0x10, 4, 6, 0x14);
	set_level(2, 0, PTE_P);
}

static void control_bits(void)
{
	set(PTE_P | PTE_U);
	write_cr0(read_cr0() & ~CR0_WP);
	EXPECT("CR0.WP = 0: the kernel writes read-only pages", NO, NO, NO, NO, 7, NO);
	write_cr0(read_cr0() | CR0_WP);
	set(PTE_P | PTE_W | PTE_NX);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) & ~0x800ull);
	invlpg(TARGET);
	report((in_kernel(kernel_read, TARGET) | !strict) == 9, "EFER.NXE = 0: the NX bit is reserved");
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | 0x800);
	set(PTE_P | PTE_W | PTE_U);
	if (has_smep()) {
		write_cr4(read_cr4() | CR4_SMEP);
		EXPECT("SMEP: the kernel executes no user page", NO, NO, 0x11, NO, NO, NO);
		write_cr4(read_cr4() & ~CR4_SMEP);
	} else {
		report_skip("no SMEP");
	}
	if (has_smap()) {
		write_cr4(read_cr4() | CR4_SMAP);
		EXPECT("SMAP: the kernel reads and writes no user page", 1, 3, NO, NO, NO, NO);
		report(in_kernel(kernel_read_ac, TARGET) == NO, "SMAP: it does with EFLAGS.AC = 1");
		write_cr4(read_cr4() & ~CR4_SMAP);
	} else {
		report_skip("no SMAP");
	}
}

static void write_8(void *va) { *(volatile uint64_t *)va = 0x1122334455667788; }

static void crossing(void)
{
	set(PTE_P | PTE_W | PTE_U);
	pmap_enter(pmap, TARGET + PAGE_SIZE, 0, 0);
	invlpg(TARGET + PAGE_SIZE);
	*(uint32_t *)(frame + 0xFFC) = 0xAAAAAAAA;
	bool trapped = trap_catch(write_8, (void *)(TARGET + 0xFFC));
	report(error_code(trapped, TARGET + PAGE_SIZE) == 2, "a write across two pages reports the second page in CR2");
	report(*(volatile uint32_t *)(frame + 0xFFC) == 0xAAAAAAAA, "and leaves the first page as it was");
	pmap_enter(pmap, TARGET + PAGE_SIZE, (uint64_t)page_alloc(), PTE_P | PTE_W | PTE_U);
	report(in_kernel(write_8, TARGET + 0xFFC) == NO, "an entry that becomes present needs no flush");
	report(*(volatile uint32_t *)(frame + 0xFFC) == 0x55667788, "and the write takes both halves");
}

static uint64_t bits_of(int level) { return READ_ONCE(*pmap_entry(pmap, TARGET, level)) & (PTE_A | PTE_D); }

static void accessed_dirty(void)
{
	set(PTE_P | PTE_W | PTE_U);
	set_level(2, PTE_A, 0);
	report(bits_of(1) == 0, "A and D are clear before the first access");
	kernel_read((void *)TARGET);
	report(bits_of(1) == PTE_A, "a read sets A alone");
	report(bits_of(2) & PTE_A, "and A in the level above");
	kernel_write((void *)TARGET);
	report(bits_of(1) == (PTE_A | PTE_D), "a write sets D, although the translation was cached");
	set(PTE_P | PTE_W | PTE_U);
	kernel_exec((void *)TARGET);
	report(bits_of(1) == PTE_A, "a fetch sets A alone");
	set(PTE_P | PTE_U);
	in_kernel(kernel_write, TARGET);
	report(!(bits_of(1) & PTE_D), "a write that faults sets no D");
}

static void read_ss(void *va) { __asm__ volatile("pushq %%rbp; movq %0, %%rbp; movb (%%rbp), %%al; popq %%rbp" :: "r"(va) : "rax", "memory"); }

static void non_canonical(void)
{
	void *va = (void *)0x0000800000000000;
	bool trapped = trap_catch(kernel_read, va);
	report(trapped && curcpu()->pc_trap.vector == VEC_GP && curcpu()->pc_trap.error == 0, "a non-canonical address gives #GP(0)");
	trapped = trap_catch(read_ss, va);
	if (strict)
		report(trapped && curcpu()->pc_trap.vector == VEC_SS && curcpu()->pc_trap.error == 0, "through RBP #SS(0)");
}

void test_main(void)
{
	strict = option_number("strict", 0);
	pmap_setup();
	pmap = pmap_create();
	frame = page_alloc();
	usermode_map(pmap, 1, 0);
	pmap_activate(pmap);
	leaf_permissions();
	upper_levels();
	control_bits();
	crossing();
	accessed_dirty();
	non_canonical();
}
