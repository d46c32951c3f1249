/* Fibonacci by doubly recursive calls: CALL, RET, stack. */
#include "../kernel.h"

__attribute__((noinline, optimize("no-optimize-sibling-calls", "no-inline")))
static uint64_t fib(uint32_t n)
{
	return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

uint64_t kernel_fib(uint64_t ops)
{
	uint64_t sum = 0;
	for (uint64_t op = 0; op < ops; op++)
		sum += fib(24 + (op & 1));
	return sum;
}
