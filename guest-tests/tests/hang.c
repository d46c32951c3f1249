/* A dead machine: interrupts off and HLT. how=spin loops for ever instead; nothing ends either but the emulator. */
#include "../lib/cmdline.h"
#include "../lib/cpu.h"
#include "../lib/report.h"

const char test_name[] = "hang";

void test_main(void)
{
	note("hanging");
	if (option_is("how", "spin"))
		for (;;)
			cpu_pause();
	cli();
	for (;;)
		hlt();
}
