/* Interprocessor interrupts: every delivery mode, destination mode and shorthand of the APIC mode in use. */
#include "../lib/apic.h"
#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/trap.h"
#include "../lib/wait.h"

const char test_name[] = "ping";

#define MOST	16u		/* CPUs that take part */
#define SETTLE	20000u		/* loops after which nothing more is expected to arrive */

static uint32_t n;
static uint32_t pings[MOST], nmis[MOST];

static void ping(struct trapframe *tf)
{
	uint32_t cpu = cpu_number();
	if (cpu < MOST)
		__atomic_add_fetch(&pings[cpu], 1, __ATOMIC_SEQ_CST);
	apic_eoi();
}

static void nmi(struct trapframe *tf)
{
	uint32_t cpu = cpu_number();
	if (cpu < MOST)
		__atomic_add_fetch(&nmis[cpu], 1, __ATOMIC_SEQ_CST);
}

static void clear(uint32_t *counts)
{
	for (uint32_t i = 0; i < MOST; i++)
		WRITE_ONCE(counts[i], 0);
}

static uint32_t sum(uint32_t *counts)
{
	uint32_t s = 0;
	for (uint32_t i = 0; i < n; i++)
		s += READ_ONCE(counts[i]);
	return s;
}

/* Exactly one arrives at each CPU of the mask, none elsewhere. */
static bool arrives(uint32_t *counts, uint32_t mask)
{
	uint32_t want = count_bits(mask);
	bool came = wait_until(sum(counts) >= want);
	spin(want < n ? SETTLE : 1000);
	for (uint32_t i = 0; i < n; i++)
		came = came && READ_ONCE(counts[i]) == (mask >> i & 1);
	clear(counts);
	return came;
}

static uint32_t all(void) { return (1u << n) - 1; }

static void physical(void)
{
	bool ok = true;
	for (uint32_t i = 0; i < n; i++) {
		apic_send(__pcpu[i].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_PING);
		ok = arrives(pings, 1u << i) && ok;
	}
	report(ok, "fixed, physical: one interrupt at each of %u CPUs in turn", n);
	ok = true;
	for (uint32_t i = 0; i < n; i++) {
		apic_send(__pcpu[i].pc_apic_id, ICR_LOWEST | ICR_ASSERT | VEC_PING);
		ok = arrives(pings, 1u << i) && ok;
	}
	report(ok, "lowest priority, physical: the CPU addressed");
	if (n == ncpus()) {
		apic_send(apic_is_x2 ? 0xFFFFFFFF : 0xFF, ICR_FIXED | ICR_ASSERT | VEC_PING);
		report(arrives(pings, all()), "fixed, physical broadcast: all");
	} else {
		report_skip("broadcast with more than %u CPUs", MOST);
	}
}

static void shorthands(void)
{
	apic_send(0, ICR_SELF | ICR_FIXED | ICR_ASSERT | VEC_PING);
	report(arrives(pings, 1), "shorthand self");
	apic_send(0, ICR_ALL | ICR_FIXED | ICR_ASSERT | VEC_PING);
	report(arrives(pings, all()), "shorthand all including self");
	apic_send(0, ICR_OTHERS | ICR_FIXED | ICR_ASSERT | VEC_PING);
	report(arrives(pings, all() & ~1u), "shorthand all but self");
	if (!apic_is_x2) {
		report_skip("SELF_IPI register: x2APIC only");
		return;
	}
	apic_write(APIC_SELF_IPI, VEC_PING);
	report(arrives(pings, 1), "SELF_IPI register");
}

static void set_flat(void *unused)
{
	uint32_t cpu = cpu_number();
	apic_write(APIC_DFR, 0xFFFFFFFF);
	apic_write(APIC_LDR, cpu < 8 ? 1u << (24 + cpu) : 0);
}

static void set_cluster(void *unused)
{
	uint32_t cpu = cpu_number();
	apic_write(APIC_DFR, 0x0FFFFFFF);
	apic_write(APIC_LDR, cpu < 60 ? (cpu / 4) << 28 | 1u << (24 + cpu % 4) : 0);
}

static void lowest(uint32_t dest, uint32_t mask, const char *name)
{
	apic_send(dest, ICR_LOWEST | ICR_LOGICAL | ICR_ASSERT | VEC_PING);
	bool came = wait_until(sum(pings) >= 1);
	spin(SETTLE);
	uint32_t total = sum(pings), inside = 0;
	for (uint32_t i = 0; i < n; i++)
		inside += (mask >> i & 1) && READ_ONCE(pings[i]);
	report(came && total == 1 && inside == 1, "lowest priority, %s: one of the CPUs named", name);
	clear(pings);
}

