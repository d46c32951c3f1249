/* String instructions on a page (STOS, SCAS, CMPS), and byte loops such as strlen and strcmp on short strings. */
#include "../kernel.h"

uint64_t kernel_repstring(uint64_t ops)
{
	unsigned char *a = arena, *b = arena + 12288;
	uint64_t sum = 0;
	for (uint64_t op = 0; op < ops; op++) {
		void *at = a;
		size_t n = 4096 / 8;
		__asm__ volatile("rep stosq" : "+D"(at), "+c"(n) : "a"(0x0101010101010101ull * (op & 0x7F)) : "memory");
		at = b;
		n = 4096;
		__asm__ volatile("rep stosb" : "+D"(at), "+c"(n) : "a"((unsigned)(op & 0x7F)) : "memory");
		a[4000] = b[4000] = 0xFF;
		b[4090]++;
		at = a;
		n = 4096;
		__asm__ volatile("repne scasb" : "+D"(at), "+c"(n) : "a"(0xFF) : "memory", "cc");
		sum += n;
		const void *from = a;
		at = b;
		n = 4096;
		__asm__ volatile("repe cmpsb" : "+D"(at), "+S"(from), "+c"(n) :: "memory", "cc");
		sum += n;
	}
	return sum;
}

__attribute__((optimize("no-tree-loop-distribute-patterns"), noinline)) static size_t length(const char *s)
{
	const char *p = s;
	while (*p)
		p++;
	return (size_t)(p - s);
}

__attribute__((noinline)) static int compare(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

uint64_t kernel_strings(uint64_t ops)
{
	char *words = (void *)arena;		/* 1,024 words of 1 to 32 letters, 40 bytes apart */
	uint64_t random = 5, sum = 0;
	for (uint32_t w = 0; w < 1024; w++) {
		uint32_t n = 1 + (uint32_t)(lcg(&random) % 32);
		for (uint32_t i = 0; i < n; i++)
			words[w * 40 + i] = (char)('a' + (i < 8 ? 0 : lcg(&random) % 26));
		words[w * 40 + n] = 0;
	}
	for (uint64_t op = 0; op < ops; op++)
		for (uint32_t w = 0; w < 1024; w++) {
			const char *word = words + w * 40, *other = words + (w * 7 + op) % 1024 * 40;
			sum += length(word) + (compare(word, other) < 0);
		}
	return sum;
}
