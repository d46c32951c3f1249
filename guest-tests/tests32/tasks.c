/*
 * Hardware task switches: by JMP, CALL, IRET, task gates and interrupts; 32- and 16-bit TSS; busy bits, NT, link, TS;
 * exceptions before and inside a switch. The main task is SEL_TSS; H is a task that takes exceptions.
 * strict=1: also SS that is not present, T and stack limits, which QEMU does not look at.
 */
#include "../lib32/mini.h"

const char test_name[] = "tasks";

static uint8_t stack_a[4096] __attribute__((aligned(16))), stack_h[4096] __attribute__((aligned(16)));
static uint32_t seen_flags, seen_tr, seen_eax, seen_cr0, seen_error, seen_link, seen_dr6;
static volatile uint32_t runs, handled;
static uint32_t resume;		/* where H sends the main task, 0: where it was */

static uint8_t access(uint32_t selector) { return (uint8_t)(gdt[selector / 8] >> 40); }
static bool busy(uint32_t selector) { return access(selector) & 2; }
static void set_access(uint32_t selector, uint8_t value)
{
	gdt[selector / 8] = (gdt[selector / 8] & ~(0xFFull << 40)) | (uint64_t)value << 40;
}

__attribute__((used)) static void observe(uint32_t flags, uint32_t eax)
{
	runs++;
	seen_flags = flags;
	seen_eax = eax;
	seen_tr = read_tr();
	seen_cr0 = read_cr0();
}
/* A task that notes its state and goes back by JMP or IRET; the next switch to it goes on behind that. */
#define TASK(name, leave) \
	__attribute__((naked)) static void name(void) \
	{ \
		__asm__ volatile("1:\tpushl %%eax; pushfl; call observe; popl %%ecx; popl %%ecx\n\t" leave "\n\tjmp 1b" :: "i"(SEL_TSS)); \
	}
TASK(by_jump, "ljmp %0, $0")
TASK(by_iret, "iretl")
/* H: the error code is on its stack. Notes it and goes to the main task, which the switch to H or to A left available or not. */
__attribute__((used)) static void take(uint32_t error)
{
	handled++;
	seen_error = error;
	seen_link = tss_h.link;
	seen_tr = read_tr();
	set_access(SEL_TSS, 0x89);
	set_access(SEL_TSS_A, 0x89);
	if (resume)
		tss.eip = resume;
	resume = 0;
}
__attribute__((naked)) static void handler_task(void)
{
	__asm__ volatile("1:\tcall take; addl $4, %%esp; ljmp %0, $0; jmp 1b" :: "i"(SEL_TSS));
}

static void reset(struct tss32 *t, void (*entry)(void), void *stack, uint32_t size)
{
	*t = (struct tss32){
		.eip = (uint32_t)entry, .eflags = 2, .eax = 0x12345678, .esp = (uint32_t)stack + size, .es = SEL_DATA, .cs = SEL_CODE,
		.ss = SEL_DATA, .ds = SEL_DATA, .fs = SEL_DATA, .gs = SEL_DATA, .esp0 = (uint32_t)stack + size, .ss0 = SEL_DATA,
		.io_map = sizeof *t,
	};
}
static void prepare(void (*entry)(void))
{
	reset(&tss_a, entry, stack_a, sizeof stack_a);
	reset(&tss_h, handler_task, stack_h, sizeof stack_h);
	set_access(SEL_TSS_A, 0x89);
	set_access(SEL_TSS_H, 0x89);
	set_access(SEL_TSS, 0x8B);
	runs = handled = 0;
	write_cr0(read_cr0() & ~CR0_TS);
}

static void to_a(void) { far_jump(SEL_TSS_A); }
static void call_a(void) { far_call(SEL_TSS_A); }
static void gate_a(void) { far_call(SEL_TASK_GATE); }

static void switches(void)
{
	prepare(by_jump);
	write_flags(2 | FLAG_AC);
	to_a();
	uint32_t flags = read_flags();
	report(runs == 1 && seen_tr == SEL_TSS_A && seen_eax == 0x12345678, "JMP to a TSS runs its task");
	report(flags & FLAG_AC, "the old task goes on with its flags");
	report(!(seen_flags & FLAG_NT) && (seen_cr0 & CR0_TS), "NT is clear and CR0.TS set");
	report(!busy(SEL_TSS_A) && busy(SEL_TSS) && read_tr() == SEL_TSS, "the task that runs is the busy one");
	report(tss_a.link == 0, "JMP leaves the link");
	to_a();
	report(runs == 2, "a task goes on where it left off");

	prepare(by_iret);
	call_a();
	report(runs == 1 && (seen_flags & FLAG_NT) && tss_a.link == SEL_TSS, "CALL sets NT and the link");
	report(!busy(SEL_TSS_A) && busy(SEL_TSS), "IRET ends the nested task");
	report(!(tss_a.eflags & FLAG_NT), "and saves it with NT clear");
	report(!(read_flags() & FLAG_NT), "NT of the caller is as before");
	prepare(by_iret);
	gate_a();
	report(runs == 1 && tss_a.link == SEL_TSS, "CALL through a task gate");
	prepare(by_iret);
	set_idt(0x60, gate(SEL_TSS_A, 0, 0x65, 0));
	__asm__ volatile("int $0x60" ::: "memory");
	report(runs == 1 && (seen_flags & FLAG_NT) && tss_a.link == SEL_TSS, "INT n through a task gate");
}

