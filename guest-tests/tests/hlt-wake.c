/*
 * Sleep and wake-up races: a CPU goes to sleep by HLT or MWAIT while another wakes it at a random moment, by an interrupt, an
 * NMI, a store, or INIT and SIPI. No wake-up may be lost.
 */
#include "../lib/apic.h"
#include "../lib/race.h"
#include "../lib/trap.h"
#include "../lib/wait.h"

const char test_name[] = "hlt-wake";

#define DELAY	400u		/* turns between two wake-ups, at most: longer than falling asleep takes */
#define RESEND	20000u		/* turns before an NMI that came before its HLT is sent again */

static uint32_t n, rounds;
/* Each CPU's line: wake-ups received, wake-ups served. MONITOR watches it. */
static struct { uint32_t pings, nmis, stores, served; } cpus[MAXCPU] __attribute__((aligned(64)));

static void ping(struct trapframe *tf)
{
	uint32_t *p = &cpus[cpu_number()].pings;
	WRITE_ONCE(*p, *p + 1);
	apic_eoi();
}
static void nmi(struct trapframe *tf)
{
	uint32_t *p = &cpus[cpu_number()].nmis;
	WRITE_ONCE(*p, *p + 1);
}
static void send_ping(uint32_t cpu) { apic_send(__pcpu[cpu].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_PING); }

static void delay(void)
{
	for (uint32_t turns = cpu_random() % DELAY; turns; turns--)
		barrier();
}

static void monitor(const void *p) { __asm__ volatile("monitor" :: "a"(p), "c"(0), "d"(0) : "memory"); }
/*
 * STI lets interrupts in after the next instruction: none comes between the look at the condition and the sleep. The NOP is
 * for machines whose MWAIT does nothing: there the interrupt comes behind it.
 */
static void sti_mwait(void) { __asm__ volatile("sti; mwait; nop" :: "a"(0), "c"(0) : "memory"); }

/* ---- what the sleepers do: serve `rounds` wake-ups ---- */

static void sleep_hlt(void *unused)
{
	uint32_t cpu = cpu_number();
	for (uint32_t round = 1; round <= rounds; round++) {
		for (cli(); READ_ONCE(cpus[cpu].pings) < round; cli())
			sti_hlt();
		sti();
		store_release(&cpus[cpu].served, round);
	}
}
static void sleep_mwait_interrupt(void *unused)
{
	uint32_t cpu = cpu_number();
	for (uint32_t round = 1; round <= rounds; round++) {
		for (;;) {
			cli();
			monitor(&cpus[cpu]);
			if (READ_ONCE(cpus[cpu].pings) >= round)
				break;
			sti_mwait();
		}
		sti();
		store_release(&cpus[cpu].served, round);
	}
}
static void sleep_mwait_store(void *unused)
{
	uint32_t cpu = cpu_number();
	for (uint32_t round = 1; round <= rounds; round++) {
		while (READ_ONCE(cpus[cpu].stores) < round) {
			monitor(&cpus[cpu]);
			if (READ_ONCE(cpus[cpu].stores) < round)
				__asm__ volatile("mwait" :: "a"(0), "c"(0) : "memory");
		}
		store_release(&cpus[cpu].served, round);
	}
}
/* Nothing holds an NMI back between the look and the HLT: the sender sends again. */
static void sleep_nmi(void *unused)
{
	uint32_t cpu = cpu_number();
	cli();
	for (uint32_t round = 1; round <= rounds; round++) {
		while (READ_ONCE(cpus[cpu].nmis) < round)
			hlt();
		store_release(&cpus[cpu].served, round);
	}
	sti();
}

/* ---- CPU 0 wakes all others, each at its own random moment ---- */

static void wake_ping(uint32_t cpu, uint32_t round) { send_ping(cpu); }
static void wake_store(uint32_t cpu, uint32_t round) { store_release(&cpus[cpu].stores, round); }
static void wake_nmi(uint32_t cpu, uint32_t round) { apic_send(__pcpu[cpu].pc_apic_id, ICR_NMI | ICR_ASSERT); }

static bool wake(void (*sleeper)(void *), void (*waker)(uint32_t, uint32_t), bool again)
{
	bool ok = true;
	uint32_t resent = 0;
	memset(cpus, 0, sizeof cpus);
	for (uint32_t cpu = 1; cpu < n; cpu++)
		smp_call(cpu, sleeper, 0);
	for (uint32_t round = 1; round <= rounds && ok; round++) {
		for (uint32_t cpu = 1; cpu < n; cpu++) {
			delay();
			waker(cpu, round);
		}
		for (uint32_t cpu = 1; cpu < n && ok; cpu++) {
			if (!again) {
				ok = wait_until(load_acquire(&cpus[cpu].served) >= round);
				continue;
			}
			for (uint32_t turns = 1; load_acquire(&cpus[cpu].served) < round && ok; turns++) {
				if (turns % RESEND == 0) {
					waker(cpu, round);
					resent++;
				}
				ok = turns < WAIT_SPINS;
				cpu_pause();
			}
		}
		if (!ok)
			note("lost in round %u of %u", round, rounds);
	}
	if (again)
		note("%u of %u sent again", resent, rounds * (n - 1));
	if (!ok)
		panic("a CPU sleeps on");	/* nothing can follow */
	for (uint32_t cpu = 1; cpu < n; cpu++)
		smp_wait(cpu);
	return ok;
}

