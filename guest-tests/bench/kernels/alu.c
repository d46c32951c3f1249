/* Arithmetic and logic in registers, shifts and multiplication included; no memory. */
#include "../kernel.h"

uint64_t kernel_alu(uint64_t ops)
{
	uint64_t a = 1, b = 0x9E3779B97F4A7C15ull;
	uint32_t c = 7, d = 11;
	for (uint64_t i = 0; i < ops * 1000; i++) {
		a = (a << 13 | a >> 51) + b;
		b ^= a * 5 + i;
		c = c * 1664525u + (uint32_t)a;
		d = (d >> 7 | d << 25) ^ c;
		b -= d;
		if ((int64_t)b < 0)
			a += c;
	}
	return a ^ b ^ c ^ d;
}
