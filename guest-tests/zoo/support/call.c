#include "call.h"

/* mail[target][initiator]; `fn` is written last by the initiator, and cleared by the target when it has run. */
static struct { void (*fn)(uint64_t); uint64_t arg; } mail[MAXCPU][MAXCPU];

static void on_call(struct trapframe *tf)
{
	uint32_t self = cpu_number();
	(void)tf;
	apic_eoi();
	for (uint32_t from = 0; from <= mp_maxid; from++) {
		void (*fn)(uint64_t) = load_acquire(&mail[self][from].fn);
		if (fn) {
			fn(mail[self][from].arg);
			store_release(&mail[self][from].fn, NULL);
		}
	}
}

void call_setup(void) { trap_set_handler(VEC_CALL, on_call); }

void call_cpus(uint32_t mask, void (*fn)(uint64_t), uint64_t arg)
{
	uint32_t self = cpu_number();
	mask &= ~(1u << self);
	for (uint32_t cpu = 0; cpu <= mp_maxid; cpu++)
		if (mask >> cpu & 1) {
			mail[cpu][self].arg = arg;
			store_release(&mail[cpu][self].fn, fn);
			apic_send(__pcpu[cpu].pc_apic_id, ICR_ASSERT | ICR_FIXED | VEC_CALL);
		}
	for (uint32_t cpu = 0; cpu <= mp_maxid; cpu++)
		while (mask >> cpu & 1 && load_acquire(&mail[cpu][self].fn))
			cpu_pause();
}

void call_all(uint32_t mask, void (*fn)(uint64_t), uint64_t arg)
{
	fn(arg);
	call_cpus(mask, fn, arg);
}
