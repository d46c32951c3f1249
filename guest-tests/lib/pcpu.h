/*
 * Per-CPU area, reached through the GS base in the kernel. The area's index is the CPU number.
 *
 * The shootdown request record lies in a cache line of its own: its CPU writes it, targets read it.
 * The observer finds the areas by the symbols __pcpu, PCPU_STRIDE and PC_* (symbols.c).
 */
#ifndef GUEST_PCPU_H
#define GUEST_PCPU_H

#include "asm.h"
#include "lock.h"

struct pmap;

struct tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3, iomap;
} __attribute__((packed));

/* What a caught exception, or the way out of user mode, looked like. */
struct trap_info {
	uint64_t vector, error, rip, cr2, rflags, rsp, rax, cs, ss;
};

struct pcpu {
	struct pcpu *pc_self;			/* asm.h: PC_SELF */
	uint64_t pc_user_rsp;			/* PC_USER_RSP: SYSCALL entry saves RSP here */
	uint64_t pc_rsp0;			/* PC_RSP0 */
	uint64_t pc_kcr3;			/* PC_KCR3: CR3 of the kernel while pc_curpmap is active */
	uint64_t pc_ucr3;			/* PC_UCR3: CR3 of user mode, or PMAP_NO_CR3 */
	uint64_t pc_catch_rsp;			/* PC_CATCH_RSP: trap_catch() in progress */
	uint64_t pc_run_rsp;			/* PC_RUN_RSP: user_run() in progress */
	uint32_t pc_cpuid;
	uint32_t pc_apic_id;
	struct pmap *pc_curpmap;
	uint32_t pc_pcid_next, pc_pcid_gen;
	struct trap_info pc_trap;

	struct {
		uint64_t addr1, addr2;
		struct pmap *pmap;
		uint32_t gen, op;
	} pc_smp_tlb __attribute__((aligned(64)));

	/* Work from smp_call(): the function is written last and cleared when done. */
	void (*pc_work)(void *) __attribute__((aligned(64)));
	void *pc_work_arg;
	uint32_t pc_online;
	uint64_t pc_random;
	uint64_t pc_count[8];			/* counters that belong to the test */

	struct tss pc_tss __attribute__((aligned(16)));
	uint64_t pc_gdt[8];
} __attribute__((aligned(1024)));

extern struct pcpu __pcpu[MAXCPU];
extern uint32_t mp_maxid;

static inline struct pcpu *curcpu(void)
{
	struct pcpu *pc;
	__asm__ volatile("movq %%gs:0, %0" : "=r"(pc));
	return pc;
}
static inline uint32_t cpu_number(void) { return curcpu()->pc_cpuid; }
static inline uint32_t cpu_random(void) { return random_next(&curcpu()->pc_random); }

/* Descriptor tables, GS base, stacks and system-call MSRs of this CPU. */
void pcpu_init(uint32_t cpu);

#endif
