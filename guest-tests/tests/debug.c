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

/* Breakpoint on execution: a fault at the instruction, once if the handler sets RF. */
static uint32_t execution_hits;
static uint64_t execution_rip, execution_flags;
static void executed(struct trapframe *tf)
{
	__asm__ volatile("movq %%dr6, %0" : "=r"(dr6));
	execution_hits += dr6 >> 1 & 1;
	execution_rip = tf->rip;
	execution_flags = tf->rflags;
	tf->rflags |= RFLAGS_RF;
	__asm__ volatile("movq %0, %%dr6" :: "r"(0xFFFF0FF0ull));
}

static void execution_breakpoint(void)
{
	uint64_t place;
	uint32_t rounds = 0;
	trap_set_handler(VEC_DB, executed);
	__asm__ volatile(
	    "leaq 1f(%%rip), %0\n\tmovq %0, %%dr1\n\tmovq %2, %%dr7\n"
	    "2:\tnop\n1:\tincl %1\n\tcmpl $3, %1\n\tjne 2b\n\tmovq %3, %%dr7"
	    : "=&r"(place), "+r"(rounds) : "r"(0x408ull), "r"(0x400ull) : "memory", "cc");
	report(execution_hits == 3 && rounds == 3, "DR1 stops before an instruction each time it comes");
	report(execution_rip == place && !(execution_flags & RFLAGS_RF), "a fault: RIP is the instruction's, RF clear");
}

/* Breakpoint on a port: a trap behind the instruction. */
static void port_breakpoint(void)
{
	uint64_t behind;
	write_cr4(read_cr4() | CR4_DE);
	execution_hits = 0;
	__asm__ volatile(
	    "movq %1, %%dr1\n\tmovq %2, %%dr7\n\tmovl $0x80, %%edx\n\tinb %%dx, %%al\n"
	    "1:\tmovq %3, %%dr7\n\tleaq 1b(%%rip), %0"
	    : "=&r"(behind) : "r"(0x80ull), "r"(0x200408ull), "r"(0x400ull) : "rax", "rdx", "memory");
	write_cr4(read_cr4() & ~CR4_DE);
	report(execution_hits == 1 && execution_rip == behind, "a breakpoint on a port traps behind IN");
}

/* MOV SS holds debug exceptions off for one instruction. */
static void stack_shadow(void)
{
	trap_set_handler(VEC_DB, single_step);
	steps = 0;
	__asm__ volatile(
	    "movl %0, %%eax\n\tpushfq\n\torl $0x100, (%%rsp)\n\tpopfq\n\tmovl %%eax, %%ss\n\tnop\n\t"
	    "pushfq\n\tandl $~0x100, (%%rsp)\n\tpopfq" :: "i"(SEL_KDATA) : "rax", "memory", "cc");
	report(steps == 4, "no trap after MOV SS");
	trap_set_handler(VEC_DB, 0);
}

static uint64_t step_rip, step_flags;
static void rep_step(struct trapframe *tf)
{
	steps++;
	if (steps == 1) {
		step_rip = tf->rip;
		step_flags = tf->rflags;
	}
	tf->rflags &= ~(uint64_t)(steps == 3 ? RFLAGS_TF : 0);
	__asm__ volatile("movq %0, %%dr6" :: "r"(0xFFFF0FF0ull));
}

static void step_in_repetition(bool strict)
{
	static uint8_t bytes[4];
	uint64_t place;
	void *to = bytes;
	uint64_t count = 3;
	trap_set_handler(VEC_DB, rep_step);
	steps = 0;
	__asm__ volatile(
	    "leaq 1f(%%rip), %0\n\tpushfq\n\torl $0x100, (%%rsp)\n\tpopfq\n1:\trep stosb"
	    : "=&r"(place), "+D"(to), "+c"(count) : "a"(7) : "memory", "cc");
	report(steps == 3 && count == 0 && step_rip == place, "TF traps after each iteration of REP STOSB");
	if (strict)
		report(step_flags & RFLAGS_RF, "with RF set in the midst of it");
	trap_set_handler(VEC_DB, 0);
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
	execution_breakpoint();
	port_breakpoint();
	if (strict)
		stack_shadow();
	step_in_repetition(strict);
	saved_addresses();
	double_fault();
}
