/*
 * Phases that a host measures by the clock: it takes the time of two lines on the serial console,
 *
 *   # bench NAME start
 *   # bench NAME end ops=N
 *
 * with nothing but the N operations between them (bench/measure.h is the same for the kernels, which add a checksum).
 * reps= repeats each phase; every repetition prints both lines.
 */
#ifndef GUEST_PHASE_H
#define GUEST_PHASE_H

#include "cmdline.h"
#include "report.h"

static inline void phase_start(const char *name) { note("bench %s start", name); }
static inline void phase_end(const char *name, uint64_t ops) { note("bench %s end ops=%lu", name, ops); }
static inline uint32_t phase_reps(void) { return (uint32_t)option_number("reps", 1); }

#endif
