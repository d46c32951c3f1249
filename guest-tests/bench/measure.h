/*
 * Marker lines around a kernel: who reads the console takes the time at the end of each line. Nothing here reads a clock, so a
 * guest is measured the same way whatever its machine calls time.
 *
 *   # bench NAME start
 *   # bench NAME end ops=N sum=HEX
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdint.h>

struct kernel {
	const char *name;
	uint64_t (*run)(uint64_t ops);
	uint64_t ops;
	const char *what;
};

/* `scale` is in thousandths of k->ops. Returns the checksum. */
uint64_t measure(const struct kernel *k, uint64_t scale);

/* Where the lines go. */
void bench_print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
