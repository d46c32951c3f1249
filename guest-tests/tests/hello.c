/* The smallest guest: long mode reached, console works, command line read, debug exit. */
#include "../lib/cmdline.h"
#include "../lib/cpu.h"
#include "../lib/report.h"

const char test_name[] = "hello";

void test_main(void)
{
	note("hello from 64-bit C; command line \"%s\"", cmdline());
	report(read_cr4() & CR4_PGE && read_cr0() >> 31, "paging with global pages is on");
	report(sizeof(void *) == 8, "pointers have 64 bits");
}
