/* A hash table with open addressing, 64 Ki slots: insert, look up, delete. */
#include "../kernel.h"

#define SLOTS	65536u

struct slot { uint64_t key, value; };

static inline uint32_t slot_of(uint64_t key) { return (uint32_t)(key * 0x9E3779B97F4A7C15ull >> 48); }

uint64_t kernel_hash(uint64_t ops)
{
	struct slot *t = (void *)arena;
	uint64_t random = 9, sum = 0;
	for (uint32_t i = 0; i < SLOTS; i++)
		t[i] = (struct slot){ 0, 0 };
	for (uint64_t i = 0; i < ops * 100; i++) {
		uint64_t key = lcg(&random) % 40000 + 1;
		uint32_t s = slot_of(key);
		while (t[s].key && t[s].key != key)
			s = (s + 1) % SLOTS;
		if (t[s].key)
			sum += t[s].value++;
		else
			t[s] = (struct slot){ key, i };
	}
	return sum;
}
