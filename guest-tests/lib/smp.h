/* Starting processors and giving them work. */
#ifndef GUEST_SMP_H
#define GUEST_SMP_H

#include "pcpu.h"

/* Start every processor the platform lists, one by one; returns how many are online, the boot processor included. */
uint32_t smp_start(void);
static inline uint32_t ncpus(void) { return mp_maxid + 1; }

/* INIT, SIPI, SIPI to one CPU and wait until it has come up; false after a bounded wait. */
bool cpu_start(uint32_t cpu);

/* Give fn(arg) to an idle CPU; smp_wait() returns when it has finished. */
void smp_call(uint32_t cpu, void (*fn)(void *), void *arg);
void smp_wait(uint32_t cpu);
/* Run fn(arg) on the first n CPUs, this one (CPU 0) included, and wait for all. Interrupts are on while fn runs. */
void smp_run(uint32_t n, void (*fn)(void *), void *arg);

#endif