static void sixteen(void)
{
	/* In the first 64 KiB: IP and SP have 16 bits. MOV AX to [0x7F00]; IRET. */
	uint8_t *to = (uint8_t *)0x7000;
	static const uint8_t bytes[] = { 0xA3, 0x00, 0x7F, 0x8C, 0x0E, 0x02, 0x7F, 0xCF };
	for (unsigned i = 0; i < sizeof bytes; i++)
		to[i] = bytes[i];
	prepare(by_iret);
	set_access(SEL_TSS_B, 0x81);
	tss_b = (struct tss16){ .ip = 0x7000, .flags = 2, .ax = 0x4321, .sp = 0x7E00, .es = SEL_DATA, .cs = SEL_CODE16, .ss = SEL_DATA, .ds = SEL_DATA };
	far_call(SEL_TSS_B);
	report(*(volatile uint16_t *)0x7F00 == 0x4321 && *(volatile uint16_t *)0x7F02 == SEL_CODE16, "a 16-bit TSS runs its task");
	report(tss_b.link == SEL_TSS && !busy(SEL_TSS_B) && tss_b.ip == 0x7008, "and keeps its registers there");
}

static bool faulted(void (*fn)(void), uint32_t vector, uint32_t error)
{
	bool trapped = caught(fn);
	bool ok = trapped && last.vector == vector && last.error == error && read_tr() == SEL_TSS && !runs;
	if (!ok) {
		note("vector", last.vector);
		note("error", last.error);
		note("tr", read_tr());
	}
	return ok;
}

static void iret_nested(void) { __asm__ volatile("pushl %0; popfl; iretl" :: "i"(FLAG_NT | 2)); }
static void refusals(void)
{
	prepare(by_jump);
	set_access(SEL_TSS_A, 0x8B);
	report(faulted(to_a, VEC_GP, SEL_TSS_A), "JMP to a busy TSS is #GP(selector)");
	report(faulted(gate_a, VEC_GP, SEL_TSS_A), "so is CALL through a gate");
	set_access(SEL_TSS_A, 0x09);
	report(faulted(to_a, VEC_NP, SEL_TSS_A), "a TSS that is not present is #NP");
	uint64_t kept = gdt[SEL_TSS_A / 8];
	gdt[SEL_TSS_A / 8] = segment((uint32_t)&tss_a, 0x66, 0x89, 0);
	report(faulted(to_a, VEC_TS, SEL_TSS_A), "one that is too short is #TS");
	gdt[SEL_TSS_A / 8] = kept;
	set_access(SEL_TSS_A, 0x89);
	tss.link = SEL_TSS_A;
	report(faulted(iret_nested, VEC_TS, SEL_TSS_A), "IRET with NT to a task that is not busy is #TS");
	tss.link = SEL_DATA;
	report(faulted(iret_nested, VEC_TS, SEL_DATA), "to what is no TSS is #TS");
	tss.link = 0x1000;
	report(faulted(iret_nested, VEC_TS, 0x1000), "beyond the GDT is #TS");
	report(busy(SEL_TSS), "nothing has changed");
}

/* Exceptions of the new task go to H through a task gate. */
static bool inside(uint32_t error, uint32_t vector)
{
	uint64_t kept = idt[vector];
	set_idt((uint8_t)vector, gate(SEL_TSS_H, 0, 0x05, 0));
	write_flags(2);
	to_a();
	set_idt((uint8_t)vector, kept);
	bool ok = handled == 1 && runs == 0 && seen_error == error && seen_link == SEL_TSS_A && seen_tr == SEL_TSS_H;
	if (!ok) {
		note("handled", handled);
		note("error", seen_error);
		note("link", seen_link);
		note("runs", runs);
	}
	return ok;
}

