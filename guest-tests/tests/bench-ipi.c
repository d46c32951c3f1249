/*
 * Round trip of an interprocessor interrupt between CPU 0 and CPU 1. variant= runs one of four:
 *
 *   flag-spin   CPU 1 spins on memory with PAUSE; its handler stores a flag that CPU 0 spins on
 *   back-spin   its handler sends an interrupt back; CPU 0 spins on what that handler stores
 *   flag-halt   CPU 1 sleeps in HLT
 *   back-halt   both sleep in HLT
 *
 * iterations= round trips; the APIC mode is apic=.
 */
#include "../lib/apic.h"
#include "../lib/phase.h"
#include "../lib/race.h"
#include "../lib/trap.h"

const char test_name[] = "bench-ipi";

static struct { uint32_t v; } received[2] __attribute__((aligned(64))), flag __attribute__((aligned(64))),
    stop __attribute__((aligned(64)));
static bool back;

static void ping(struct trapframe *tf)
{
	uint32_t cpu = cpu_number();
	WRITE_ONCE(received[cpu].v, received[cpu].v + 1);
	apic_eoi();
	if (cpu == 1) {
		if (back)
			apic_send(__pcpu[0].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_PING);
		else
			store_release(&flag.v, flag.v + 1);
	}
}

static void target_spins(void *unused)
{
	while (!load_acquire(&stop.v))
		cpu_pause();
}
static void target_halts(void *unused)
{
	for (cli(); !load_acquire(&stop.v); cli())
		sti_hlt();
	sti();
}

static void round_trip(uint32_t want, bool halts)
{
	apic_send(__pcpu[1].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_PING);
	uint32_t *answer = back ? &received[0].v : &flag.v;
	if (back && halts) {
		for (cli(); READ_ONCE(*answer) != want; cli())
			sti_hlt();
		sti();
	} else {
		while (READ_ONCE(*answer) != want)
			cpu_pause();
	}
}

static void run(const char *phase, bool with_back, bool halts, uint32_t iterations)
{
	back = with_back;
	received[0].v = received[1].v = flag.v = stop.v = 0;
	smp_call(1, halts ? target_halts : target_spins, 0);
	for (uint32_t i = 1; i <= 10; i++)
		round_trip(i, halts);
	phase_start(phase);
	for (uint32_t i = 11; i <= iterations + 10; i++)
		round_trip(i, halts);
	phase_end(phase, iterations);
	uint32_t at_target = received[1].v;
	store_release(&stop.v, 1);
	apic_send(__pcpu[1].pc_apic_id, ICR_FIXED | ICR_ASSERT | IPI_WAKEUP);
	smp_wait(1);
	report(at_target == iterations + 10 && received[0].v == (back ? iterations + 10 : 0), "%s: as many interrupts as round trips", phase);
}

void test_main(void)
{
	static const struct { const char *name, *phase; bool back, halts; } variants[] = {
		{ "flag-spin", "ipi-flag-spin", false, false }, { "back-spin", "ipi-back-spin", true, false },
		{ "flag-halt", "ipi-flag-halt", false, true }, { "back-halt", "ipi-back-halt", true, true },
	};
	race_start(2);
	trap_set_handler(VEC_PING, ping);
	uint32_t iterations = race_iterations(1000);
	const char *only = option("variant", "");
	for (uint32_t k = 0; k < sizeof variants / sizeof *variants; k++)
		for (uint32_t rep = 0; rep < phase_reps() && (!*only || !strcmp(only, variants[k].name)); rep++)
			run(variants[k].phase, variants[k].back, variants[k].halts, iterations);
}
