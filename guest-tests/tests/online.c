/* Every processor of the firmware's table comes online, has its own per-CPU area, and runs code given to it. */
#include "../lib/acpi.h"
#include "../lib/apic.h"
#include "../lib/report.h"
#include "../lib/smp.h"

const char test_name[] = "online";

static uint32_t visits;

static void visit(void *arg)
{
	(void)arg;
	struct pcpu *pc = curcpu();
	__atomic_add_fetch(&visits, 1, __ATOMIC_SEQ_CST);
	pc->pc_count[0] = apic_id();
}

void test_main(void)
{
	uint32_t listed = platform.ncpus < MAXCPU ? platform.ncpus : MAXCPU;
	uint32_t online = smp_start();
	note("processors listed by %s", platform.source);
	report(online == listed, "%u of %u processors online", online, listed);
	smp_run(online, visit, 0);
	report(visits == online, "each ran a function once (%u)", visits);
	uint32_t wrong = 0, twins = 0;
	for (uint32_t i = 0; i < online; i++) {
		wrong += __pcpu[i].pc_count[0] != __pcpu[i].pc_apic_id;
		for (uint32_t j = 0; j < i; j++)
			twins += __pcpu[i].pc_apic_id == __pcpu[j].pc_apic_id;
	}
	report(!wrong, "each reads the APIC id it was started with");
	report(!twins, "no two share an APIC id");
}
