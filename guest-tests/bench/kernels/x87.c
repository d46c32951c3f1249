/* The old floating-point stack, through long double. */
#include "../kernel.h"

uint64_t kernel_x87(uint64_t ops)
{
	long double x = 1.0L, sum = 0.0L;
	for (uint64_t i = 1; i <= ops * 1000; i++) {
		x = x * 1.0000001L + 0.5L / (long double)(int64_t)i;
		sum += x;
		if (sum > 1e6L)
			sum -= 1e6L, x = 1.0L;
	}
	return (uint64_t)(int64_t)(sum * 1024.0L);
}