/* A token goes round: each CPU sleeps until its neighbour's interrupt, then wakes the next. CPU 0 only watches. */
static void pass_on(void *unused)
{
	uint32_t cpu = cpu_number(), next = cpu + 1 < n ? cpu + 1 : 1;
	for (uint32_t round = 1; round <= rounds; round++) {
		for (cli(); READ_ONCE(cpus[cpu].pings) < round; cli())
			sti_hlt();
		sti();
		delay();
		store_release(&cpus[cpu].served, round);
		if (next != 1 || round < rounds)
			send_ping(next);
	}
}
static bool ring(void)
{
	memset(cpus, 0, sizeof cpus);
	for (uint32_t cpu = 1; cpu < n; cpu++)
		smp_call(cpu, pass_on, 0);
	send_ping(1);
	for (uint32_t round = 1; round <= rounds; round++)
		if (!wait_until(load_acquire(&cpus[n - 1].served) >= round))
			panic("the token is lost in round %u of %u", round, rounds);
	return true;
}

/* ---- INIT and SIPI out of every state ---- */

static uint32_t ready, marks;

static void state_spin(void *unused)
{
	store_release(&ready, 1);
	for (;;)
		barrier();
}
static void state_pause(void *unused)
{
	store_release(&ready, 1);
	for (;;)
		cpu_pause();
}
static void state_hlt(void *unused)
{
	store_release(&ready, 1);
	for (;;)
		hlt();
}
static void state_cli_hlt(void *unused)
{
	cli();
	state_hlt(0);
}
static void state_mwait(void *unused)
{
	if (!has_mwait())
		state_pause(0);
	monitor(&cpus[0]);
	store_release(&ready, 1);
	for (;;)
		__asm__ volatile("mwait" :: "a"(0), "c"(0) : "memory");
}
/* In a handler that has not sent its EOI: the local APIC starts afresh too. */
static void hold(struct trapframe *tf) { state_pause(0); }
static void state_in_service(void *unused)
{
	apic_send(0, ICR_SELF | ICR_FIXED | ICR_ASSERT | VEC_TIMER);
	state_pause(0);
}
static void mark(void *unused) { __atomic_add_fetch(&marks, 1, __ATOMIC_SEQ_CST); }

static const struct { const char *name; void (*fn)(void *); } states[] = {
	{ "a loop", state_spin }, { "a loop of PAUSE", state_pause }, { "HLT", state_hlt }, { "HLT with interrupts off", state_cli_hlt },
	{ "MWAIT", state_mwait }, { "a handler", state_in_service },
};

static void restarts(void)
{
	trap_set_handler(VEC_TIMER, hold);
	for (uint32_t k = 0; k < sizeof states / sizeof *states; k++) {
		bool ok = true;
		for (uint32_t round = 0; round < rounds / 10 + 1 && ok; round++) {
			uint32_t cpu = 1 + (round + k) % (n - 1);
			ready = marks = 0;
			smp_call(cpu, states[k].fn, 0);
			ok = wait_until(load_acquire(&ready));
			delay();
			ok = ok && cpu_start(cpu);
			if (ok)
				smp_call(cpu, mark, 0);
			ok = ok && wait_until(load_acquire(&marks) == 1);
		}
		report(ok, "INIT and SIPI start a CPU again out of %s", states[k].name);
		if (!ok)
			panic("the CPU does not come back");
	}
}

void test_main(void)
{
	n = race_start(2);
	rounds = race_iterations(100);
	trap_set_handler(VEC_PING, ping);
	trap_set_handler(VEC_NMI, nmi);
	if (race_wanted("hlt"))
		report(wake(sleep_hlt, wake_ping, false), "STI, HLT: each interrupt wakes");
	if (race_wanted("ring"))
		report(ring(), "a token goes round sleeping CPUs");
	if (race_wanted("nmi"))
		report(wake(sleep_nmi, wake_nmi, true), "an NMI ends HLT, interrupts off");
	if (!has_mwait()) {
		report_skip("no MONITOR/MWAIT");
	} else if (race_wanted("mwait")) {
		report(wake(sleep_mwait_interrupt, wake_ping, false), "STI, MWAIT: each interrupt wakes");
		report(wake(sleep_mwait_store, wake_store, false), "MWAIT: each store wakes");
	}
	if (race_wanted("init"))
		restarts();
}
