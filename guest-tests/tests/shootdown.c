/*
 * All CPUs shoot down each other's translations at once. The command line picks the protocol (variant=), the operation (op=),
 * the instructions (ops=), twin address spaces (pti=1), user-mode readers (users=1) and the first generation (gen-start=).
 */
#include "../lib/cmdline.h"
#include "storm_report.h"

const char test_name[] = "shootdown";

void test_main(void)
{
	smp_start();
	pmap_setup();
	storm_init(ncpus(), ncpus() <= 4 ? 100 : ncpus() <= 64 ? 400 / ncpus() + 1 : 2);
	note("variant %s, op %s, ops %s, pti %u, PCID %u, INVPCID %u, scoreboard stride %u", option("variant", "default"),
	    option("op", "mix"), option("ops", "auto"), pmap_pti, pmap_pcid_enabled, pmap_invpcid_works, shootdown_stride);
	smp_run(ncpus(), storm_cpu, 0);
	storm_report("storm");
	if (option("gen-start", 0) && shootdown_variant != VARIANT_SERIAL && shootdown_variant != VARIANT_INVLPGB && ncpus() > 1) {
		uint32_t start = (uint32_t)option_number("gen-start", 1), wrapped = 0;
		for (uint32_t cpu = 0; cpu < ncpus(); cpu++)
			wrapped += __pcpu[cpu].pc_smp_tlb.gen < start && __pcpu[cpu].pc_smp_tlb.gen != 0;
		report(wrapped == ncpus(), "%u of %u generations wrapped past 0", wrapped, ncpus());
	}
}
