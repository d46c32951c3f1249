/* LOCK XADD, CMPXCHG and XCHG on one CPU: what an uncontended lock costs. */
#include "../kernel.h"

uint64_t kernel_atomics(uint64_t ops)
{
	uint64_t *counter = (void *)arena, *top = (void *)(arena + 64);
	uint32_t *lock = (void *)(arena + 128);
	*counter = *top = 0;
	*lock = 0;
	for (uint64_t i = 0; i < ops * 100; i++) {
		while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
			;
		uint64_t old = __atomic_fetch_add(counter, 3, __ATOMIC_SEQ_CST);
		uint64_t seen = __atomic_load_n(top, __ATOMIC_ACQUIRE);
		while (!__atomic_compare_exchange_n(top, &seen, seen ^ old, 0, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE))
			;
		__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
	}
	return *counter * 31 + *top;
}
