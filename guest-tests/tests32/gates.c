/*
 * Inter-privilege transfers of 32-bit protected mode: call gates of 32 and 16 bits with parameters, RETF and IRET to user mode,
 * conforming code, interrupt gates of 16 bits, and who may not go where.
 * strict=1 adds alignment checks and accesses through null segments, which QEMU 7.2 lacks.
 */
#include "../lib32/mini.h"

const char test_name[] = "gates";

static uint8_t user_stack[4096] __attribute__((aligned(16)));
static void (*user_code)(void);

/* What a gate's handler found: CS, SS, ESP and the words above it. */
__attribute__((used)) static uint32_t seen_cs, seen_ss, seen_esp, top[8];
uint32_t inner32(void);
uint32_t inner16(void);
void after16(void);
__asm__(
    ".macro look size\n\t"
    "pushal\n\tpushl %ds\n\tmovl $0x10, %eax\n\tmovl %eax, %ds\n\t"
    "movl %cs, %eax\n\tmovl %eax, seen_cs\n\tmovl %ss, %eax\n\tmovl %eax, seen_ss\n\tleal 36(%esp), %esi\n\tmovl %esi, seen_esp\n\t"
    "xorl %ecx, %ecx\n1:\tmovl (%esi,%ecx,4), %eax\n\tmovl %eax, top(,%ecx,4)\n\tincl %ecx\n\tcmpl $8, %ecx\n\tjne 1b\n\t"
    "popl %ds\n\tpopal\n\t"
    ".endm\n"
    "inner32:\tlook 4\n\tlretl $8\n"
    "inner16:\tlook 2\n\tlretw $4\n");

static void enter_user(void)
{
	uint32_t frame[5] = { (uint32_t)user_code, SEL_UCODE, 2, (uint32_t)user_stack + sizeof user_stack - 16, SEL_UDATA };
	iret_frame(frame, 5);
}
static bool user(void (*fn)(void))
{
	user_code = fn;
	return caught(enter_user);
}
static bool ended(uint32_t vector, uint32_t error)
{
	bool ok = last.vector == vector && last.error == error;
	if (!ok) {
		note("vector", last.vector);
		note("error", last.error);
		note("eip", last.eip);
	}
	return ok;
}
#define NAKED __attribute__((naked)) static void

NAKED stop(void) { __asm__ volatile("int3"); }
NAKED call32(void)
{
	__asm__ volatile("movl %%esp, %%ebp\n\tpushl $0x1111\n\tpushl $0x2222\n\tlcall %0, $0\n\tmovl %%esp, %%edx\n\tint3" :: "i"(SEL_GATE32 | 3));
}
NAKED call16(void)
{
	__asm__ volatile("movl %%esp, %%ebp\n\tpushw $0x33\n\tpushw $0x44\n\tlcall %0, $0\n\t.globl after16\nafter16:\tud2" :: "i"(SEL_GATE16 | 3));
}
NAKED jump_gate(void) { __asm__ volatile("ljmp %0, $0" :: "i"(SEL_GATE32 | 3)); }
NAKED call_kernel(void) { __asm__ volatile("lcall %0, $0" :: "i"(SEL_CODE)); }
NAKED call_conforming(void) { __asm__ volatile("lcall %0, $1f\n1:\tmovl %%cs, %%eax\n\tint3" :: "i"(SEL_CONFORMING)); }
NAKED hlt(void) { __asm__ volatile("hlt"); }
NAKED cli(void) { __asm__ volatile("cli"); }
NAKED in_port(void) { __asm__ volatile("inb $0x80, %al\n\tint3"); }
NAKED load_kernel_ds(void) { __asm__ volatile("movl $0x10, %eax\n\tmovl %eax, %ds"); }
NAKED load_null_ss(void) { __asm__ volatile("xorl %eax, %eax\n\tmovl %eax, %ss"); }
NAKED use_null_ds(void) { __asm__ volatile("xorl %eax, %eax\n\tmovl %eax, %es\n\tmovl %es:0, %eax"); }
NAKED int_kernel(void) { __asm__ volatile("int $0x10"); }
NAKED popf_iopl(void) { __asm__ volatile("pushl $0x3202\n\tpopfl\n\tpushfl\n\tpopl %eax\n\tint3"); }
NAKED unaligned(void)
{
	__asm__ volatile("pushl $0x40002\n\tpopfl\n\tmovl -15(%%esp), %%eax\n\tpushl $2\n\tpopfl\n\tint3" ::);
}
NAKED unaligned_word(void)
{
	__asm__ volatile("pushl $0x40002\n\tpopfl\n\tmovw -14(%%esp), %%ax\n\tpushl $2\n\tpopfl\n\tint3" ::);
}

