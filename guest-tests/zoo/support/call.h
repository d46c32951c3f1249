/* "Run this function there and wait": how Linux, Xen and OpenBSD have others invalidate. The answer comes after the work. */
#ifndef ZOO_CALL_H
#define ZOO_CALL_H

#include "zoo.h"

#define VEC_CALL	0xF1

/* Before zoo_race(). */
void call_setup(void);
/* fn(arg) on each CPU of the mask but this one, with interrupts off; returns when all have done it. Needs interrupts on. */
void call_cpus(uint32_t mask, void (*fn)(uint64_t arg), uint64_t arg);
/* The same, and here too. */
void call_all(uint32_t mask, void (*fn)(uint64_t arg), uint64_t arg);

#endif
