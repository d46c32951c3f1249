/* Kernels that use the machine: address spaces, traps, user mode. */
#ifndef BENCH_GUEST_H
#define BENCH_GUEST_H

#include "../lib/pmap.h"

#define SYSTEM(name, ops, what) uint64_t system_##name(uint64_t);
#include "system.def"
#undef SYSTEM

/* Where the arena's first pages appear again, and pages that system kernels map. */
#define SMALL_PAGES	(USER_BASE + 0x40000000)
#define SYSTEM_PAGES	(USER_BASE + 0x80000000)

/* The address space that the kernels run in. */
struct pmap *bench_pmap(void);

/* What the machine lacks for this kernel, or NULL. */
const char *system_lacks(const char *kernel);

#endif