static void calls(void)
{
	user(call32);
	report(ended(VEC_BP, 0) && last.edx == last.ebp, "a 32-bit gate's RETF releases both stacks' parameters");
	report(seen_cs == SEL_CODE && seen_ss == SEL_DATA && seen_esp == tss.esp0 - 24, "it runs at level 0 on the TSS's stack");
	report(top[1] == SEL_UCODE && top[2] == 0x2222 && top[3] == 0x1111 && top[4] == last.ebp - 8 && top[5] == SEL_UDATA,
	    "return address, parameters, old stack lie there");
	/* It returns to 16 bits of the offset. */
	uint16_t low = (uint16_t)(uint32_t)after16;
	*(volatile uint8_t *)(uint32_t)low = 0xCC;
	user(call16);
	report(ended(VEC_BP, 0) && last.eip == low + 1u && last.cs == SEL_UCODE, "a 16-bit gate returns to 16 bits of the offset");
	report((top[0] >> 16) == SEL_UCODE && (top[1] & 0xFFFF) == 0x44 && (top[1] >> 16) == 0x33 && (top[2] >> 16) == SEL_UDATA,
	    "pushes words");
	gdt[SEL_GATE32 / 8] = gate(SEL_CODE, (uint32_t)inner32, 0x6C, 31);
	user(call32);
	report(seen_esp == tss.esp0 - 16 - 31 * 4, "31 parameters");
	gdt[SEL_GATE32 / 8] = gate(SEL_CODE, (uint32_t)inner32, 0x6C, 2);
}

static void refused(void)
{
	user(jump_gate);
	report(ended(VEC_GP, SEL_CODE), "JMP through a gate to an inner level is #GP(code)");
	user(call_kernel);
	report(ended(VEC_GP, SEL_CODE), "CALL to level 0 without a gate is #GP");
	gdt[SEL_GATE32 / 8] = gate(SEL_CODE, (uint32_t)inner32, 0x0C, 2);
	user(call32);
	report(ended(VEC_GP, SEL_GATE32), "a gate of DPL 0 is #GP(gate)");
	gdt[SEL_GATE32 / 8] = gate(SEL_CODE, (uint32_t)inner32, 0x6C, 2) & ~(1ull << 47);
	user(call32);
	report(ended(VEC_NP, SEL_GATE32), "one that is not present is #NP(gate)");
	gdt[SEL_GATE32 / 8] = gate(SEL_DATA, (uint32_t)inner32, 0x6C, 2);
	user(call32);
	report(ended(VEC_GP, SEL_DATA), "a gate to data is #GP(data)");
	gdt[SEL_GATE32 / 8] = gate(0, (uint32_t)inner32, 0x6C, 2);
	user(call32);
	report(ended(VEC_GP, 0), "a gate to nothing is #GP(0)");
	gdt[SEL_GATE32 / 8] = gate(SEL_CODE, (uint32_t)inner32, 0x6C, 2);
	user(call_conforming);
	report(ended(VEC_BP, 0) && last.eax == (SEL_CONFORMING | 3), "conforming code runs at the caller's level");
}

/* A TSS whose stack is bad: the exception is delivered on that stack too, so the handler is a task. */
static volatile uint32_t taken, taken_error;
static uint8_t handler_stack[1024] __attribute__((aligned(16)));
__attribute__((used)) static void take(uint32_t error)
{
	taken++;
	taken_error = error;
	tss.ss0 = SEL_DATA;
	gdt[SEL_TSS / 8] &= ~(2ull << 40);
	__asm__ volatile("ltr %w0" :: "r"(SEL_TSS));
	gdt[SEL_TSS_H / 8] &= ~(2ull << 40);
	write_flags(2);
	unwind();
}
__attribute__((naked)) static void handler_task(void) { __asm__ volatile("call take"); }

