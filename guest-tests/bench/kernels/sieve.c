/* Sieve of Eratosthenes over 512 KiB of bytes: stores at growing strides. */
#include "../kernel.h"

#define LIMIT	(512u << 10)

uint64_t kernel_sieve(uint64_t ops)
{
	unsigned char *composite = arena;
	uint64_t primes = 0;
	for (uint64_t op = 0; op < ops; op++) {
		for (uint32_t i = 0; i < LIMIT; i++)
			composite[i] = 0;
		for (uint32_t i = 2; i < LIMIT; i++) {
			if (composite[i])
				continue;
			primes++;
			for (uint32_t j = i + i; j < LIMIT; j += i)
				composite[j] = 1;
		}
		opaque(composite);
	}
	return primes;
}
