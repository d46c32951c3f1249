/* A column of a matrix read and written again and again: 256 rows a page and a bit apart, or exactly 16 pages apart. */
#include "../kernel.h"

#define ROWS	256u

static uint64_t stride(uint64_t ops, uint32_t bytes)
{
	uint64_t sum = 0;
	for (uint32_t row = 0; row < ROWS; row++)
		*(uint64_t *)(arena + row * bytes) = row;
	for (uint64_t op = 0; op < ops; op++)
		for (uint32_t row = 0; row < ROWS; row++) {
			uint64_t *at = (void *)(arena + row * bytes);
			sum += *at;
			*at = sum;
		}
	return sum;
}

uint64_t kernel_stride(uint64_t ops) { return stride(ops, 4096 + 64); }
uint64_t kernel_stride_pow2(uint64_t ops) { return stride(ops, 65536); }
