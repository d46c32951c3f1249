/* Eight queens by bits, recursively: calls, bit twiddling, little memory. */
#include "../kernel.h"

__attribute__((noinline)) static uint32_t place(uint32_t columns, uint32_t left, uint32_t right, uint32_t all)
{
	uint32_t found = 0;
	if (columns == all)
		return 1;
	for (uint32_t free = all & ~(columns | left | right); free; free &= free - 1) {
		uint32_t bit = free & -free;
		found += place(columns | bit, (left | bit) << 1, (right | bit) >> 1, all);
	}
	return found;
}

uint64_t kernel_queens(uint64_t ops)
{
	uint64_t sum = 0;
	for (uint64_t op = 0; op < ops; op++) {
		uint32_t all = 0xFF;
		opaque(all);
		sum += place(0, 0, 0, all) * (op + 1);
	}
	return sum;
}
