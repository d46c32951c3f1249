/*
 * SSE2 as gcc emits it (this file is compiled without -mgeneral-regs-only), FXSAVE and FXRSTOR, and integer vectors whose
 * results the general registers confirm. Interrupt handlers of the library use no vector register.
 */
#include <emmintrin.h>

#include "../lib/cpu.h"
#include "../lib/report.h"
#include "../lib/string.h"
#include "../lib/trap.h"

const char test_name[] = "sse2";

#define N 256

static uint32_t a[N] __attribute__((aligned(16))), b[N], c[N];
static uint8_t bytes[N];
static double reals[N];

static void fill(void)
{
	uint64_t state = 42;
	for (unsigned i = 0; i < N; i++) {
		a[i] = random_next(&state);
		b[i] = random_next(&state);
		bytes[i] = (uint8_t)random_next(&state);
		reals[i] = (double)i + 0.5;
	}
}

/* Compare a 128-bit result with 16 bytes computed in general registers. */
static bool equals(__m128i v, const void *expected)
{
	uint64_t got[2];
	_mm_storeu_si128((__m128i *)got, v);
	return !memcmp(got, expected, 16);
}

static __m128i load(const void *p) { return _mm_loadu_si128(p); }

#define LANES(name, type, intrinsic, expression) do { \
	const type *x = (const void *)a, *y = (const void *)b; \
	bool ok = true; \
	for (unsigned i = 0; i < N / 4; i++) { \
		type e[16 / sizeof(type)]; \
		for (unsigned k = 0; k < 16 / sizeof(type); k++) { \
			type p = x[i * 16 / sizeof(type) + k], q = y[i * 16 / sizeof(type) + k]; \
			e[k] = (type)(expression); \
			__asm__ volatile("" : "+m"(e[k])); \
		} \
		ok = ok && equals(intrinsic(load((const char *)a + i * 16), load((const char *)b + i * 16)), e); \
	} \
	report(ok, name); \
} while (0)

static void lanes(void)
{
	LANES("PADDB", uint8_t, _mm_add_epi8, p + q);
	LANES("PADDW", uint16_t, _mm_add_epi16, p + q);
	LANES("PADDD", uint32_t, _mm_add_epi32, p + q);
	LANES("PADDQ", uint64_t, _mm_add_epi64, p + q);
	LANES("PSUBD", uint32_t, _mm_sub_epi32, p - q);
	LANES("PAND", uint64_t, _mm_and_si128, p & q);
	LANES("PANDN", uint64_t, _mm_andnot_si128, ~p & q);
	LANES("POR", uint64_t, _mm_or_si128, p | q);
	LANES("PXOR", uint64_t, _mm_xor_si128, p ^ q);
	LANES("PCMPEQB", uint8_t, _mm_cmpeq_epi8, p == q ? -1 : 0);
	LANES("PCMPGTD", int32_t, _mm_cmpgt_epi32, p > q ? -1 : 0);
	LANES("PMINUB", uint8_t, _mm_min_epu8, p < q ? p : q);
	LANES("PMAXSW", int16_t, _mm_max_epi16, p > q ? p : q);
	LANES("PADDUSB", uint8_t, _mm_adds_epu8, p + q > 255 ? 255 : p + q);
	LANES("PSUBUSW", uint16_t, _mm_subs_epu16, p > q ? p - q : 0);
	LANES("PMULLW", uint16_t, _mm_mullo_epi16, (uint32_t)p * q);
	LANES("PMULHUW", uint16_t, _mm_mulhi_epu16, (uint32_t)p * q >> 16);
	LANES("PAVGB", uint8_t, _mm_avg_epu8, (p + q + 1) >> 1);
}

