/* MONITOR and MWAIT: a store by another CPU or an interrupt ends the wait. */
#include "../lib/apic.h"
#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/trap.h"
#include "../lib/wait.h"

const char test_name[] = "mwait";

#define ROUNDS 20u

static uint32_t flag __attribute__((aligned(64)));
static uint32_t echo __attribute__((aligned(64)));
static uint32_t pings;

static void monitor(const void *p) { __asm__ volatile("monitor" :: "a"(p), "c"(0), "d"(0) : "memory"); }
static void mwait(void) { __asm__ volatile("mwait" :: "a"(0), "c"(0) : "memory"); }

static void ping(struct trapframe *tf)
{
	__atomic_add_fetch(&pings, 1, __ATOMIC_SEQ_CST);
	apic_eoi();
}

/* The condition is looked at between MONITOR and MWAIT, or a store could be missed. */
static void waiter(void *unused)
{
	for (uint32_t i = 1; i <= ROUNDS; i++) {
		while (READ_ONCE(flag) < i) {
			monitor(&flag);
			if (READ_ONCE(flag) < i)
				mwait();
		}
		store_release(&echo, i);
	}
}

static void sleep_until_ping(void *unused)
{
	while (!READ_ONCE(pings)) {
		monitor(&flag);
		if (!READ_ONCE(pings))
			mwait();
	}
}

static void bad_hint(void *unused) { __asm__ volatile("mwait" :: "a"(0), "c"(0x80000000) : "memory"); }

void test_main(void)
{
	if (!has_mwait())
		skip_all("no MONITOR/MWAIT");
	smp_start();
	trap_set_handler(VEC_PING, ping);
	monitor(&flag);
	WRITE_ONCE(flag, 0);
	report(true, "MONITOR takes an address");
	bool trapped = trap_catch(bad_hint, 0);
	report(trapped && curcpu()->pc_trap.vector == VEC_GP, "MWAIT with a reserved extension is #GP");
	if (ncpus() < 2) {
		report_skip("waiting needs a second CPU");
		return;
	}
	smp_call(1, waiter, 0);
	bool ok = true;
	for (uint32_t i = 1; i <= ROUNDS; i++) {
		spin(2000);
		store_release(&flag, i);
		ok = ok && wait_until(load_acquire(&echo) == i);
	}
	smp_wait(1);
	report(ok, "%u stores each end the wait of another CPU", ROUNDS);
	smp_call(1, sleep_until_ping, 0);
	spin(5000);
	apic_send(__pcpu[1].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_PING);
	smp_wait(1);
	report(pings == 1, "an interrupt ends the wait");
}
