#include "smp.h"

#include "acpi.h"
#include "apic.h"
#include "lock.h"
#include "report.h"
#include "string.h"
#include "trap.h"

#define START_SPINS	20000000u

extern char ap_trampoline[], ap_trampoline_end[], cpu_stack[MAXCPU][CPU_STACK_SIZE];

/* Read by the trampoline; one CPU starts at a time. */
uint32_t ap_boot_stack, ap_boot_cpu;

static void wakeup(struct trapframe *tf) { (void)tf; apic_eoi(); }
static void spurious(struct trapframe *tf) { (void)tf; }

static void idle(struct pcpu *pc)
{
	for (;;) {
		cli();
		void (*fn)(void *) = load_acquire(&pc->pc_work);
		if (!fn) {
			sti_hlt();
			continue;
		}
		sti();
		fn(pc->pc_work_arg);
		store_release(&pc->pc_work, NULL);
	}
}

__attribute__((noreturn)) void ap_start(uint32_t cpu);
void ap_start(uint32_t cpu)
{
	struct pcpu *pc = &__pcpu[cpu];
	pcpu_init(cpu);
	apic_enable();
	pc->pc_apic_id = apic_id();
	store_release(&pc->pc_online, 1);
	idle(pc);
	__builtin_unreachable();
}

bool cpu_start(uint32_t cpu)
{
	struct pcpu *pc = &__pcpu[cpu];
	ap_boot_cpu = cpu;
	ap_boot_stack = (uint32_t)(uintptr_t)cpu_stack[cpu] + CPU_STACK_SIZE;
	pc->pc_work = NULL;
	store_release(&pc->pc_online, 0);
	apic_send(pc->pc_apic_id, ICR_INIT | ICR_ASSERT);
	spin(1000);
	for (int sipi = 0; sipi < 2; sipi++) {
		apic_send(pc->pc_apic_id, ICR_SIPI | ICR_ASSERT | AP_START >> 12);
		for (uint32_t i = 0; i < (sipi ? START_SPINS : 10000); i++) {
			if (load_acquire(&pc->pc_online))
				return true;
			cpu_pause();
		}
	}
	return false;
}

uint32_t smp_start(void)
{
	uint32_t self = apic_id(), online = 1;
	__pcpu[0].pc_apic_id = self;
	__pcpu[0].pc_online = 1;
	memcpy((void *)(uintptr_t)AP_START, ap_trampoline, (size_t)(ap_trampoline_end - ap_trampoline));
	trap_set_handler(IPI_WAKEUP, wakeup);
	trap_set_handler(VEC_SPURIOUS, spurious);
	for (uint32_t i = 0; i < platform.ncpus && online < MAXCPU; i++) {
		if (platform.apic_id[i] == self)
			continue;
		__pcpu[online].pc_apic_id = platform.apic_id[i];
		if (cpu_start(online))
			online++;
		else
			note("processor with APIC id %u does not start", platform.apic_id[i]);
	}
	mp_maxid = online - 1;
	return online;
}

void smp_call(uint32_t cpu, void (*fn)(void *), void *arg)
{
	struct pcpu *pc = &__pcpu[cpu];
	smp_wait(cpu);
	pc->pc_work_arg = arg;
	store_release(&pc->pc_work, fn);
	apic_send(pc->pc_apic_id, ICR_FIXED | ICR_ASSERT | IPI_WAKEUP);
}

void smp_wait(uint32_t cpu)
{
	while (load_acquire(&__pcpu[cpu].pc_work))
		cpu_pause();
}

void smp_run(uint32_t n, void (*fn)(void *), void *arg)
{
	bool on = read_rflags() & RFLAGS_IF;
	for (uint32_t cpu = 1; cpu < n; cpu++)
		smp_call(cpu, fn, arg);
	sti();
	fn(arg);
	for (uint32_t cpu = 1; cpu < n; cpu++)
		smp_wait(cpu);
	if (!on)
		cli();
}
