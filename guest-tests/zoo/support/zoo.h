/*
 * What the guests of the zoo share. Each carries one bug of a real kernel as its order of operations, told again in our
 * own code, on two or three CPUs that do little else; with FIXED=1 the same file is the kernel after the fix.
 *
 * A guest sets up, calls zoo_race() and is over: the store of 0xE5 to port 0x80 is where the race begins. It never looks
 * whether the bug struck, that is the observer's business, and ends with status 33 unless the bug made it hang.
 */
#ifndef ZOO_H
#define ZOO_H

#include "../../lib/apic.h"
#include "../../lib/declare.h"
#include "../../lib/pmap.h"
#include "../../lib/report.h"
#include "../../lib/shootdown.h"
#include "../../lib/smp.h"
#include "../../lib/trap.h"

/* Functions that an observer's report should name stay functions. */
#define STEP		static __attribute__((noinline, noclone))

#define ZOO_MARKER_PORT	0x80
#define ZOO_MARKER	0xE5

#define ZOO_VA		USER_BASE		/* where the pages in question are mapped */
#define ZOO_USER	(PTE_P | PTE_W | PTE_U)

/* CPUs up, address spaces ready; SKIP with fewer CPUs. `ops` as for pmap_setup_ops(). */
void zoo_setup(uint32_t cpus, const char *ops);
/* CPU i runs roles[i]; all start together. Returns when all are done. */
void zoo_race(uint32_t cpus, void (*const roles[])(void));
/* The guest's end. */
__attribute__((noreturn)) void zoo_end(void);

/* Meet the other CPUs of the race inside it. */
void zoo_meet(uint32_t cpus);

/* The frame's next owner writes it, through the kernel's own mapping of all memory. */
void reuse_frame(void *frame);

/* Load from a page that may be gone; false after a page fault. */
bool survives(void (*access)(void *), void *va);

#endif
