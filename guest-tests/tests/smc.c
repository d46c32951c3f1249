/* Self-modifying and cross-modifying code: changed bytes run, on this CPU at once, on others after a serialising instruction. */
#include "../lib/pmap.h"
#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/string.h"

const char test_name[] = "smc";

static unsigned char code[8192] __attribute__((aligned(4096)));
static uint32_t stage, seen[MAXCPU];

typedef uint32_t function(void);

/* MOV EAX, imm32; RET */
static void emit(unsigned char *at, uint32_t value)
{
	volatile unsigned char *p = at;
	p[0] = 0xB8;
	for (int i = 0; i < 4; i++)
		p[1 + i] = (unsigned char)(value >> 8 * i);
	p[5] = 0xC3;
}

static uint32_t call(const void *at) { return ((function *)at)(); }

static void same_cpu(void)
{
	bool ok = true;
	for (uint32_t i = 0; i < 200; i++) {
		emit(code + 16, i);
		ok = ok && call(code + 16) == i;
	}
	report(ok, "200 changes of one instruction, each run at once");
	emit(code + 4094, 0x12345678);
	ok = call(code + 4094) == 0x12345678;
	code[4097] = 0x99;
	report(ok && call(code + 4094) == 0x12995678, "code across two pages, changed in the second");
}

/* The instruction right behind the store is the one changed. */
static void next_instruction(void)
{
	static const unsigned char program[] = {
		0xC6, 0x05, 0x01, 0x00, 0x00, 0x00, 0x42,	/* movb $0x42, 1(%rip): the immediate of the next */
		0xB8, 0x00, 0x00, 0x00, 0x00,			/* movl $0, %eax */
		0xC3,
	};
	memcpy(code + 512, program, sizeof program);
	report(call(code + 512) == 0x42, "a store changes the next instruction");
}

/* A loop that rewrites its own body while it runs. */
static void loop_body(void)
{
	static const unsigned char program[] = {
		0x31, 0xC0,				/* xorl %eax, %eax */
		0xB9, 0x0A, 0x00, 0x00, 0x00,		/* movl $10, %ecx */
		0x83, 0xC0, 0x01,			/* 7: addl $1, %eax */
		0xFE, 0x05, 0xF9, 0xFF, 0xFF, 0xFF,	/* incb -7(%rip): that immediate */
		0xFF, 0xC9,				/* decl %ecx */
		0x75, 0xF3,				/* jnz 7 */
		0xC3,
	};
	memcpy(code + 1024, program, sizeof program);
	report(call(code + 1024) == 55, "a loop that increments its own addend: 1 + 2 + ... + 10");
}

/* The same frame through another virtual address. */
static void alias(void)
{
	struct pmap *pmap = pmap_create();
	pmap_activate(pmap);
	pmap_enter(pmap, USER_BASE, (uint64_t)code, PTE_P | PTE_W);
	emit(code, 1);
	bool ok = call(code) == 1 && call((void *)USER_BASE) == 1;
	emit((unsigned char *)USER_BASE, 2);
	ok = ok && call(code) == 2;
	emit(code, 3);
	report(ok && call((void *)USER_BASE) == 3, "changes through one virtual address show through the other");
	/* Another frame behind the same address. */
	unsigned char *other = page_alloc();
	emit(other, 4);
	pmap_enter(pmap, USER_BASE, (uint64_t)other, PTE_P | PTE_W);
	invlpg(USER_BASE);
	report(call((void *)USER_BASE) == 4, "another frame behind the address is other code");
	pmap_activate(&kernel_pmap);
}

/* CPU 0 changes code; the others serialise by CPUID, then run it. */
static void cross(void *unused)
{
	uint32_t cpu = cpu_number(), wrong = 0;
	for (uint32_t i = 1; i <= 20; i++) {
		if (cpu == 0) {
			while (READ_ONCE(stage) != (i - 1) * ncpus())
				cpu_pause();
			emit(code + 2048, i);
		} else {
			while (READ_ONCE(stage) < (i - 1) * ncpus() + 1)
				cpu_pause();
		}
		if (cpu == 0)
			__atomic_add_fetch(&stage, 1, __ATOMIC_SEQ_CST);
		(void)cpuid(0, 0);
		wrong += call(code + 2048) != i;
		if (cpu != 0)
			__atomic_add_fetch(&stage, 1, __ATOMIC_SEQ_CST);
		while (READ_ONCE(stage) < i * ncpus())
			cpu_pause();
	}
	seen[cpu] = wrong;
}

void test_main(void)
{
	smp_start();
	pmap_setup();
	same_cpu();
	next_instruction();
	loop_body();
	alias();
	smp_run(ncpus(), cross, 0);
	uint32_t wrong = 0;
	for (uint32_t cpu = 0; cpu < ncpus(); cpu++)
		wrong += seen[cpu];
	report(!wrong, "20 changes by CPU 0 run on every CPU");
}
