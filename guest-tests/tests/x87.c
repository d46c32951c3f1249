/*
 * The corner cases of the x87: every pair of some fifty operands through every basic instruction, in all rounding modes and
 * precisions, exceptions masked and not. What FNSAVE says after each goes into two digests an instruction: results and
 * exceptions while all are masked, and everything, condition codes and what unmasked exceptions leave included, where
 * processors may differ. Compiled for Linux as well (gcc -O2 tests/x87.c): the digests of a processor are the right ones.
 */
#include <stddef.h>
#include <stdint.h>

#if __STDC_HOSTED__
#include <stdio.h>
#define note(...) (printf("# " __VA_ARGS__), putchar('\n'))
#else
#include "../lib/report.h"
const char test_name[] = "x87";
#endif

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct extended {
	uint64_t significand;
	uint16_t sign_exponent;
} __attribute__((packed));

/* Magnitudes; the first operand has each with both signs, the second one is positive. */
static const struct extended magnitudes[] = {
	{0, 0},
	{1, 0}, {0x7FFFFFFFFFFFFFFF, 0}, {0x4000000000000000, 0},			/* denormals */
	{0x8000000000000000, 0}, {0xFFFFFFFFFFFFFFFF, 0},				/* pseudo-denormals */
	{0x8000000000000000, 1}, {0xFFFFFFFFFFFFFFFF, 1}, {0x8000000000000000, 0x40},
	{0x8000000000000000, 0x3FFF}, {0x8000000000000001, 0x3FFF}, {0xFFFFFFFFFFFFFFFF, 0x3FFE},
	{0xC000000000000000, 0x3FFF}, {0x8000000000000000, 0x3FFE}, {0xA000000000000000, 0x4000},
	{0xAAAAAAAAAAAAAAAB, 0x3FFD}, {0xC90FDAA22168C235, 0x4000},
	{0xFFFFFF8000000000, 0x3FFF}, {0xFFFFFFFFFFFFFC00, 0x3FFF}, {0x8000008000000000, 0x3FFF},
	{0x8000000000000400, 0x3FFF}, {0xFFFFFFFFFFFFFFFF, 0x403D}, {0x8000000000000000, 0x403E},
	{0xFFFE000000000000, 0x400D}, {0xFFFF000000000000, 0x400D}, {0xFFFFFFFF00000000, 0x401D},
	{0xDE0B6B3A763FFFFF, 0x403A}, {0xDE0B6B3A76400000, 0x403A},			/* around 10^18 */
	{0xFFFFFF0000000000, 0x407E}, {0xFFFFFF8000000000, 0x407E}, {0x8000000000000000, 0x3F81},
	{0x8000000000000000, 0x3F69}, {0xC000000000000000, 0x3F68},			/* around float's limits */
	{0xFFFFFFFFFFFFF800, 0x43FE}, {0xFFFFFFFFFFFFFC00, 0x43FE}, {0x8000000000000000, 0x3C01},
	{0x8000000000000000, 0x3BCC}, {0xC000000000000000, 0x3BCB},			/* around double's */
	{0x8000000000000000, 0x7FFE}, {0xFFFFFFFFFFFFFFFF, 0x7FFE}, {0x9000000000000000, 0x7FC0},
	{0x8000000000000000, 0x7FFF},							/* infinity */
	{0xC000000000000000, 0x7FFF}, {0xFFFFFFFFFFFFFFFF, 0x7FFF},			/* quiet NaNs */
	{0x8000000000000001, 0x7FFF}, {0xBFFFFFFFFFFFFFFF, 0x7FFF},			/* signalling NaNs */
	{0, 0x7FFF}, {0x4000000000000001, 0x7FFF}, {0, 0x3FFF}, {0x7FFFFFFFFFFFFFFF, 0x4000},	/* unsupported */
};

/* Rounding in bits 11..10, precision in 9..8, masks in 5..0. */
static const uint16_t masks[] = {0x3F, 0x00};
static const uint16_t precisions[] = {0x000, 0x200, 0x300};

static struct extended a, b;
static uint16_t control;
static uint64_t memory[2];
static uint32_t image[27] __attribute__((aligned(16)));

#define INSTRUCTION(name, text)									\
	static void name(void)									\
	{											\
		__asm__ volatile("fninit; fldcw %2; fldt %3; fldt %4\n\t" text "\n\tfnsave %0"	\
				 : "=m"(image), "+m"(memory) : "m"(control), "m"(b), "m"(a));	\
	}

