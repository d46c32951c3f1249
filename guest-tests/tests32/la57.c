/* 5-level paging: long mode with CR4.LA57 entered from 32 bits, addresses of 57 bits, and back. */
#include "../lib32/mini.h"

const char test_name[] = "la57";

#define CR4_PAE		(1u << 5)
#define CR4_LA57	(1u << 12)
#define CR0_PG		(1u << 31)
#define SEL_CODE64	SEL_SPARE
#define PAGE		__attribute__((aligned(4096)))

static uint64_t pml5[512] PAGE, pml4[512] PAGE, pdpt[512] PAGE, pd[512] PAGE;
__attribute__((used)) static uint64_t value = 0x1122334455667788;
static uint64_t seen[8];
static struct { uint16_t limit; uint64_t base; } __attribute__((packed)) idtr64;
static uint64_t idt64[32];
static uint32_t esp;

/* Runs in 64-bit mode with the stack of the 32-bit code; RDI = seen. #GP and #PF come to `fault`, which skips to R11. */
__attribute__((naked, used)) static void body(void)
{
	__asm__ volatile(
	    ".code64\n\t"
	    "movabsq $(5 << 48), %%rbx\n\t"
	    "movl $value, %%eax\n\taddq %%rax, %%rbx\n\t"
	    "movq (%%rbx), %%rax\n\tmovq %%rax, (%%rdi)\n\t"			/* through PML5[5] */
	    "movq $0x5A, (%%rbx)\n\tmovl $value, %%eax\n\tmovq (%%rax), %%rax\n\tmovq %%rax, 8(%%rdi)\n\t"
	    "movl $1f, %%r11d\n\tmovabsq $(1 << 56), %%rbx\n\tmovq (%%rbx), %%rax\n1:\tmovq %%rcx, 16(%%rdi)\n\t"	/* not canonical */
	    "movl $1f, %%r11d\n\tmovabsq $(6 << 48), %%rbx\n\tmovq (%%rbx), %%rax\n1:\tmovq %%rcx, 24(%%rdi)\n\t"	/* no PML5E */
	    "movabsq $(-1 << 56), %%rbx\n\tinvlpg (%%rbx)\n\t"
	    "movabsq $(5 << 48), %%rbx\n\tmovl $2f, %%eax\n\taddq %%rax, %%rbx\n\tcall *%%rbx\n\tmovq %%rax, 32(%%rdi)\n\t"
	    "xorl %%edx, %%edx\n\tmovl $100000, %%ecx\n5:\tcall *%%rbx\n\taddl %%eax, %%edx\n\tdecl %%ecx\n\tjnz 5b\n\tmovl %%edx, 48(%%rdi)\n\t"
	    "movl $0xC0000100, %%ecx\n\tmovl $0x01234567, %%edx\n\tmovl $0x89ABCDEF, %%eax\n\tandl $0x00FFFFFF, %%edx\n\twrmsr\n\trdmsr\n\t"
	    "movl %%eax, 40(%%rdi)\n\tmovl %%edx, 44(%%rdi)\n\txorl %%eax, %%eax\n\txorl %%edx, %%edx\n\twrmsr\n\t"
	    "movl $4f, %%eax\n\tljmpl *(%%rax)\n"
	    "2:\tmovl $0x77, %%eax\n\tret\n"
	    "3:\tmovq %%r11, 8(%%rsp)\n\tmovl %%r10d, %%ecx\n\taddq $8, %%rsp\n\tiretq\n\t"
	    ".globl fault13, fault14\nfault13:\tmovl $13, %%r10d\n\tjmp 3b\nfault14:\tmovl $14, %%r10d\n\tjmp 3b\n\t"
	    ".balign 8\n4:\t.long back32, %c0\n\t"
	    ".code32" :: "i"(SEL_CODE));
}
void fault13(void);
void fault14(void);

/* On with paging, five levels, long mode; off again behind back32. */
static void enter(void)
{
	__asm__ volatile(
	    "pushal\n\tmovl %%esp, %0\n\t"
	    "movl %%cr4, %%eax\n\torl %1, %%eax\n\tmovl %%eax, %%cr4\n\t"
	    "movl %2, %%eax\n\tmovl %%eax, %%cr3\n\t"
	    "movl $0xC0000080, %%ecx\n\trdmsr\n\torl $0x100, %%eax\n\twrmsr\n\t"
	    "movl %%cr0, %%eax\n\torl $0x80000000, %%eax\n\tmovl %%eax, %%cr0\n\t"
	    "lidt %4\n\tmovl %3, %%edi\n\tljmp %5, $body\n\t"
	    ".globl back32\nback32:\t"
	    "movl %%cr0, %%eax\n\tandl $0x7FFFFFFF, %%eax\n\tmovl %%eax, %%cr0\n\t"
	    "movl $0xC0000080, %%ecx\n\trdmsr\n\tandl $~0x100, %%eax\n\twrmsr\n\t"
	    "movl %%cr4, %%eax\n\tandl %6, %%eax\n\tmovl %%eax, %%cr4\n\t"
	    "movl %0, %%esp\n\tpopal"
	    : "+m"(esp)
	    : "i"(CR4_PAE | CR4_LA57), "i"(pml5), "i"(seen), "m"(idtr64), "i"(SEL_CODE64), "i"(~(CR4_PAE | CR4_LA57))
	    : "memory", "cc");
}

static void gate64(unsigned vector, uint32_t entry)
{
	idt64[2 * vector] = gate(SEL_CODE64, entry, 0x0E, 0);
	idt64[2 * vector + 1] = 0;
}

void test_main(void)
{
	uint32_t a, b, c, d;
	cpuid(7, &a, &b, &c, &d);
	if (!(c >> 16 & 1)) {
		report_skip("no LA57");
		return;
	}
	pml5[0] = pml5[5] = (uint32_t)pml4 | 3;
	pml4[0] = (uint32_t)pdpt | 3;
	pdpt[0] = (uint32_t)pd | 3;
	for (unsigned i = 0; i < 32; i++)
		pd[i] = (uint64_t)i << 21 | 0x83;
	gdt[SEL_CODE64 / 8] = segment(0, ~0u, 0x9A, 0xA);
	idtr64.limit = sizeof idt64 - 1;
	idtr64.base = (uint32_t)idt64;
	gate64(13, (uint32_t)fault13);
	gate64(14, (uint32_t)fault14);
	uint32_t size;
	cpuid(0x80000008, &size, &b, &c, &d);
	report((size >> 8 & 0xFF) == 57, "CPUID tells of 57 bits");
	enter();
	report(seen[0] == 0x1122334455667788, "a load through the fifth level");
	report(seen[1] == 0x5A, "and a store");
	report((uint32_t)seen[2] == 13, "bit 56 must be copied into bits 63 to 57: #GP");
	report((uint32_t)seen[3] == 14, "a PML5E that is not present is #PF");
	report(seen[4] == 0x77, "code runs at an address of 57 bits");
	report((uint32_t)seen[6] == 100000 * 0x77, "in a loop, too");
	report(seen[5] == 0x0023456789ABCDEF, "FS base takes 57 bits");
	report(!(read_cr0() & CR0_PG), "back without paging");
}
