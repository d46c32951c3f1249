/*
 * Phases that a host measures by the clock: it takes the time of two lines on the serial console,
 *
 *   # bench NAME start
 *   # bench NAME end ops=N
 *
 * with nothing but the N operations between them. reps= repeats each phase; every repetition prints both lines.
 */
#ifndef GUEST_BENCH_H
#define GUEST_BENCH_H

#include "cmdline.h"
#include "report.h"

static inline void bench_start(const char *name) { note("bench %s start", name); }
static inline void bench_end(const char *name, uint64_t ops) { note("bench %s end ops=%lu", name, ops); }
static inline uint32_t bench_reps(void) { return (uint32_t)option_number("reps", 1); }

#endif
