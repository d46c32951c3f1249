/*
 * Copies of 64 KiB: by 64-bit moves and by REP MOVSB, and four streams added into one; each once with the streams at unrelated
 * distances and once exactly a power of two apart, where a direct-mapped table of translations would fight over its slots.
 */
#include "../kernel.h"

#define SIZE	65536u
#define FAR	(8u << 20)
#define ODD	(FAR + 37 * 4096 + 192)		/* friendly */

static void fill(unsigned char *from)
{
	uint64_t *p = (void *)from;
	for (uint32_t i = 0; i < SIZE / 8; i++)
		p[i] = i * 0x9E3779B97F4A7C15ull;
}

static uint64_t fold(const unsigned char *from)
{
	const uint64_t *p = (const void *)from;
	uint64_t sum = 0;
	for (uint32_t i = 0; i < SIZE / 8; i++)
		sum = sum * 31 + p[i];
	return sum;
}

/* A load and a store in turn: gcc's own memcpy would use vectors. */
static uint64_t copy64(uint64_t ops, uint32_t distance)
{
	fill(arena);
	for (uint64_t op = 0; op < ops; op++) {
		const uint64_t *from = (void *)arena;
		uint64_t *to = (void *)(arena + distance);
		for (uint32_t i = 0; i < SIZE / 8; i++) {
			uint64_t v = from[i];
			opaque(v);
			to[i] = v;
		}
		*(uint64_t *)arena += op;
	}
	return fold(arena + distance);
}

static uint64_t movsb(uint64_t ops, uint32_t distance)
{
	fill(arena);
	for (uint64_t op = 0; op < ops; op++) {
		void *from = arena, *to = arena + distance;
		size_t n = SIZE;
		__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) :: "memory");
		*(uint64_t *)arena += op;
	}
	return fold(arena + distance);
}

static uint64_t streams(uint64_t ops, uint32_t distance)
{
	for (int s = 0; s < 4; s++)
		fill(arena + s * distance);
	for (uint64_t op = 0; op < ops; op++) {
		volatile uint64_t *a = (void *)arena, *b = (void *)(arena + distance);
		volatile uint64_t *c = (void *)(arena + 2 * distance), *d = (void *)(arena + 3 * distance);
		for (uint32_t i = 0; i < SIZE / 8; i++)
			d[i] = a[i] + b[i] + (c[i] ^ d[i]);
	}
	return fold(arena + 3 * distance);
}

uint64_t kernel_copy64(uint64_t ops) { return copy64(ops, ODD); }
uint64_t kernel_copy64_pow2(uint64_t ops) { return copy64(ops, FAR); }
uint64_t kernel_movsb(uint64_t ops) { return movsb(ops, ODD); }
uint64_t kernel_movsb_pow2(uint64_t ops) { return movsb(ops, FAR); }
uint64_t kernel_streams(uint64_t ops) { return streams(ops, ODD); }
uint64_t kernel_streams_pow2(uint64_t ops) { return streams(ops, FAR); }
