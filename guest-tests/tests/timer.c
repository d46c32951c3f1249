/* Local APIC timer in its three modes, on every CPU, and the PIT through the I/O APIC. */
#include "../lib/acpi.h"
#include "../lib/apic.h"
#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/trap.h"
#include "../lib/wait.h"

const char test_name[] = "timer";

#define DIVIDE_BY_1	0xB
#define SHORT_TICKS	20000u

enum { TICKS };

static uint64_t ticks(void) { return READ_ONCE(curcpu()->pc_count[TICKS]); }
static void reset(void) { WRITE_ONCE(curcpu()->pc_count[TICKS], 0); }

static void tick(struct trapframe *tf)
{
	curcpu()->pc_count[TICKS]++;
	apic_eoi();
}

static void one_shot(void *unused)
{
	reset();
	apic_write(APIC_TIMER_DCR, DIVIDE_BY_1);
	apic_write(APIC_LVT_TIMER, VEC_TIMER);
	apic_write(APIC_TIMER_ICR, SHORT_TICKS);
	wait_until(ticks() > 0);
}

static void one_shot_cases(void)
{
	one_shot(0);
	report(ticks() == 1, "one-shot fires");
	spin(SHORT_TICKS);
	report(ticks() == 1 && apic_read(APIC_TIMER_CCR) == 0, "one-shot fires once and its count stays 0");
	apic_write(APIC_TIMER_ICR, 0x7FFFFFFF);
	uint32_t first = apic_read(APIC_TIMER_CCR);
	report(wait_until(apic_read(APIC_TIMER_CCR) < first), "current count runs down");
	apic_write(APIC_TIMER_ICR, 0);
	report(apic_read(APIC_TIMER_CCR) == 0, "initial count 0 stops it");
	reset();
	apic_write(APIC_LVT_TIMER, VEC_TIMER | LVT_MASKED);
	apic_write(APIC_TIMER_ICR, 1000);
	wait_until(apic_read(APIC_TIMER_CCR) == 0);
	spin(1000);
	report(ticks() == 0, "a masked timer runs out silently");
}

static void periodic_cases(void)
{
	reset();
	apic_write(APIC_LVT_TIMER, VEC_TIMER | LVT_PERIODIC);
	apic_write(APIC_TIMER_ICR, SHORT_TICKS);
	report(wait_until(ticks() >= 3), "periodic fires again and again");
	apic_write(APIC_TIMER_ICR, 0);
	reset();
	spin(SHORT_TICKS);
	report(ticks() <= 1, "periodic stops");
	reset();
	apic_write(APIC_TIMER_ICR, SHORT_TICKS);
	while (ticks() == 0) {
		cli();
		if (ticks() == 0)
			sti_hlt();
		sti();
	}
	report(true, "the timer ends HLT");
	apic_write(APIC_TIMER_ICR, 0);
}

static void deadline_cases(void)
{
	if (!has_tsc_deadline()) {
		report_skip("no TSC-deadline mode");
		return;
	}
	apic_write(APIC_LVT_TIMER, VEC_TIMER | LVT_DEADLINE);
	mfence();
	reset();
	uint64_t when = rdtsc() + 50000;
	wrmsr(MSR_TSC_DEADLINE, when);
	bool came = wait_until(ticks() == 1);
	report(came && rdtsc() >= when, "TSC deadline fires, not before its time");
	report(rdmsr(MSR_TSC_DEADLINE) == 0, "and disarms itself");
	wrmsr(MSR_TSC_DEADLINE, 1);
	report(wait_until(ticks() == 2), "a deadline in the past fires at once");
	wrmsr(MSR_TSC_DEADLINE, rdtsc() + 100000);
	wrmsr(MSR_TSC_DEADLINE, 0);
	spin(50000);
	report(ticks() == 2, "writing 0 disarms it");
	apic_write(APIC_LVT_TIMER, LVT_MASKED);
}

static void pit_cases(void)
{
	reset();
	ioapic_route(platform.pit_gsi, VEC_PIT, apic_id());
	outb(0x43, 0x34);		/* channel 0, both bytes, rate generator */
	outb(0x40, 0x00);
	outb(0x40, 0x02);		/* 512 periods: 429 us */
	report(wait_until(ticks() >= 3), "PIT channel 0 interrupts through I/O APIC pin %u", platform.pit_gsi);
	ioapic_mask(platform.pit_gsi);
	spin(100);
	reset();
	spin(20000);
	report(ticks() == 0, "a masked pin is silent");
}

void test_main(void)
{
	smp_start();
	trap_set_handler(VEC_TIMER, tick);
	trap_set_handler(VEC_PIT, tick);
	one_shot_cases();
	periodic_cases();
	deadline_cases();
	pit_cases();
	uint32_t n = ncpus() < 16 ? ncpus() : 16, fired = 0;
	smp_run(n, one_shot, 0);
	for (uint32_t cpu = 0; cpu < n; cpu++)
		fired += __pcpu[cpu].pc_count[TICKS] == 1;
	report(fired == n, "each CPU has a timer of its own (%u of %u)", fired, n);
}
