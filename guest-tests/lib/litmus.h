/*
 * Litmus tests of the memory order: two to four CPUs each run a body of a few instructions on an instance of fresh, zeroed
 * locations; what the CPUs read and what the locations hold in the end is one outcome. Outcomes are counted over many
 * instances and held against what the architecture forbids.
 *
 * A machine that is sequentially consistent passes, as does hardware that shows every relaxed outcome.
 */
#ifndef GUEST_LITMUS_H
#define GUEST_LITMUS_H

#include "race.h"

#define LITMUS_CPUS	4u
#define LITMUS_VALUES	4u		/* in one outcome; each is 0, 1, 2 or 3 for "anything else" */

struct litmus_instance {
	/* Locations x, y, z and a block for string instructions, each on lines of its own. */
	uint64_t x __attribute__((aligned(64)));
	uint64_t y __attribute__((aligned(64)));
	uint64_t z __attribute__((aligned(64)));
	uint64_t block[24] __attribute__((aligned(64)));
	struct { uint64_t a, b; } result[LITMUS_CPUS] __attribute__((aligned(64)));
};

/* The instance that each CPU is at, for interrupt handlers. */
extern struct litmus_instance *litmus_current[];

typedef void litmus_body(struct litmus_instance *, uint32_t role);

struct litmus {
	const char *name;
	const char *reference;		/* sections of the Intel SDM, volume 3A (chapter 9; chapter 8 in editions before 2022) */
	litmus_body *body[LITMUS_CPUS];
	const char *shown;		/* the outcome: "0a 1b x" is register a of body 0, b of body 1, x in the end */
	const char *forbidden;		/* outcomes, "1,0 1,1" */
	const char *relaxed;		/* allowed, and never seen on a sequentially consistent machine */
};

/* Run it `iterations` times (a quarter with more than two bodies), print the table of outcomes, report. */
void litmus_run(const struct litmus *test, uint32_t cpus, uint32_t iterations);

/*
 * A body in assembly. Operands: %[i] the instance, %[a] and %[b] the two registers shown, both 0 at first.
 * Free to use: rax rbx rcx rdx rsi rdi.
 */
#define LITMUS_BODY(body_name, code) \
static void body_name(struct litmus_instance *i, uint32_t role) \
{ \
	uint64_t a = 0, b = 0; \
	__asm__ volatile(code : [a] "+&r"(a), [b] "+&r"(b) : [i] "r"(i) \
	    : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "memory", "cc"); \
	i->result[role].a = a; \
	i->result[role].b = b; \
}

#define X	"0(%[i])"
#define Y	"64(%[i])"
#define Z	"128(%[i])"
#define W(location, value)	"movq $" #value ", " location "\n\t"
#define R(reg, location)	"movq " location ", %[" #reg "]\n\t"
#define XCHG(location, value)	"movl $" #value ", %%eax\n\txchgq %%rax, " location "\n\t"
#define MFENCE			"mfence\n\t"
#define SFENCE			"sfence\n\t"
#define LFENCE			"lfence\n\t"
#define LOCKED_ADD_0		"lock addq $0, (%%rsp)\n\t"
#define OUT			"outb %%al, $0x80\n\t"
/* IA32_SYSENTER_CS, which nobody here uses. */
#define WRMSR_SERIALIZING	"movl $0x174, %%ecx\n\txorl %%eax, %%eax\n\txorl %%edx, %%edx\n\twrmsr\n\t"
#define SERIALIZE		"xorl %%eax, %%eax\n\tcpuid\n\t"

#endif
