/* String search (Horspool) in 64 KiB of text for words that are there and words that are not. */
#include "../kernel.h"

#define TEXT	65536u

static uint32_t find(const unsigned char *text, const unsigned char *word, uint32_t n)
{
	uint32_t skip[256], found = 0;
	for (int i = 0; i < 256; i++)
		skip[i] = n;
	for (uint32_t i = 0; i + 1 < n; i++)
		skip[word[i]] = n - 1 - i;
	for (uint32_t at = 0; at + n <= TEXT; at += skip[text[at + n - 1]]) {
		uint32_t i = n;
		while (i && text[at + i - 1] == word[i - 1])
			i--;
		found += !i;
	}
	return found;
}

uint64_t kernel_search(uint64_t ops)
{
	unsigned char *text = arena;
	uint64_t random = 13, sum = 0;
	for (uint32_t i = 0; i < TEXT; i++)
		text[i] = (unsigned char)('a' + lcg(&random) % 4);
	for (uint64_t op = 0; op < ops; op++) {
		uint32_t at = (uint32_t)(lcg(&random) % (TEXT - 16));
		sum += find(text, text + at, 4 + op % 5);
		sum += find(text, (const unsigned char *)"abcdefgh", 8);
	}
	return sum;
}
