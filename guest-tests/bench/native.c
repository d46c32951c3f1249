/*
 * The kernels as a Linux program: bench-native [only=NAME] [reps=N] [scale=THOUSANDTHS]; without only= it names them.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "kernel.h"
#include "measure.h"

unsigned char arena[ARENA_SIZE] __attribute__((aligned(2 << 20)));

static const struct kernel kernels[] = {
#define KERNEL(name, ops, what) { #name, kernel_##name, ops, what },
#include "kernels.def"
#undef KERNEL
};

void bench_print(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	fflush(stdout);
}

/* The guest maps its memory by 2 MiB pages, and the TLB kernel's by 4 KiB. */
unsigned char *small_pages(uint32_t count)
{
	madvise(arena, count * (size_t)4096, MADV_NOHUGEPAGE);
	return arena;
}

static const char *option(int argc, char **argv, const char *key)
{
	size_t n = strlen(key);
	for (int i = 1; i < argc; i++)
		if (!strncmp(argv[i], key, n) && argv[i][n] == '=')
			return argv[i] + n + 1;
	return 0;
}

int main(int argc, char **argv)
{
	const char *only = option(argc, argv, "only"), *reps = option(argc, argv, "reps"), *scale = option(argc, argv, "scale");
	madvise(arena, sizeof arena, MADV_HUGEPAGE);
	for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
		if (!only)
			printf("%s\n", kernels[i].name);
		else if (!strcmp(only, kernels[i].name))
			for (long rep = 0; rep < (reps ? atol(reps) : 5); rep++)
				measure(&kernels[i], scale ? (uint64_t)atol(scale) : 1000);
	}
	return 0;
}
