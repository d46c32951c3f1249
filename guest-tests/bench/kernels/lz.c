/* Compression and decompression in the manner of LZ77: hashed three-byte matches in a window of 32 KiB. */
#include "../kernel.h"

#define SIZE	32768u

static uint32_t pack(const unsigned char *in, unsigned char *out, uint32_t *heads)
{
	uint32_t i = 0, o = 0;
	for (uint32_t h = 0; h < 4096; h++)
		heads[h] = 0;
	while (i + 3 < SIZE) {
		uint32_t h = (in[i] << 8 ^ in[i + 1] << 4 ^ in[i + 2]) & 4095, from = heads[h], n = 0;
		heads[h] = i + 1;
		if (from--)
			while (n < 255 && i + n < SIZE && in[from + n] == in[i + n])
				n++;
		if (n >= 4) {
			out[o++] = 1;
			out[o++] = (unsigned char)(i - from);
			out[o++] = (unsigned char)((i - from) >> 8);
			out[o++] = (unsigned char)n;
			i += n;
		} else {
			out[o++] = 0;
			out[o++] = in[i++];
		}
	}
	return o;
}

static uint32_t unpack(const unsigned char *in, uint32_t n, unsigned char *out)
{
	uint32_t o = 0;
	for (uint32_t i = 0; i < n; ) {
		if (!in[i]) {
			out[o++] = in[i + 1];
			i += 2;
			continue;
		}
		uint32_t from = o - (in[i + 1] | in[i + 2] << 8), length = in[i + 3];
		i += 4;
		while (length--)
			out[o++] = out[from++];
	}
	return o;
}

__attribute__((optimize("no-tree-loop-distribute-patterns")))
uint64_t kernel_lz(uint64_t ops)
{
	unsigned char *text = arena, *packed = arena + (1u << 20), *again = arena + (2u << 20);
	uint32_t *heads = (void *)(arena + (3u << 20));
	uint64_t random = 17, sum = 0;
	for (uint32_t i = 0; i < SIZE; i++)
		text[i] = i > 64 && lcg(&random) % 8 ? text[i - 1 - lcg(&random) % 4 * 16] : (unsigned char)lcg(&random);
	for (uint64_t op = 0; op < ops; op++) {
		uint32_t n = pack(text, packed, heads), back = unpack(packed, n, again);
		sum = sum * 31 + n + again[op % back];
		text[op * 37 % SIZE]++;
	}
	return sum;
}
