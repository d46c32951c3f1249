#include "measure.h"

uint64_t measure(const struct kernel *k, uint64_t scale)
{
	uint64_t ops = (k->ops * scale + 999) / 1000;
	bench_print("# bench %s start\n", k->name);
	uint64_t sum = k->run(ops);
	bench_print("# bench %s end ops=%lu sum=%lx\n", k->name, ops, sum);
	return sum;
}
