/* Products of 2,048-bit numbers: 64-bit MUL and chains of carries. */
#include "../kernel.h"

#define WORDS	32

uint64_t kernel_bignum(uint64_t ops)
{
	uint64_t *a = (void *)arena, *b = a + WORDS, *product = b + WORDS, sum = 0;
	for (int i = 0; i < WORDS; i++) {
		a[i] = 0x9E3779B97F4A7C15ull * (uint64_t)(i + 1);
		b[i] = ~a[i] * 3;
	}
	for (uint64_t op = 0; op < ops; op++) {
		for (int i = 0; i < 2 * WORDS; i++)
			product[i] = 0;
		for (int i = 0; i < WORDS; i++) {
			uint64_t carry = 0;
			for (int j = 0; j < WORDS; j++) {
				unsigned __int128 t = (unsigned __int128)a[i] * b[j] + product[i + j] + carry;
				product[i + j] = (uint64_t)t;
				carry = (uint64_t)(t >> 64);
			}
			product[i + WORDS] = carry;
		}
		sum ^= product[op % (2 * WORDS)];
		a[op % WORDS] = product[WORDS];
	}
	return sum;
}