static void bad_inner_stack(void)
{
	tss_h = (struct tss32){ .eip = (uint32_t)handler_task, .eflags = 2, .esp = (uint32_t)handler_stack + sizeof handler_stack, .es = SEL_DATA,
	    .cs = SEL_CODE, .ss = SEL_DATA, .ds = SEL_DATA, .fs = SEL_DATA, .gs = SEL_DATA, .io_map = sizeof tss_h };
	set_idt(VEC_TS, gate(SEL_TSS_H, 0, 0x05, 0));
	tss.ss0 = SEL_CODE;
	user(call32);
	report(taken == 1 && taken_error == SEL_CODE, "a code segment as the inner stack is #TS(selector)");
	tss.ss0 = SEL_UDATA;
	user(call32);
	report(taken == 2 && taken_error == (SEL_UDATA & ~3u), "a stack of another level is #TS(selector)");
	tss.ss0 = SEL_CODE;
	user(stop);
	report(taken == 3 && taken_error == SEL_CODE, "for INT3, too, without EXT");
	set_idt(VEC_TS, gate(SEL_CODE, trap_entry(VEC_TS), 0x0E, 0));
}

static void levels(void)
{
	user(stop);
	report(ended(VEC_BP, 0) && last.cs == SEL_UCODE && last.ss == SEL_UDATA, "IRET goes to user mode and INT3 comes back");
	user(hlt);
	report(ended(VEC_GP, 0), "HLT is #GP(0)");
	user(cli);
	report(ended(VEC_GP, 0), "CLI is #GP(0)");
	user(load_kernel_ds);
	report(ended(VEC_GP, SEL_DATA), "a kernel segment in DS is #GP(selector)");
	user(load_null_ss);
	report(ended(VEC_GP, 0), "a null SS is #GP(0)");
	if (strict) {
		user(use_null_ds);
		report(ended(VEC_GP, 0), "an access through a null segment is #GP(0)");
	}
	user(int_kernel);
	report(ended(VEC_GP, 0x10 * 8 + 2), "INT n through a gate of DPL 0 is #GP(vector)");
	user(popf_iopl);
	report(ended(VEC_BP, 0) && last.eax == 2, "POPF leaves IOPL and IF");
	user(in_port);
	report(ended(VEC_BP, 0), "IN where the I/O map allows it");
	tss.map[0x80 / 8] = 1;
	user(in_port);
	report(ended(VEC_GP, 0), "and where it does not");
	tss.map[0x80 / 8] = 0;
}

static void alignment(void)
{
	write_cr0(read_cr0() | CR0_AM);
	user(unaligned);
	report(ended(VEC_AC, 0), "an unaligned doubleword is #AC(0) with AM and AC at level 3");
	user(unaligned_word);
	report(ended(VEC_BP, 0), "an aligned word is none");
	write_cr0(read_cr0() & ~CR0_AM);
	user(unaligned);
	report(ended(VEC_BP, 0), "without AM nothing is");
}

void test_main(void)
{
	gdt[SEL_GATE32 / 8] = gate(SEL_CODE, (uint32_t)inner32, 0x6C, 2);
	gdt[SEL_GATE16 / 8] = gate(SEL_CODE16, (uint32_t)inner16, 0x64, 2);
	/* 16-bit gates have 16-bit offsets: the code segment begins near. */
	gdt[SEL_CODE16 / 8] = segment((uint32_t)inner16 & ~0xFFFu, 0xFFFFF, 0x9A, 0x4);
	gdt[SEL_GATE16 / 8] = gate(SEL_CODE16, (uint32_t)inner16 & 0xFFF, 0x64, 2);
	levels();
	calls();
	refused();
	bad_inner_stack();
	if (strict)
		alignment();
}