static void shuffles(void)
{
	__m128i x = load(a), y = load(b);
	uint32_t d[4] = { a[3], a[2], a[1], a[0] };
	report(equals(_mm_shuffle_epi32(x, 0x1B), d), "PSHUFD");
	uint32_t lo[4] = { a[0], b[0], a[1], b[1] }, hi[4] = { a[2], b[2], a[3], b[3] };
	report(equals(_mm_unpacklo_epi32(x, y), lo) && equals(_mm_unpackhi_epi32(x, y), hi), "PUNPCKLDQ and PUNPCKHDQ");
	uint64_t q[2] = { (uint64_t)a[1] << 32 | a[0], (uint64_t)b[1] << 32 | b[0] };
	report(equals(_mm_unpacklo_epi64(x, y), q), "PUNPCKLQDQ");
	uint64_t left[2] = { q[0] << 13, ((uint64_t)a[3] << 32 | a[2]) << 13 };
	report(equals(_mm_slli_epi64(x, 13), left), "PSLLQ");
	uint64_t right[2] = { q[0] >> 24 | (uint64_t)a[2] << 40, ((uint64_t)a[3] << 32 | a[2]) >> 24 };
	report(equals(_mm_srli_si128(x, 3), right), "PSRLDQ");
	unsigned mask = 0;
	for (unsigned i = 0; i < 16; i++)
		mask |= (unsigned)(bytes[i] >> 7) << i;
	report((unsigned)_mm_movemask_epi8(load(bytes)) == mask, "PMOVMSKB");
	uint64_t product[2] = { (uint64_t)a[0] * b[0], (uint64_t)a[2] * b[2] };
	report(equals(_mm_mul_epu32(x, y), product), "PMULUDQ");
	report(equals(_mm_cvtsi64_si128(0x123456789), (uint64_t[]){ 0x123456789, 0 }) && _mm_cvtsi128_si64(x) == (long long)q[0], "MOVQ to and from a general register");
}

/* Plain C that gcc turns into vector code or into SSE2 moves. */
__attribute__((optimize("O3"), noinline)) static uint32_t vectorised(void)
{
	uint32_t sum = 0;
	for (unsigned i = 0; i < N; i++)
		c[i] = (a[i] ^ b[i]) + (a[i] >> 3);
	for (unsigned i = 0; i < N; i++)
		sum += c[i];
	return sum;
}

__attribute__((optimize("O1", "no-tree-vectorize"), noinline)) static uint32_t scalar(void)
{
	uint32_t sum = 0;
	for (unsigned i = 0; i < N; i++) {
		uint32_t v = (a[i] ^ b[i]) + (a[i] >> 3);
		__asm__ volatile("" : "+r"(v));
		sum += v;
	}
	return sum;
}

struct block { uint64_t word[8]; };
__attribute__((noinline)) static void copy_struct(struct block *d, const struct block *s) { *d = *s; }

static void compiled(void)
{
	report(vectorised() == scalar(), "a loop that gcc vectorises gives what the scalar loop gives");
	struct block x = { { 1, 2, 3, 4, 5, 6, 7, 8 } }, y;
	copy_struct(&y, &x);
	report(!memcmp(&x, &y, sizeof x), "a structure copied through XMM registers");
}

static void scalar_double(void)
{
	double sum = 0;
	for (unsigned i = 0; i < N; i++)
		sum += reals[i] * 2.0;
	report(sum == 65536.0, "ADDSD and MULSD on exact values");
	report((int64_t)(reals[100] * 4.0) == 402 && (double)(int64_t)402 / 4.0 == reals[100], "CVTTSD2SI, CVTSI2SD, DIVSD");
	report(__builtin_sqrt(1048576.0) == 1024.0, "SQRTSD");
}

static unsigned char area[512] __attribute__((aligned(16)));

static void fxsave(void)
{
	uint64_t before[2] = { 0x1111222233334444, 0x5555666677778888 }, after[2];
	uint32_t mxcsr = 0x1F80;
	__asm__ volatile("ldmxcsr %0" :: "m"(mxcsr));
	__asm__ volatile(
	    "movdqu %2, %%xmm15\n\tfxsave %0\n\tpxor %%xmm15, %%xmm15\n\tfxrstor %0\n\tmovdqu %%xmm15, %1"
	    : "+m"(area), "=m"(after) : "m"(before) : "xmm15", "memory");
	report(!memcmp(before, after, 16), "FXSAVE and FXRSTOR bring XMM15 back");
	report(!memcmp(area + 160 + 15 * 16, before, 16) && *(uint32_t *)(area + 24) == 0x1F80, "at their places in the image");
}

static void misaligned(void *p)
{
	__asm__ volatile("movdqa (%0), %%xmm0" :: "r"((char *)p + 4) : "xmm0", "memory");
}

void test_main(void)
{
	fill();
	lanes();
	shuffles();
	compiled();
	scalar_double();
	fxsave();
	bool trapped = trap_catch(misaligned, a);
	report(trapped && curcpu()->pc_trap.vector == VEC_GP, "MOVDQA on an odd address is #GP");
}
