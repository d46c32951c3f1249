/* SSE2 packed: a saxpy on floats, and saturating bytes, compares and shuffles on integers. */
#include "../kernel.h"

#include <emmintrin.h>

#define COUNT	4096u

uint64_t kernel_saxpy(uint64_t ops)
{
	float *x = (void *)arena, *y = x + COUNT + 256;
	for (uint32_t i = 0; i < COUNT; i++) {
		x[i] = (float)(i % 17);
		y[i] = 0;
	}
	for (uint64_t op = 0; op < ops; op++) {
		__m128 a = _mm_set1_ps((float)(op % 3) - 1.0f);
		for (uint32_t i = 0; i < COUNT; i += 4)
			_mm_store_ps(y + i, _mm_add_ps(_mm_mul_ps(_mm_load_ps(x + i), a), _mm_load_ps(y + i)));
		opaque(y);
	}
	uint64_t sum = 0;
	for (uint32_t i = 0; i < COUNT; i++)
		sum = sum * 31 + (uint64_t)(int64_t)y[i];
	return sum;
}

uint64_t kernel_pixels(uint64_t ops)
{
	unsigned char *in = arena, *out = arena + 20480;
	for (uint32_t i = 0; i < 16384; i++)
		in[i] = (unsigned char)(i * 13), out[i] = 0;
	__m128i total = _mm_setzero_si128();
	for (uint64_t op = 0; op < ops; op++)
		for (uint32_t i = 0; i < 16384; i += 16) {
			__m128i p = _mm_load_si128((void *)(in + i)), q = _mm_load_si128((void *)(out + i));
			__m128i mixed = _mm_adds_epu8(_mm_avg_epu8(p, q), _mm_set1_epi8(3));
			__m128i mask = _mm_cmpgt_epi8(mixed, _mm_set1_epi8(32));
			mixed = _mm_or_si128(_mm_and_si128(mask, mixed), _mm_andnot_si128(mask, _mm_shuffle_epi32(mixed, 0x1B)));
			_mm_store_si128((void *)(out + i), mixed);
			total = _mm_add_epi64(total, _mm_sad_epu8(mixed, p));
		}
	uint64_t halves[2];
	_mm_storeu_si128((void *)halves, total);
	return halves[0] * 31 + halves[1];
}