static void logical_xapic(void)
{
	smp_run(ncpus(), set_flat, 0);
	uint32_t m = n < 8 ? n : 8;
	bool ok = true;
	for (uint32_t mask = 1; mask < 1u << m; mask += m > 4 ? 37 : 1) {
		apic_send(mask, ICR_LOGICAL | ICR_FIXED | ICR_ASSERT | VEC_PING);
		ok = arrives(pings, mask) && ok;
	}
	report(ok, "fixed, logical flat: exactly the CPUs of the mask");
	lowest((1u << m) - 1, (1u << m) - 1, "logical flat");

	smp_run(ncpus(), set_cluster, 0);
	ok = true;
	for (uint32_t cluster = 0; cluster <= (n - 1) / 4; cluster++) {
		for (uint32_t mask = 1; mask < 16; mask++) {
			uint32_t cpus = (mask << cluster * 4) & all();
			apic_send(cluster << 4 | mask, ICR_LOGICAL | ICR_FIXED | ICR_ASSERT | VEC_PING);
			if (cpus || mask == 8)
				ok = arrives(pings, cpus) && ok;
		}
	}
	report(ok, "fixed, logical cluster: exactly the CPUs of cluster and mask");
	lowest(0x0F, all() & 15, "logical cluster");
	smp_run(ncpus(), set_flat, 0);
}

static uint32_t x2_logical(uint32_t id) { return (id >> 4) << 16 | 1u << (id & 15); }

static void read_ldr(void *unused) { curcpu()->pc_count[0] = apic_read(APIC_LDR); }

static void logical_x2apic(void)
{
	bool ok = true;
	smp_run(ncpus(), read_ldr, 0);
	for (uint32_t i = 0; i < ncpus(); i++)
		ok = ok && __pcpu[i].pc_count[0] == x2_logical(__pcpu[i].pc_apic_id);
	report(ok, "logical id is derived from the x2APIC id");
	ok = true;
	for (uint32_t i = 0; i < n; i++) {
		apic_send(x2_logical(__pcpu[i].pc_apic_id), ICR_LOGICAL | ICR_FIXED | ICR_ASSERT | VEC_PING);
		ok = arrives(pings, 1u << i) && ok;
	}
	report(ok, "fixed, x2APIC logical: each CPU");
	uint32_t dest = 0, cpus = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t id = x2_logical(__pcpu[i].pc_apic_id);
		if (id >> 16 == x2_logical(__pcpu[0].pc_apic_id) >> 16) {
			dest |= id;
			cpus |= 1u << i;
		}
	}
	apic_send(dest, ICR_LOGICAL | ICR_FIXED | ICR_ASSERT | VEC_PING);
	report(arrives(pings, cpus), "fixed, x2APIC logical: a cluster of %u", count_bits(cpus));
	lowest(dest, cpus, "x2APIC logical");
}

static void nmi_mode(void)
{
	bool ok = true;
	for (uint32_t i = 0; i < n; i++) {
		apic_send(__pcpu[i].pc_apic_id, ICR_NMI | ICR_ASSERT);
		ok = arrives(nmis, 1u << i) && ok;
	}
	report(ok, "NMI, physical: each CPU");
	apic_send(0, ICR_OTHERS | ICR_NMI | ICR_ASSERT);
	report(arrives(nmis, all() & ~1u), "NMI, shorthand all but self");
}

static void init_mode(void)
{
	if (ncpus() < 2) {
		report_skip("INIT and SIPI need a second CPU");
		return;
	}
	uint32_t cpu = n - 1;
	apic_send(__pcpu[cpu].pc_apic_id, ICR_SIPI | ICR_ASSERT | AP_START >> 12);
	spin(1000);
	apic_send(__pcpu[cpu].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_PING);
	report(arrives(pings, 1u << cpu), "a running CPU ignores SIPI");
	apic_send(__pcpu[cpu].pc_apic_id, ICR_INIT | ICR_ASSERT);
	spin(SETTLE);
	apic_send(__pcpu[cpu].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_PING);
	spin(SETTLE);
	report(sum(pings) == 0, "after INIT the CPU waits and takes no interrupt");
	clear(pings);
	report(cpu_start(cpu), "INIT and SIPI start it again");
	clear(pings);
	apic_send(__pcpu[cpu].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_PING);
	report(arrives(pings, 1u << cpu), "and it takes interrupts again");
}

static void merging(void)
{
	bool on = intr_disable();
	for (int i = 0; i < 3; i++)
		apic_send(0, ICR_SELF | ICR_FIXED | ICR_ASSERT | VEC_PING);
	bool pending = wait_until(apic_read(APIC_IRR + VEC_PING / 32 * 16) >> VEC_PING % 32 & 1);
	report(pending, "a pending vector shows in IRR while interrupts are off");
	intr_restore(on);
	report(arrives(pings, 1), "three requests of one vector merge into one while pending");
}

static void priority(void)
{
	write_cr8(VEC_PING >> 4);
	apic_send(0, ICR_SELF | ICR_FIXED | ICR_ASSERT | VEC_PING);
	spin(1000);
	report(sum(pings) == 0 && apic_read(APIC_TPR) == (VEC_PING & 0xF0), "CR8 holds back vectors of its class");
	write_cr8((VEC_PING >> 4) - 1);
	report(arrives(pings, 1), "and lets them through when lowered");
	write_cr8(0);
}

void test_main(void)
{
	smp_start();
	n = ncpus() < MOST ? ncpus() : MOST;
	trap_set_handler(VEC_PING, ping);
	trap_set_handler(VEC_NMI, nmi);
	physical();
	shorthands();
	if (apic_is_x2)
		logical_x2apic();
	else
		logical_xapic();
	nmi_mode();
	merging();
	priority();
	init_mode();
}
