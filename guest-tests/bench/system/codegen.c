/* Code that changes: a function is written anew, then called sixteen times. */
#include "../guest.h"
#include "../kernel.h"

uint64_t system_codegen(uint64_t ops)
{
	static const unsigned char code[] = { 0xB8, 0, 0, 0, 0, 0x01, 0xF8, 0xC3 };	/* mov $0, %eax; add %edi, %eax; ret */
	volatile unsigned char *to = arena;
	uint32_t (*function)(uint32_t) = (void *)arena;
	uint64_t sum = 0;
	for (uint64_t op = 0; op < ops * 10; op++) {
		for (uint32_t i = 0; i < sizeof code; i++)
			to[i] = code[i];
		*(volatile uint32_t *)(to + 1) = (uint32_t)op;
		for (uint32_t i = 0; i < 16; i++)
			sum += function(i);
	}
	return sum;
}
