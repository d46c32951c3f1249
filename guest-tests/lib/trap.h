/* Exceptions and interrupts: one frame, one table of C handlers, and ways to survive an exception. */
#ifndef GUEST_TRAP_H
#define GUEST_TRAP_H

#include "pcpu.h"

#define IST_NMI	1
#define IST_DF	2

struct trapframe {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
	uint64_t vector, error;
	uint64_t rip, cs, rflags, rsp, ss;
};

typedef void trap_handler(struct trapframe *);

void trap_init(void);
void trap_load_idt(void);
/* Interrupt handlers send their own EOI. NULL restores "unexpected: panic". */
void trap_set_handler(uint8_t vector, trap_handler *handler);
/* Replace a gate: type 14 interrupt, 15 trap; dpl 3 lets user mode use INT n. present = 0 makes #NP. */
void trap_set_gate(uint8_t vector, uint64_t entry, unsigned ist, unsigned type, unsigned dpl, bool present);
uint64_t trap_entry(uint8_t vector);

/* Call fn(arg); true if an exception ended it, which curcpu()->pc_trap then describes. Callee-saved state is restored. */
bool trap_catch(void (*fn)(void *), void *arg);

/*
 * Run user code at rip with rsp and rdi until it executes INT VEC_USER_EXIT or faults; pc_trap says how it ended.
 * Interrupts are on in user mode if `rflags` says so. The CPU's pmap must map the code.
 */
void user_run(uint64_t rip, uint64_t rsp, uint64_t rdi, uint64_t rflags);

__attribute__((noreturn)) void panic(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static inline bool from_user(const struct trapframe *tf) { return tf->cs & 3; }

#endif
