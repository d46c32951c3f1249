/* Ways into the kernel and back: SYSCALL, INT, page faults. */
#include "../../lib/trap.h"
#include "../../lib/usermode.h"
#include "../guest.h"

#define VEC_BENCH	0x24
#define PAGES		64u
#define FAULT_PAGES	(SYSTEM_PAGES + 0x400000)

/* In the shape kernels give it: the user's stack kept in the per-CPU area, GS swapped in and out. */
void bench_syscall(void);
__asm__(
    ".globl bench_syscall\n"
    "bench_syscall:\n\t"
    "swapgs\n\t"
    "movq %rsp, %gs:8\n\t"
    "movq %gs:16, %rsp\n\t"
    "pushq %rcx\n\tpushq %r11\n\t"
    "leaq (%rdi,%rsi), %rax\n\t"
    "popq %r11\n\tpopq %rcx\n\t"
    "movq %gs:8, %rsp\n\t"
    "swapgs\n\t"
    "sysretq");

struct calls { uint64_t count, sum; };

USER_TEXT static void user_calls(struct user_work *w)
{
	struct calls *c = (void *)(w + 1);
	uint64_t sum = 0, got;
	for (uint64_t i = 0; i < c->count; i++) {
		__asm__ volatile("syscall" : "=a"(got) : "D"(i), "S"(sum) : "rcx", "r11", "memory", "cc");
		sum = got;
	}
	c->sum = sum;
	USER_EXIT();
}

uint64_t system_syscall(uint64_t ops)
{
	static bool mapped;
	struct pmap *pmap = bench_pmap();
	if (!mapped)
		usermode_map(pmap, 1, 0);
	mapped = true;
	wrmsr(MSR_LSTAR, (uint64_t)bench_syscall);
	wrmsr(MSR_SFMASK, RFLAGS_IF | RFLAGS_DF | RFLAGS_TF);
	struct calls *c = (void *)(usermode_work(0) + 1);
	c->count = ops * 100;
	usermode_run(0, usermode_address(user_calls));
	return c->sum;
}

static uint64_t interrupts;
static void on_interrupt(struct trapframe *tf) { tf->rax += ++interrupts; }

uint64_t system_interrupt(uint64_t ops)
{
	uint64_t sum = 0;
	interrupts = 0;
	trap_set_handler(VEC_BENCH, on_interrupt);
	for (uint64_t i = 0; i < ops * 100; i++)
		__asm__ volatile("int %1" : "+a"(sum) : "i"(VEC_BENCH) : "memory");
	return sum;
}

static uint64_t *entries, faults, frame;
static void on_fault(struct trapframe *tf)
{
	uint64_t page = (read_cr2() - FAULT_PAGES) / PAGE_SIZE;
	if (page >= PAGES)
		panic("page fault at %lx, rip %lx", read_cr2(), tf->rip);
	entries[page] = frame | PTE_P | PTE_W | PTE_U;
	faults++;
}

uint64_t system_pagefault(uint64_t ops)
{
	if (!frame)
		frame = (uint64_t)page_alloc();
	entries = pmap_entry(bench_pmap(), FAULT_PAGES, 1);
	faults = 0;
	trap_set_handler(VEC_PF, on_fault);
	for (uint64_t op = 0; op < ops; op++) {
		for (uint32_t page = 0; page < PAGES; page++)
			*(volatile uint64_t *)(FAULT_PAGES + page * PAGE_SIZE) = op;
		for (uint32_t page = 0; page < PAGES; page++) {
			WRITE_ONCE(entries[page], 0);
			invlpg(FAULT_PAGES + page * PAGE_SIZE);
		}
	}
	trap_set_handler(VEC_PF, 0);
	return faults;
}
