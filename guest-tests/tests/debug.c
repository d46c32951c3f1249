/*
 * Exceptions other than page faults: vector, error code, saved RIP, and the double fault's stack.
 * strict=1 adds what QEMU 7.2 does not check: unknown MSRs, non-canonical bases, reserved control bits, error codes of gates.
 */
#include "../lib/cmdline.h"
#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/trap.h"

const char test_name[] = "debug";

static const struct trap_info *last(void) { return &curcpu()->pc_trap; }

static void divide(void *v) { __asm__ volatile("xorl %%edx, %%edx; xorl %%ecx, %%ecx; divl %%ecx" ::: "eax", "ecx", "edx"); }
static void divide_overflow(void *v)
{
	__asm__ volatile("movl $1, %%edx; movl $1, %%ecx; xorl %%eax, %%eax; divl %%ecx" ::: "eax", "ecx", "edx");
}
static void ud2(void *v) { __asm__ volatile("ud2"); }
static void int3(void *v) { __asm__ volatile("int3"); }
static void int_n(void *v) { __asm__ volatile("int $0x21"); }
static void gp_selector(void *v) { __asm__ volatile("movl $0x68, %%eax; movl %%eax, %%es" ::: "eax"); }
static void load_ucode(void *v) { __asm__ volatile("movl %0, %%es" :: "r"(SEL_UCODE32)); }
static void load_ss(void *v) { __asm__ volatile("movl %0, %%ss" :: "r"(SEL_UCODE32)); }
static void gp_msr(void *v) { wrmsr(0x12345678, 0); }
static void gp_canonical_msr(void *v) { wrmsr(MSR_FSBASE, 1ull << 47); }
static void gp_cr4(void *v) { write_cr4(read_cr4() | 1ull << 40); }
static void gp_cr0(void *v) { write_cr0(read_cr0() & ~1ull); }
static void not_available(void *v)
{
	write_cr0(read_cr0() | CR0_TS);
	__asm__ volatile("fnop");
}

static void expect(void (*fn)(void *), uint64_t vector, uint64_t error, const char *name)
{
	bool trapped = trap_catch(fn, 0);
	bool ok = trapped && last()->vector == vector && last()->error == error;
	if (!ok)
		note("%s: trapped %u vector %lu error %lx", name, trapped, last()->vector, last()->error);
	report(ok, "%s", name);
}

/* Single step: a handler that counts and ends the stepping when told to. */
static uint32_t steps;
static uint64_t dr6;
static void single_step(struct trapframe *tf)
{
	__asm__ volatile("movq %%dr6, %0" : "=r"(dr6));
	__asm__ volatile("movq %0, %%dr6" :: "r"(0xFFFF0FF0ull));
	steps++;
}

static void trap_flag(void)
{
	trap_set_handler(VEC_DB, single_step);
	__asm__ volatile(
	    "pushfq\n\torl $0x100, (%%rsp)\n\tpopfq\n\t"
	    "nop\n\tnop\n\tnop\n\t"
	    "pushfq\n\tandl $~0x100, (%%rsp)\n\tpopfq" ::: "memory", "cc");
	report(steps == 6, "TF: a trap after each of 6 instructions");
	report(dr6 >> 14 & 1, "and DR6.BS");
}

/* Hardware breakpoint on a write of four bytes. */
static uint32_t watched;
static uint32_t watch_hits;
static void watch(struct trapframe *tf)
{
	__asm__ volatile("movq %%dr6, %0" : "=r"(dr6));
	watch_hits += dr6 & 1;
	__asm__ volatile("movq %0, %%dr6" :: "r"(0xFFFF0FF0ull));
}

static void data_breakpoint(void)
{
	trap_set_handler(VEC_DB, watch);
	__asm__ volatile("movq %0, %%dr0" :: "r"(&watched));
	__asm__ volatile("movq %0, %%dr7" :: "r"(0xD0402ull));	/* G0, RW0 = write, LEN0 = 4 */
	WRITE_ONCE(watched, 1);
	(void)READ_ONCE(watched);
	__asm__ volatile("movq %0, %%dr7" :: "r"(0x400ull));
	report(watch_hits == 1, "DR0 watches a write and no read");
}

static uint64_t saved_rip;
static void breakpoint(struct trapframe *tf) { saved_rip = tf->rip; }

static void saved_addresses(void)
{
	uint64_t before, after;
	trap_set_handler(VEC_BP, breakpoint);
	__asm__ volatile("leaq 1f(%%rip), %0\n1:\tint3\n2:\tleaq 2b(%%rip), %1" : "=&r"(before), "=r"(after) :: "memory");
	report(saved_rip == after && after == before + 1, "INT3 saves the address behind it");
	trap_set_handler(VEC_BP, 0);
	bool trapped = trap_catch(ud2, 0);
	report(trapped && last()->rip == (uint64_t)ud2, "UD2 saves its own address");
}

/* #GP whose gate is not present: #NP while delivering #GP is a double fault. */
static void double_fault(void)
{
	trap_set_gate(VEC_GP, trap_entry(VEC_GP), 0, 14, 0, false);
	bool trapped = trap_catch(gp_selector, 0);
	trap_set_gate(VEC_GP, trap_entry(VEC_GP), 0, 14, 0, true);
	report(trapped && last()->vector == VEC_DF && last()->error == 0, "a fault while delivering #GP is #DF(0)");
}

void test_main(void)
{
	bool strict = option_number("strict", 0);
	expect(divide, VEC_DE, 0, "#DE: division by zero");
	expect(divide_overflow, VEC_DE, 0, "#DE: quotient too large");
	expect(ud2, VEC_UD, 0, "#UD: UD2");
	expect(int3, VEC_BP, 0, "#BP: INT3");
	expect(not_available, VEC_NM, 0, "#NM: x87 with CR0.TS");
	write_cr0(read_cr0() & ~CR0_TS);
	expect(gp_selector, VEC_GP, 0x68, "#GP: selector behind the GDT's end");
	if (strict)
		expect(gp_msr, VEC_GP, 0, "#GP: MSR that does not exist");
	if (strict)
		expect(gp_canonical_msr, VEC_GP, 0, "#GP: non-canonical FS base");
	if (strict)
		expect(gp_cr4, VEC_GP, 0, "#GP: reserved bit of CR4");
	if (strict)
		expect(gp_cr0, VEC_GP, 0, "#GP: CR0.PE cleared with paging on");
	trap_set_gate(0x21, trap_entry(0x21), 0, 14, 0, false);
	if (strict)
		expect(int_n, VEC_NP, 0x21 << 3 | 2, "#NP: gate not present, error code names the IDT entry");
	trap_set_gate(0x21, trap_entry(0x21), 0, 14, 0, true);
	uint64_t *gdt = curcpu()->pc_gdt, code = gdt[SEL_UCODE32 / 8];
	gdt[SEL_UCODE32 / 8] = code & ~(1ull << 47);
	bool trapped = trap_catch(load_ucode, 0);
	report(trapped && last()->vector == VEC_NP && last()->error == SEL_UCODE32, "#NP: segment not present");
	gdt[SEL_UCODE32 / 8] = gdt[SEL_KDATA / 8] & ~(1ull << 47);
	trapped = trap_catch(load_ss, 0);
	report(trapped && last()->vector == VEC_SS && last()->error == SEL_UCODE32, "#SS: stack segment not present");
	gdt[SEL_UCODE32 / 8] = code;
	trap_flag();
	data_breakpoint();
	saved_addresses();
	double_fault();
}
