/* Indirect calls through a table of eight functions, each of which calls on. */
#include "../kernel.h"

typedef uint64_t step(uint64_t);

__attribute__((noinline)) static uint64_t leaf(uint64_t x) { return x ^ x >> 7; }
#define STEP(n, expression) __attribute__((noinline)) static uint64_t step##n(uint64_t x) { return leaf(expression) + n; }
STEP(0, x + 3)
STEP(1, x * 5)
STEP(2, x ^ 0xFF)
STEP(3, x - 9)
STEP(4, x << 1)
STEP(5, x >> 1)
STEP(6, ~x)
STEP(7, x | 1)

static step *const steps[8] = { step0, step1, step2, step3, step4, step5, step6, step7 };

uint64_t kernel_calls(uint64_t ops)
{
	uint64_t x = 1;
	for (uint64_t i = 0; i < ops * 1000; i++)
		x = steps[(x ^ i) & 7](x) + i;
	return x;
}
