/*
 * A benchmark kernel: plain C on integers, memory and SSE2, without a library, so that the same object file is linked into the
 * guest and into a Linux program.
 *
 * run(ops) does `ops` operations of the same cost and returns a checksum that depends on all of them and on nothing else: every
 * machine must print the same. What a kernel reads from the arena it has written.
 */
#ifndef BENCH_KERNEL_H
#define BENCH_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#define KERNEL(name, ops, what) uint64_t kernel_##name(uint64_t);
#include "kernels.def"
#undef KERNEL

/* Memory for the kernel that runs: 2 MiB aligned, contents left over from the last one. */
#define ARENA_SIZE	(40u << 20)
extern unsigned char arena[ARENA_SIZE];

/* The first `count` pages of the arena once more, each with a 4 KiB translation of its own. */
unsigned char *small_pages(uint32_t count);

/* A step of a 64-bit linear congruential generator. */
static inline uint64_t lcg(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

/* Hides a value from the compiler, and that memory stays as it is. */
#define opaque(x) __asm__ volatile("" : "+r"(x) :: "memory")

#endif