static void inside_the_switch(void)
{
	prepare(by_jump);
	tss_a.ss = SEL_CODE;
	report(inside(SEL_CODE, VEC_TS), "a code segment in SS is #TS in the new task");
	prepare(by_jump);
	tss_a.cs = SEL_DATA;
	report(inside(SEL_DATA, VEC_TS), "a data segment in CS is #TS");
	prepare(by_jump);
	tss_a.ds = 0x1000;
	report(inside(0x1000, VEC_TS), "DS beyond the GDT is #TS");
	prepare(by_jump);
	tss_a.ldt = SEL_DATA;
	report(inside(SEL_DATA, VEC_TS), "an LDT that is none is #TS");
	prepare(by_jump);
	gdt[SEL_SPARE / 8] = segment(0, ~0u, 0x12, 0xC);
	tss_a.es = SEL_SPARE;
	report(inside(SEL_SPARE, VEC_NP), "ES that is not present is #NP");
	if (strict) {
		prepare(by_jump);
		tss_a.ss = SEL_SPARE;
		report(inside(SEL_SPARE, VEC_SS), "SS that is not present is #SS");
	}
	prepare(by_jump);
	gdt[SEL_SPARE / 8] = segment(0, ~0u, 0x1A, 0xC);
	tss_a.cs = SEL_SPARE;
	report(inside(SEL_SPARE, VEC_NP), "CS that is not present is #NP");
}

static void local_table(void)
{
	static uint64_t ldt[2];
	static const uint32_t value = 0xCAFE;
	ldt[1] = segment((uint32_t)&value, 3, 0x92, 0x4);
	gdt[SEL_LDT / 8] = segment((uint32_t)ldt, sizeof ldt - 1, 0x82, 0);
	prepare(by_iret);
	tss_a.ldt = SEL_LDT;
	tss_a.fs = 0x0C;
	call_a();
	report(runs == 1 && tss_a.fs == 0x0C, "a task's LDT serves its segments");
	uint32_t now;
	__asm__ volatile("sldt %0" : "=r"(now));
	report((uint16_t)now == 0, "and is gone with it");
}

static bool step_over(struct frame *f)
{
	if (f->vector != VEC_DB)
		return false;
	seen_dr6 = read_dr6();
	write_dr6(0xFFFF0FF0);
	handled++;
	return true;
}
static void debug_trap(void)
{
	prepare(by_iret);
	tss_a.trap = 1;
	on_trap = step_over;
	write_dr6(0xFFFF0FF0);
	call_a();
	on_trap = 0;
	report(handled == 1 && runs == 1 && (seen_dr6 >> 15 & 1), "a TSS with T traps before its first instruction, DR6.BT set");
}

static void double_fault(void)
{
	prepare(by_jump);
	gdt[SEL_SMALL_STACK / 8] = segment((uint32_t)stack_a, 0x07, 0x92, 0x4);
	set_idt(VEC_DF, gate(SEL_TSS_H, 0, 0x05, 0));
	/* H sends the main task behind the push, where it finds its stack again. */
	static uint32_t esp;
	seen_error = 1;
	__asm__ volatile(
	    "pushal\n\tmovl %%esp, %0\n\tmovl $1f, %1\n\tmovl %2, %%eax\n\tmovl %%eax, %%ss\n\tmovl $4, %%esp\n\tpushl $0\n\tpushl $0\n\t"
	    "1:\tmovl %3, %%eax\n\tmovl %%eax, %%ss\n\tmovl %0, %%esp\n\tpopal"
	    : "+m"(esp), "+m"(resume) : "i"(SEL_SMALL_STACK), "i"(SEL_DATA) : "memory", "cc");
	set_idt(VEC_DF, gate(SEL_CODE, trap_entry(VEC_DF), 0x0E, 0));
	report(handled == 1 && seen_error == 0 && seen_link == SEL_TSS, "#SS on a bad stack is #DF(0), in its own task");
}

static void into_v86(void)
{
	uint8_t *to = (uint8_t *)(0x1000 * 16);
	to[0] = 0xCC;
	prepare(by_jump);
	tss_a.eflags = FLAG_VM | 2;
	tss_a.cs = 0x1000;
	tss_a.eip = 0;
	tss_a.ss = 0x2000;
	tss_a.esp = 0x1000;
	tss_a.ds = tss_a.es = tss_a.fs = tss_a.gs = 0x3000;
	caught(to_a);
	report(last.vector == VEC_BP && (last.eflags & FLAG_VM) && last.cs == 0x1000 && last.v_ds == 0x3000 && read_tr() == SEL_TSS_A,
	    "a task may be one of virtual-8086 mode");
	set_access(SEL_TSS, 0x89);
	__asm__ volatile("ltr %w0" :: "r"(SEL_TSS));
}

void test_main(void)
{
	switches();
	sixteen();
	refusals();
	inside_the_switch();
	local_table();
	if (strict) {
		debug_trap();
		double_fault();
	}
	into_v86();
}
