/*
 * Code that runs in user mode, and where it finds things.
 *
 *   USER_CODE        the section .usertext, read-only
 *   USER_WORK        per CPU: one page with struct user_work, one page of stack
 *   USER_COMPLETED   the storm's page of published versions, read-only
 *
 * Functions in .usertext use nothing but their argument and leave by INT VEC_USER_EXIT.
 */
#ifndef GUEST_USERMODE_H
#define GUEST_USERMODE_H

#include "pmap.h"

#define USER_CODE	(USER_BASE + 0x10000000)
#define USER_WORK	(USER_BASE + 0x20000000)
#define USER_COMPLETED	(USER_BASE + 0x30000000)

struct user_work {
	uint64_t base, completed;
	uint32_t first, count, rounds;
	uint32_t stop;			/* set by the kernel: leave at the end of a round */
	uint32_t reads, stale, rounds_done;
};

#define USER_TEXT __attribute__((section(".usertext"), noinline, used))
#define USER_EXIT() __asm__ volatile("int %0" :: "i"(VEC_USER_EXIT) : "memory")

void usermode_map(struct pmap *pmap, uint32_t cpus, void *completed);
struct user_work *usermode_work(uint32_t cpu);		/* the kernel's view */
uint64_t usermode_address(const void *function);	/* where user mode sees a .usertext function */
/* On this CPU, whose pmap must be mapped: run until the exit, interrupts on. pc_trap says how it ended. */
void usermode_run(uint32_t cpu, uint64_t entry);

/* Read `count` pages from `first` on, `rounds` times, and count values older than published. */
uint64_t user_check_entry(void);

#endif
