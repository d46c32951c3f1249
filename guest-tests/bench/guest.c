/*
 * The kernels as a guest: only=NAME or all but skip=NAME, reps= times each, scale= thousandths of the usual operations. Those that
 * need the machine to themselves (system.def) are here only.
 */
#include "guest.h"

#include "../lib/cmdline.h"
#include "../lib/console.h"
#include "../lib/report.h"
#include "kernel.h"
#include "measure.h"

const char test_name[] = "bench";

unsigned char arena[ARENA_SIZE] __attribute__((aligned(2 << 20)));

static const struct kernel kernels[] = {
#define SYSTEM(name, ops, what) { #name, system_##name, ops, what },
#include "system.def"
#undef SYSTEM
#define KERNEL(name, ops, what) { #name, kernel_##name, ops, what },
#include "kernels.def"
#undef KERNEL
};

void bench_print(const char *fmt, ...)
{
	char line[256];
	va_list ap;
	va_start(ap, fmt);
	format(line, sizeof line, fmt, ap);
	va_end(ap);
	console_write(line);
}

unsigned char *small_pages(uint32_t count)
{
	struct pmap *pmap = bench_pmap();
	for (uint32_t page = 0; page < count; page++)
		pmap_enter(pmap, SMALL_PAGES + page * PAGE_SIZE, (uint64_t)arena + page * PAGE_SIZE, PTE_P | PTE_W | PTE_U | PTE_A | PTE_D);
	return (unsigned char *)SMALL_PAGES;
}

void test_main(void)
{
	uint64_t reps = option_number("reps", 5), scale = option_number("scale", 1000);
	pmap_setup_ops("plain");
	for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
		const struct kernel *k = &kernels[i];
		if ((*option("only", "") && !option_is("only", k->name)) || option_is("skip", k->name))
			continue;
		if (system_lacks(k->name)) {
			report_skip("%s: %s", k->name, system_lacks(k->name));
			continue;
		}
		uint64_t sum = measure(k, scale);
		bool same = true;
		for (uint64_t rep = 1; rep < reps; rep++)
			same = measure(k, scale) == sum && same;
		report(same, "%s computes the same each time", k->name);
	}
}
