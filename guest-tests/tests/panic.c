/* The guest's own panic: exits with the debug-exit value status= (default EXIT_FAIL). */
#include "../lib/cmdline.h"
#include "../lib/report.h"

const char test_name[] = "panic";

void test_main(void)
{
	uint8_t value = (uint8_t)option_number("status", EXIT_FAIL);
	note("exit with value %u, status %u", value, value * 2 + 1);
	debug_exit(value);
}
