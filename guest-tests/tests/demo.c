/*
 * The guest of `tlbscope demo`: every CPU initiates shootdowns of every kind against all others, at least 1,000 in all on
 * four CPUs, and reads back through its TLB after each.
 */
#include "../lib/cmdline.h"
#include "../lib/acpi.h"
#include "../lib/apic.h"
#include "storm_report.h"

const char test_name[] = "demo";

void test_main(void)
{
	note("tlbscope demo: parallel TLB shootdowns, all CPUs against each other");
	uint32_t online = smp_start();
	note("%u CPUs online, %s mode, listed by %s", online, apic_is_x2 ? "x2APIC" : "xAPIC", platform.source);
	pmap_setup();
	storm_init(online, online <= 16 ? 1600 / online : online <= 64 ? 16 : 2);
	storm.mixed = !option("ops", 0);
	note("each CPU initiates %u shootdowns: pages, ranges, whole address spaces, global kernel pages, caches", storm.iterations);
	report(online == (platform.ncpus < MAXCPU ? platform.ncpus : MAXCPU), "all %u CPUs are online", online);
	smp_run(online, storm_cpu, 0);
	storm_report("demo");
}
