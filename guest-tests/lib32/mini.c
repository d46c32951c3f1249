#include "mini.h"

#define COM1		0x3F8
#define EXIT_PORT	0xF4

uint64_t gdt[GDT_ENTRIES] __attribute__((aligned(16)));
uint64_t idt[256] __attribute__((aligned(16)));
struct tss32 tss __attribute__((aligned(256))), tss_a __attribute__((aligned(256))), tss_h __attribute__((aligned(256)));
struct tss16 tss_b __attribute__((aligned(256)));
struct frame last;
bool strict;
bool (*on_trap)(struct frame *);

static unsigned cases, failures, skips;
static void *catch_buffer[5];
static bool catching;
static uint8_t ring0_stack[8192] __attribute__((aligned(16)));
extern uint8_t trap_stubs[256][16];

void start32(const uint32_t *info);

void trap(struct frame *f);

static void outb(uint16_t port, uint8_t v) { __asm__ volatile("outb %0, %1" :: "a"(v), "Nd"(port)); }
static uint8_t inb(uint16_t port)
{
	uint8_t v;
	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static void put(char c)
{
	while (!(inb(COM1 + 5) & 0x20))
		;
	outb(COM1, (uint8_t)c);
}
static void text(const char *s)
{
	for (; *s; s++)
		put(*s);
}
static void number(uint32_t v, unsigned base)
{
	char digits[12];
	int n = 0;
	do
		digits[n++] = "0123456789abcdef"[v % base];
	while (v /= base);
	while (n)
		put(digits[--n]);
}

bool report(bool ok, const char *what)
{
	cases++;
	failures += !ok;
	text(ok ? "ok " : "not ok ");
	number(cases, 10);
	text(" - ");
	text(what);
	text("\r\n");
	return ok;
}
void report_skip(const char *what)
{
	cases++;
	skips++;
	text("ok ");
	number(cases, 10);
	text(" - # SKIP ");
	text(what);
	text("\r\n");
}
void note(const char *what, uint32_t value)
{
	text("# ");
	text(what);
	text(" ");
	number(value, 16);
	text("\r\n");
}
void finish(void)
{
	text("1..");
	number(cases, 10);
	text(failures ? "\r\nFAIL " : skips == cases ? "\r\nSKIP " : "\r\nPASS ");
	text(test_name);
	text("\r\n");
	outb(EXIT_PORT, failures ? 0x11 : skips == cases ? 0x12 : 0x10);
	for (;;)
		__asm__ volatile("cli; hlt");
}

uint64_t segment(uint32_t base, uint32_t limit, uint8_t access, uint8_t flags)
{
	if (flags & 8)
		limit >>= 12;
	return (uint64_t)(limit & 0xFFFF) | (uint64_t)(base & 0xFFFFFF) << 16 | (uint64_t)access << 40
	    | (uint64_t)(limit >> 16 & 15) << 48 | (uint64_t)flags << 52 | (uint64_t)(base >> 24) << 56;
}
uint64_t gate(uint16_t selector, uint32_t offset, uint8_t type_dpl, unsigned count)
{
	return (uint64_t)(offset & 0xFFFF) | (uint64_t)selector << 16 | (uint64_t)count << 32
	    | (uint64_t)(type_dpl | 0x80) << 40 | (uint64_t)(offset >> 16) << 48;
}
void set_idt(uint8_t vector, uint64_t descriptor) { idt[vector] = descriptor; }
uint32_t trap_entry(uint8_t vector) { return (uint32_t)trap_stubs[vector]; }

void trap(struct frame *f)
{
	last = *f;
	if (on_trap && on_trap(f))
		return;
	if (!catching) {
		note("unexpected vector", f->vector);
		note("error", f->error);
		note("eip", f->eip);
		note("cs", f->cs);
		failures++;
		finish();
	}
	unwind();
}

void unwind(void)
{
	catching = false;
	__builtin_longjmp(catch_buffer, 1);
}

__attribute__((noinline)) bool caught(void (*fn)(void))
{
	if (__builtin_setjmp(catch_buffer)) {
		write_flags(2);
		return true;
	}
	catching = true;
	fn();
	catching = false;
	return false;
}

/* info[0] bit 2: info[4] is the command line. */
static bool asked(const uint32_t *info, const char *word)
{
	for (const char *s = info[0] & 4 ? (const char *)info[4] : ""; *s; s++) {
		unsigned n = 0;
		while (word[n] && s[n] == word[n])
			n++;
		if (!word[n])
			return true;
	}
	return false;
}

void start32(const uint32_t *info)
{
	strict = asked(info, "strict=1");
	struct { uint16_t limit; uint32_t base; } __attribute__((packed)) gdtr = { sizeof gdt - 1, (uint32_t)gdt },
	    idtr = { sizeof idt - 1, (uint32_t)idt };
	gdt[SEL_CODE / 8] = segment(0, ~0u, 0x9A, 0xC);
	gdt[SEL_DATA / 8] = segment(0, ~0u, 0x92, 0xC);
	gdt[SEL_UCODE / 8] = segment(0, ~0u, 0xFA, 0xC);
	gdt[SEL_UDATA / 8] = segment(0, ~0u, 0xF2, 0xC);
	gdt[SEL_TSS / 8] = segment((uint32_t)&tss, sizeof tss - 1, 0x89, 0);
	gdt[SEL_TSS_A / 8] = segment((uint32_t)&tss_a, sizeof tss_a - 1, 0x89, 0);
	gdt[SEL_TSS_B / 8] = segment((uint32_t)&tss_b, sizeof tss_b - 1, 0x81, 0);
	gdt[SEL_TSS_H / 8] = segment((uint32_t)&tss_h, sizeof tss_h - 1, 0x89, 0);
	gdt[SEL_TASK_GATE / 8] = gate(SEL_TSS_A, 0, 0x05, 0);
	gdt[SEL_CONFORMING / 8] = segment(0, ~0u, 0x9E, 0xC);
	gdt[SEL_CODE16 / 8] = segment(0, 0xFFFFF, 0x9A, 0);
	for (unsigned v = 0; v < 256; v++)
		idt[v] = gate(SEL_CODE, trap_entry((uint8_t)v), v == VEC_BP || v == VEC_OF || v >= 0x20 ? 0x6E : 0x0E, 0);
	__asm__ volatile("lgdt %0; lidt %1" :: "m"(gdtr), "m"(idtr));
	__asm__ volatile(
	    "ljmp %0, $1f\n1:\tmovl %1, %%eax\n\tmovl %%eax, %%ds\n\tmovl %%eax, %%es\n\tmovl %%eax, %%ss\n\tmovl %%eax, %%fs\n\t"
	    "movl %%eax, %%gs" :: "i"(SEL_CODE), "i"(SEL_DATA) : "eax", "memory");
	tss.esp0 = (uint32_t)ring0_stack + sizeof ring0_stack;
	tss.ss0 = SEL_DATA;
	tss.io_map = offsetof(struct tss32, map);
	tss.map[128] = 0xFF;
	__asm__ volatile("ltr %w0" :: "r"(SEL_TSS));
	outb(COM1 + 1, 0);
	outb(COM1 + 3, 3);
	text("KTAP version 1\r\n");
	test_main();
	finish();
}
