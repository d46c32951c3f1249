/*
 * Virtual-8086 mode: its segments, what IOPL lets it do, what leaves it and how, ports, and VME where there is one.
 * Code runs at 1000:0100, the stack is 2000:1000. strict=1 adds what QEMU does not do: segment limits, INT1.
 */
#include "../lib32/mini.h"

const char test_name[] = "v86";

#define CODE	0x1000
#define STACK	0x2000
#define IP	0x100
#define SP	0x1000

static uint32_t start_flags;

static void enter(void)
{
	uint32_t frame[9] = { IP, CODE, start_flags | FLAG_VM | 2, SP, STACK, 0x3000, 0x3100, 0x3200, 0x3300 };
	iret_frame(frame, 9);
}

static void run(uint32_t flags, const uint8_t *code, unsigned n)
{
	uint8_t *to = (uint8_t *)(CODE * 16 + IP);
	for (unsigned i = 0; i < n; i++)
		to[i] = code[i];
	to[n] = 0xCC;
	start_flags = flags;
	caught(enter);
}
#define RUN(flags, ...) do { \
	static const uint8_t code[] = { __VA_ARGS__ }; \
	run(flags, code, sizeof code); \
} while (0)

/* The last exception was `vector` with `error` at offset `at` of the code. */
static bool at(uint32_t vector, uint32_t error, uint32_t offset)
{
	bool ok = last.vector == vector && last.error == error && last.eip == IP + offset && last.cs == CODE && (last.eflags & FLAG_VM);
	if (!ok) {
		note("vector", last.vector);
		note("error", last.error);
		note("eip", last.eip);
		note("eflags", last.eflags);
	}
	return ok;
}
static volatile uint16_t *word(uint32_t address) { return (volatile uint16_t *)address; }

static void segments(void)
{
	RUN(0, 0x90);
	report(at(VEC_BP, 0, 2), "INT3 leaves virtual-8086 mode");
	report(last.ss == STACK && last.esp == SP, "SS and ESP are on the frame");
	report(last.v_es == 0x3000 && last.v_ds == 0x3100 && last.v_fs == 0x3200 && last.v_gs == 0x3300, "and ES, DS, FS, GS");
	report(!last.ds && !last.es && !last.fs && !last.gs, "which are null in the handler");
	RUN(0, 0xB8, 0x00, 0x28, 0x8E, 0xD8, 0xC7, 0x06, 0x10, 0x00, 0x34, 0x12);
	report(at(VEC_BP, 0, 12) && *word(0x28010) == 0x1234 && last.v_ds == 0x2800, "a segment's base is 16 times its selector");
	if (strict) {
		RUN(0, 0x67, 0x66, 0xA1, 0x00, 0x00, 0x01, 0x00);
		report(at(VEC_GP, 0, 0), "an offset above FFFFh is #GP(0)");
		RUN(0, 0xBC, 0x01, 0x00, 0x50);
		report(at(VEC_SS, 0, 3), "a push at SP = 1 is #SS(0)");
	}
	*word(CODE * 16 + 0x210) = 0xCBCC;
	RUN(0, 0x9A, 0x11, 0x02, 0x00, 0x10);
	report(at(VEC_BP, 0, 6), "a far call goes to segment:offset, and RETF comes back");
	RUN(0, 0x66, 0xB8, 0x78, 0x56, 0x34, 0x12, 0x66, 0x50, 0x5B, 0x59);
	report(at(VEC_BP, 0, 11) && (last.ebx & 0xFFFF) == 0x5678 && (last.ecx & 0xFFFF) == 0x1234, "32-bit operands work");
}

static void sensitive(void)
{
	RUN(0, 0xFA);
	report(at(VEC_GP, 0, 0), "CLI with IOPL 0 is #GP(0)");
	RUN(0, 0xFB);
	report(at(VEC_GP, 0, 0), "STI");
	RUN(0, 0x9C);
	report(at(VEC_GP, 0, 0), "PUSHF");
	RUN(0, 0x9D);
	report(at(VEC_GP, 0, 0), "POPF");
	RUN(0, 0xCF);
	report(at(VEC_GP, 0, 0), "IRET");
	RUN(0, 0xCD, 0x40);
	report(at(VEC_GP, 0, 0), "INT n");
	RUN(FLAG_IOPL, 0xCD, 0x40);
	report(at(0x40, 0, 2), "INT n with IOPL 3 goes through the IDT");
	RUN(FLAG_IOPL, 0xFB, 0x90, 0xFA, 0x9C, 0x58);
	report(at(VEC_BP, 0, 6) && !(last.eax & FLAG_IF) && (last.eax & FLAG_IOPL) == FLAG_IOPL, "CLI clears IF with IOPL 3");
	RUN(FLAG_IOPL, 0xB8, 0x00, 0x02, 0x50, 0x9D, 0xFA, 0x90);
	report(at(VEC_BP, 0, 8) && (last.eflags & FLAG_IOPL) == FLAG_IOPL, "POPF leaves IOPL");
	RUN(FLAG_IOPL, 0xB8, 0x01, 0x00, 0x50, 0x0E, 0xB8, 0x0B, 0x01, 0x50, 0xCF, 0x90);
	report(at(VEC_BP, 0, 12) && (last.eflags & FLAG_CF) && (last.eflags & FLAG_IOPL) == FLAG_IOPL, "IRET stays in the mode");
}