INSTRUCTION(fadd, "fadd %%st(1), %%st")
INSTRUCTION(fsub, "fsub %%st(1), %%st")
INSTRUCTION(fsubr, "fsubr %%st(1), %%st")
INSTRUCTION(fmul, "fmul %%st(1), %%st")
INSTRUCTION(fdiv, "fdiv %%st(1), %%st")
INSTRUCTION(fdivr, "fdivr %%st(1), %%st")
INSTRUCTION(faddp, "faddp")
INSTRUCTION(fprem, "fprem")
INSTRUCTION(fprem1, "fprem1")
INSTRUCTION(fscale, "fscale")
INSTRUCTION(fcom, "fcom")
INSTRUCTION(fcompp, "fcompp")
INSTRUCTION(fucom, "fucom")
INSTRUCTION(fsqrt, "fsqrt")
INSTRUCTION(frndint, "frndint")
INSTRUCTION(fxtract, "fxtract")
INSTRUCTION(fchs, "fchs")
INSTRUCTION(fabs_, "fabs")
INSTRUCTION(ftst, "ftst")
INSTRUCTION(fxam, "fxam")
INSTRUCTION(fxch, "fxch")
INSTRUCTION(fst_32, "fsts %1")
INSTRUCTION(fst_64, "fstl %1")
INSTRUCTION(fstp_80, "fstpt %1")
INSTRUCTION(fist_16, "fists %1")
INSTRUCTION(fist_32, "fistl %1")
INSTRUCTION(fistp_64, "fistpll %1")
INSTRUCTION(fbstp, "fbstp %1")
INSTRUCTION(float_32, "fsts %1; fnclex; flds %1")
INSTRUCTION(float_64, "fstl %1; fnclex; fldl %1")
INSTRUCTION(integer_64, "fistpll %1; fnclex; fildll %1")
INSTRUCTION(decimal, "fbstp %1; fnclex; fbld %1")
INSTRUCTION(fadd_32, "movl $0x00000001, %1; fadds %1")
INSTRUCTION(fmul_32, "movl $0x7F800001, %1; fmuls %1")
INSTRUCTION(fdiv_32, "movl $0x80000000, %1; fdivs %1")
INSTRUCTION(fiadd_32, "movl $0x80000000, %1; fiaddl %1")
INSTRUCTION(fldpi, "fldpi")
INSTRUCTION(fldl2t, "fldl2t")
INSTRUCTION(overflow, "fld %%st; fld %%st; fld %%st; fld %%st; fld %%st; fld %%st; fnclex; fldz")
INSTRUCTION(underflow, "fadd %%st(5), %%st")

static const struct {
	const char *name;
	void (*run)(void);
	int operands;
} instructions[] = {
	{"fadd", fadd, 2}, {"fsub", fsub, 2}, {"fsubr", fsubr, 2}, {"fmul", fmul, 2}, {"fdiv", fdiv, 2},
	{"fdivr", fdivr, 2}, {"faddp", faddp, 2}, {"fprem", fprem, 2}, {"fprem1", fprem1, 2}, {"fscale", fscale, 2},
	{"fcom", fcom, 2}, {"fcompp", fcompp, 2}, {"fucom", fucom, 2}, {"fsqrt", fsqrt, 1}, {"frndint", frndint, 1},
	{"fxtract", fxtract, 1}, {"fchs", fchs, 1}, {"fabs", fabs_, 1}, {"ftst", ftst, 1}, {"fxam", fxam, 1},
	{"fxch", fxch, 1}, {"fst-32", fst_32, 1}, {"fst-64", fst_64, 1}, {"fstp-80", fstp_80, 1},
	{"fist-16", fist_16, 1}, {"fist-32", fist_32, 1}, {"fistp-64", fistp_64, 1}, {"fbstp", fbstp, 1},
	{"float-32", float_32, 1}, {"float-64", float_64, 1}, {"integer-64", integer_64, 1}, {"decimal", decimal, 1},
	{"fadd-32", fadd_32, 1}, {"fmul-32", fmul_32, 1}, {"fdiv-32", fdiv_32, 1}, {"fiadd-32", fiadd_32, 1},
	{"fldpi", fldpi, 1}, {"fldl2t", fldl2t, 1}, {"overflow", overflow, 1}, {"underflow", underflow, 1},
};

static uint64_t mix(uint64_t digest, uint64_t word)
{
	digest = (digest ^ word) * 0x9E3779B97F4A7C15;
	return digest ^ digest >> 29;
}

/* Status, tags and registers, not the pointers, which no two processors save alike. */
static uint64_t digest_of_state(uint64_t digest, unsigned status)
{
	digest = mix(digest, (uint64_t)(image[2] & 0xFFFF) << 16 | (image[1] & status));
	for (size_t n = 7; n < COUNT(image); n += 2)
		digest = mix(digest, image[n] | (uint64_t)image[n + 1 < COUNT(image) ? n + 1 : n] << 32);
	return mix(mix(digest, memory[0]), memory[1]);
}

static struct extended operand(size_t n)
{
	struct extended x = magnitudes[n / 2];
	x.sign_exponent |= n % 2 << 15;
	return x;
}

static void digest_of_modes(uint64_t digests[2], void (*run)(void))
{
	for (size_t m = 0; m < COUNT(masks); m++)
		for (size_t p = 0; p < COUNT(precisions); p++)
			for (unsigned rounding = 0; rounding < 4; rounding++) {
				control = masks[m] | precisions[p] | rounding << 10 | 0x40;
				memory[0] = memory[1] = 0;
				run();
				digests[1] = digest_of_state(digests[1], 0xFFFF);
				if (masks[m] == 0x3F)
					digests[0] = digest_of_state(digests[0], 0x3F);
			}
}

static void all(void)
{
	size_t operands = 2 * COUNT(magnitudes);
	for (size_t i = 0; i < COUNT(instructions); i++) {
		uint64_t digests[2] = {0, 0};
		for (size_t n = 0; n < operands; n++)
			for (size_t k = 0; k < (instructions[i].operands == 2 ? COUNT(magnitudes) : 1); k++) {
				a = operand(n);
				b = magnitudes[k];
				digest_of_modes(digests, instructions[i].run);
			}
		note("%s %016lx %016lx", instructions[i].name, (unsigned long)digests[0], (unsigned long)digests[1]);
	}
}

#if __STDC_HOSTED__
int main(void)
{
	all();
	return 0;
}
#else
void test_main(void)
{
	all();
	report(image[0] != 0, "the instructions ran");
}
#endif
