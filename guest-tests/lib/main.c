/* From boot.S to the test: console, command line, traps, processors found (not started), local APIC. */
#include "acpi.h"
#include "apic.h"
#include "cmdline.h"
#include "console.h"
#include "pcpu.h"
#include "report.h"
#include "trap.h"

static void mask_pics(void)
{
	outb(0x21, 0xFF);
	outb(0xA1, 0xFF);
}

__attribute__((noreturn)) void bsp_start(uint32_t multiboot_info_pa);
void bsp_start(uint32_t multiboot_info_pa)
{
	cmdline_init(multiboot_info_pa);
	console_init();
	trap_init();
	pcpu_init(0);
	report_begin();
	mask_pics();
	if (!(option_is("cpus-from", "mp") ? mptable_find_cpus() : acpi_find_cpus())) {
		note("no table of processors found");
		platform.ncpus = 1;
		platform.source = "nothing";
	}
	apic_choose();
	if (cpuid(1, 0).d >> 9 & 1)
		apic_enable();
	sti();
	test_main();
	report_finish();
}
