/* Splits 16 KiB of text into words, numbers and signs: a switch on each byte. */
#include "../kernel.h"

#define TEXT	16384u

uint64_t kernel_tokens(uint64_t ops)
{
	static const char sample[] = "{\"name\": \"tlb\", \"size\": 1536, \"ways\": [4, 12, 255], \"note\": \"a\\\"b\"}\n";
	unsigned char *text = arena;
	uint64_t sum = 0;
	for (uint32_t i = 0; i < TEXT; i++)
		text[i] = (unsigned char)sample[i % (sizeof sample - 1)];
	text[TEXT] = 0;
	for (uint64_t op = 0; op < ops; op++) {
		const unsigned char *p = text;
		uint64_t depth = 0, number;
		opaque(p);
		for (;;) {
			unsigned char c = *p++;
			switch (c) {
			case 0: goto done;
			case '{': case '[': depth++; break;
			case '}': case ']': depth--; break;
			case ' ': case '\n': case ',': case ':': break;
			case '"':
				for (; *p && *p != '"'; p++)
					if (*p == '\\')
						p++;
				sum += depth;
				p += *p != 0;
				break;
			case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
				for (number = c - '0'; *p >= '0' && *p <= '9'; p++)
					number = number * 10 + *p - '0';
				sum += number;
				break;
			default: sum ^= c;
			}
		}
done:		sum = sum * 3 + op;
	}
	return sum;
}
