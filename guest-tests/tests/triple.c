/* A triple fault on purpose: no IDT, then an exception. The machine resets or stops; there is no last line. */
#include "../lib/cpu.h"
#include "../lib/report.h"

const char test_name[] = "triple";

void test_main(void)
{
	struct { uint16_t limit; uint64_t base; } __attribute__((packed)) none = { 0, 0 };
	note("going down");
	__asm__ volatile("lidt %0; ud2" :: "m"(none));
}
