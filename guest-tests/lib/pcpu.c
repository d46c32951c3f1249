#include "pcpu.h"

#include "trap.h"

struct pcpu __pcpu[MAXCPU];
uint32_t mp_maxid;

extern char cpu_stack[MAXCPU][CPU_STACK_SIZE];
static char nmi_stack[MAXCPU][IST_STACK_SIZE] __attribute__((aligned(16)));
static char df_stack[MAXCPU][IST_STACK_SIZE] __attribute__((aligned(16)));

_Static_assert(offsetof(struct pcpu, pc_self) == PC_SELF, "asm.h");
_Static_assert(offsetof(struct pcpu, pc_user_rsp) == PC_USER_RSP, "asm.h");
_Static_assert(offsetof(struct pcpu, pc_rsp0) == PC_RSP0, "asm.h");
_Static_assert(offsetof(struct pcpu, pc_kcr3) == PC_KCR3, "asm.h");
_Static_assert(offsetof(struct pcpu, pc_ucr3) == PC_UCR3, "asm.h");
_Static_assert(offsetof(struct pcpu, pc_catch_rsp) == PC_CATCH_RSP, "asm.h");
_Static_assert(offsetof(struct pcpu, pc_run_rsp) == PC_RUN_RSP, "asm.h");
_Static_assert(offsetof(struct pcpu, pc_tss) == PC_TSS, "asm.h");
_Static_assert(sizeof(struct tss) == 104, "a 64-bit TSS has 104 bytes");

static uint64_t code_or_data(uint64_t access, uint64_t flags) { return access << 40 | flags << 52 | 0x000F00000000FFFFull; }

void pcpu_init(uint32_t cpu)
{
	struct pcpu *pc = &__pcpu[cpu];
	pc->pc_self = pc;
	pc->pc_cpuid = cpu;
	pc->pc_ucr3 = ~0ull;
	pc->pc_kcr3 = read_cr3();
	pc->pc_random = 0x9E3779B97F4A7C15ull * (cpu + 1);

	/* The word on top of the NMI stack says whose it is: the GS base may be the user's when an NMI comes. */
	char *nmi_top = nmi_stack[cpu] + IST_STACK_SIZE - 16;
	*(struct pcpu **)nmi_top = pc;

	uint64_t base = (uint64_t)&pc->pc_tss;
	pc->pc_tss.ist[IST_NMI - 1] = (uint64_t)nmi_top;
	pc->pc_tss.ist[IST_DF - 1] = (uint64_t)df_stack[cpu] + IST_STACK_SIZE;
	pc->pc_tss.rsp[0] = (uint64_t)cpu_stack[cpu] + CPU_STACK_SIZE;
	pc->pc_rsp0 = pc->pc_tss.rsp[0];
	pc->pc_tss.iomap = sizeof(struct tss);

	pc->pc_gdt[SEL_KCODE / 8] = code_or_data(0x9B, 0xA);
	pc->pc_gdt[SEL_KDATA / 8] = code_or_data(0x93, 0xC);
	pc->pc_gdt[SEL_UCODE32 / 8] = code_or_data(0xFB, 0xC);
	pc->pc_gdt[SEL_UDATA / 8] = code_or_data(0xF3, 0xC);
	pc->pc_gdt[SEL_UCODE / 8] = code_or_data(0xFB, 0xA);
	pc->pc_gdt[SEL_TSS / 8] = (sizeof(struct tss) - 1) | (base & 0xFFFFFF) << 16 | 0x89ull << 40 | (base >> 24 & 0xFF) << 56;
	pc->pc_gdt[SEL_TSS / 8 + 1] = base >> 32;

	struct { uint16_t limit; uint64_t base; } __attribute__((packed)) gdtr = { sizeof pc->pc_gdt - 1, (uint64_t)pc->pc_gdt };
	__asm__ volatile(
	    "lgdt %0\n\t"
	    "pushq %q1\n\t"
	    "leaq 1f(%%rip), %%rax\n\t"
	    "pushq %%rax\n\t"
	    "lretq\n"
	    "1:\tmovl %k2, %%ss\n\t"
	    "movl %k2, %%ds\n\t"
	    "movl %k2, %%es\n\t"
	    "xorl %%eax, %%eax\n\t"
	    "movl %%eax, %%fs\n\t"
	    "movl %%eax, %%gs\n\t"
	    "ltr %w3"
	    :: "m"(gdtr), "i"(SEL_KCODE), "r"((uint64_t)SEL_KDATA), "r"((uint64_t)SEL_TSS) : "rax", "memory");
	wrmsr(MSR_GSBASE, (uint64_t)pc);
	wrmsr(MSR_KGSBASE, 0);
	wrmsr(MSR_STAR, (uint64_t)(SEL_UCODE32 | RPL_USER) << 48 | (uint64_t)SEL_KCODE << 32);
	trap_load_idt();
}
