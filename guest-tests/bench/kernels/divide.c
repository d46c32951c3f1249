/* Greatest common divisors by Euclid: 64-bit and 32-bit DIV. */
#include "../kernel.h"

uint64_t kernel_divide(uint64_t ops)
{
	uint64_t random = 19, sum = 0;
	for (uint64_t i = 0; i < ops * 10; i++) {
		uint64_t a = lcg(&random) << 20 | 1, b = lcg(&random) | 1;
		while (b) {
			uint64_t r = a % b;
			a = b;
			b = r;
		}
		uint32_t c = (uint32_t)lcg(&random), d = (uint32_t)lcg(&random) | 1;
		while (d) {
			uint32_t r = c % d;
			c = d;
			d = r;
		}
		sum += a + c;
	}
	return sum;
}