static void privileged(void)
{
	RUN(FLAG_IOPL, 0xF4);
	report(at(VEC_GP, 0, 0), "HLT is #GP(0)");
	RUN(FLAG_IOPL, 0x0F, 0x20, 0xC0);
	report(at(VEC_GP, 0, 0), "MOV from CR0 is #GP(0)");
	RUN(FLAG_IOPL, 0x0F, 0x06);
	report(at(VEC_GP, 0, 0), "CLTS is #GP(0)");
	RUN(FLAG_IOPL, 0x0F, 0x00, 0xD0);
	report(at(VEC_UD, 0, 0), "LLDT is #UD");
	RUN(FLAG_IOPL, 0x0F, 0x00, 0xC8);
	report(at(VEC_UD, 0, 0), "STR is #UD");
	RUN(FLAG_IOPL, 0x0F, 0x02, 0xC0);
	report(at(VEC_UD, 0, 0), "LAR is #UD");
	RUN(FLAG_IOPL, 0x63, 0xC0);
	report(at(VEC_UD, 0, 0), "ARPL is #UD");
	RUN(FLAG_IOPL, 0x0F, 0x01, 0xE0);
	report(at(VEC_BP, 0, 4) && (last.eax & 1), "SMSW works");
	RUN(FLAG_IOPL, 0x0F, 0x30);
	report(at(VEC_GP, 0, 0), "WRMSR is #GP(0)");
	RUN(0, 0xF7, 0xF1);
	report(at(VEC_DE, 0, 0), "DIV by zero");
	if (strict) {
		RUN(0, 0xF1);
		report(at(VEC_DB, 0, 1), "INT1 does not ask IOPL");
	}
}

static void ports(void)
{
	tss.map[0x80 / 8] = 1;
	RUN(FLAG_IOPL, 0xE4, 0x80);
	report(at(VEC_GP, 0, 0), "the I/O map counts even with IOPL 3");
	RUN(0, 0xE4, 0x81);
	report(at(VEC_BP, 0, 3), "a port whose bit is clear may be read with IOPL 0");
	RUN(0, 0xE5, 0x7F);
	report(at(VEC_GP, 0, 0), "a word needs both bits clear");
	tss.map[0x80 / 8] = 0;
	uint32_t limit = sizeof tss - 1;
	gdt[SEL_TSS / 8] = segment((uint32_t)&tss, offsetof(struct tss32, map), 0x89, 0);
	__asm__ volatile("ltr %w0" :: "r"(SEL_TSS));
	RUN(0, 0xE4, 0x81);
	report(at(VEC_GP, 0, 0), "beyond the TSS's limit is forbidden");
	gdt[SEL_TSS / 8] = segment((uint32_t)&tss, limit, 0x89, 0);
	__asm__ volatile("ltr %w0" :: "r"(SEL_TSS));
}

static void steps(void)
{
	write_dr6(0xFFFF0FF0);
	RUN(FLAG_TF, 0x90, 0x90);
	report(at(VEC_DB, 0, 1) && (read_dr6() >> 14 & 1), "TF traps after the first instruction");
}

static void handlers(void)
{
	uint64_t kept = idt[0x41];
	set_idt(0x41, gate(SEL_CONFORMING, trap_entry(0x41), 0x6E, 0));
	RUN(FLAG_IOPL, 0xCD, 0x41);
	report(at(VEC_GP, SEL_CONFORMING, 0), "a conforming handler is #GP(selector)");
	set_idt(0x41, gate(SEL_CODE, trap_entry(0x41), 0x0E, 0));
	RUN(FLAG_IOPL, 0xCD, 0x41);
	report(at(VEC_GP, 0x41 * 8 + 2, 0), "a gate of DPL 0 is #GP(vector)");
	set_idt(0x41, kept);
}

static void vme(void)
{
	uint32_t a, b, c, d;
	cpuid(1, &a, &b, &c, &d);
	if (!(d >> 1 & 1)) {
		report_skip("VME: virtual interrupts");
		return;
	}
	write_cr4(read_cr4() | CR4_VME);
	RUN(0, 0xFB, 0x9C, 0x58);
	report(at(VEC_BP, 0, 4) && (last.eflags & FLAG_VIF) && !(last.eflags & FLAG_IF) && (last.eax & FLAG_IF), "VME: STI sets VIF");
	RUN(FLAG_VIF, 0xFA, 0x9C, 0x58);
	report(at(VEC_BP, 0, 4) && !(last.eflags & FLAG_VIF) && !(last.eax & FLAG_IF), "VME: CLI clears VIF");
	RUN(FLAG_VIP, 0xFB);
	report(at(VEC_GP, 0, 0), "VME: STI with VIP is #GP(0)");
	*word(0x50 * 4) = 0x300;
	*word(0x50 * 4 + 2) = CODE;
	*(volatile uint8_t *)(CODE * 16 + 0x300) = 0xCF;
	RUN(FLAG_VIF, 0xCD, 0x50);
	report(at(VEC_BP, 0, 3) && (last.eflags & FLAG_VIF), "VME: INT n and IRET stay in the mode");
	tss.redirection[0x50 / 8] = 1;
	RUN(FLAG_VIF, 0xCD, 0x50);
	report(at(VEC_GP, 0, 0), "VME: a redirected INT n is #GP(0)");
	tss.redirection[0x50 / 8] = 0;
	RUN(0, 0x66, 0x9C);
	report(at(VEC_GP, 0, 0), "VME: a 32-bit PUSHF is #GP(0)");
	write_cr4(read_cr4() & ~CR4_VME);
}

void test_main(void)
{
	segments();
	sensitive();
	privileged();
	ports();
	steps();
	handlers();
	vme();
}
