#include "shootdown.h"

#include "apic.h"
#include "cmdline.h"
#include "report.h"
#include "string.h"
#include "trap.h"

/* Words in a row: packed by default, 256 gives each row cache lines of its own, 4 a board of one line for four CPUs. */
#ifndef SCOREBOARD_STRIDE
#define SCOREBOARD_STRIDE	MAXCPU
#endif
#ifndef SCOREBOARD_CPUS
#define SCOREBOARD_CPUS		MAXCPU
#endif
#ifndef DEFAULT_VARIANT
#define DEFAULT_VARIANT		"parallel"
#endif

volatile uint32_t invl_scoreboard[SCOREBOARD_CPUS * SCOREBOARD_STRIDE] __attribute__((aligned(64)));
const uint32_t shootdown_stride = SCOREBOARD_STRIDE;
enum shootdown_variant shootdown_variant;
struct shootdown_ops shootdown_ops;

/* FreeBSD's review names this lock as the fallback should a handler ever send IPIs; one a CPU. */
static struct { struct spinlock lock; } __attribute__((aligned(64))) icr_lock[MAXCPU];

__attribute__((used)) static void export_stride(void)
{
	__asm__ volatile(".globl invl_scoreboard_stride\n\t.set invl_scoreboard_stride, %c0" :: "i"(SCOREBOARD_STRIDE));
}

static void invlop(struct trapframe *tf)
{
	(void)tf;
	apic_eoi();
	if (shootdown_variant == VARIANT_SERIAL)
		shootdown_serial_serve();
	while (shootdown_serve())
		;
}

static enum shootdown_variant parse_variant(const char *name)
{
	static const char *const names[] = { "parallel", "serial", "parallel-icr-lock", "late-ack", "flush-last", "invlpgb" };
	for (unsigned v = 0; v < sizeof names / sizeof *names; v++)
		if (!strcmp(name, names[v]))
			return (enum shootdown_variant)v;
	if (!strcmp(name, "parallel-padded"))
		return VARIANT_PARALLEL;
	panic("variant=%s is unknown", name);
}

void shootdown_setup(void)
{
	uint32_t generation = (uint32_t)option_number("gen-start", 1);
	if (mp_maxid >= SCOREBOARD_CPUS)
		skip_all("more CPUs than scoreboard columns");
	shootdown_variant = parse_variant(option("variant", DEFAULT_VARIANT));
	if (shootdown_variant == VARIANT_INVLPGB && !has_invlpgb())
		skip_all("no INVLPGB");
	if (generation == 0)
		generation = 1;
	for (uint32_t i = 0; i < SCOREBOARD_CPUS * SCOREBOARD_STRIDE; i++)
		invl_scoreboard[i] = generation;
	for (uint32_t cpu = 0; cpu <= mp_maxid; cpu++)
		__pcpu[cpu].pc_smp_tlb.gen = generation;

	shootdown_ops = (struct shootdown_ops){ INVL_OP_TLB, INVL_OP_PGRNG, INVL_OP_PG };
	if (pmap_pcid_enabled)
		shootdown_ops = (struct shootdown_ops){ INVL_OP_TLB_PCID, INVL_OP_PGRNG_PCID, INVL_OP_PG_PCID };
	if (pmap_invpcid_works)
		shootdown_ops = (struct shootdown_ops){ pmap_pti ? INVL_OP_TLB_INVPCID_PTI : INVL_OP_TLB_INVPCID,
		    INVL_OP_PGRNG_INVPCID, INVL_OP_PG_INVPCID };
	trap_set_handler(IPI_INVLOP, invlop);
}

cpuset_t shootdown_targets(struct pmap *pmap)
{
	cpuset_t targets = cpuset_copy(&pmap->pm_active);
	cpuset_remove(&targets, cpu_number());
	return targets;
}

uint32_t shootdown_fill(struct pmap *pmap, enum invl_op_codes op, uint64_t va1, uint64_t va2)
{
	struct pcpu *pc = curcpu();
	uint32_t generation = pc->pc_smp_tlb.gen + 1;
	if (generation == 0)
		generation = 1;
	pc->pc_smp_tlb.addr1 = va1;
	pc->pc_smp_tlb.addr2 = va2;
	pc->pc_smp_tlb.pmap = pmap;
	pc->pc_smp_tlb.op = op;
	pc->pc_smp_tlb.gen = generation;
	return generation;
}

void shootdown_post(const cpuset_t *targets)
{
	uint32_t self = cpu_number();
	fence_release();	/* partner: the acquire fences in shootdown_serve() */
	cpuset_foreach(cpu, targets) {
		volatile uint32_t *slot = invl_slot(cpu, self);
		if (*slot == 0)
			panic("slot of target %u and initiator %u is 0 already", cpu, self);
		*slot = 0;
	}
}

void shootdown_send(const cpuset_t *targets)
{
	struct pcpu *pc = curcpu();
	bool lock = shootdown_variant == VARIANT_ICR_LOCK, on = false;
	if (lock)
		on = spin_lock_irq(&icr_lock[pc->pc_cpuid].lock);
	if (cpuset_count(targets) == mp_maxid) {
		apic_send(0, ICR_OTHERS | ICR_ASSERT | ICR_FIXED | IPI_INVLOP);
	} else {
		cpuset_foreach(cpu, targets)
			apic_send(__pcpu[cpu].pc_apic_id, ICR_ASSERT | ICR_FIXED | IPI_INVLOP);
	}
	if (lock)
		spin_unlock_irq(&icr_lock[pc->pc_cpuid].lock, on);
}

void shootdown_wait(const cpuset_t *targets, uint32_t generation)
{
	uint32_t self = cpu_number();
	cpuset_foreach(cpu, targets)
		while (load_acquire(invl_slot(cpu, self)) != generation)
			cpu_pause();
}

bool shootdown_serve(void)
{
	uint32_t self = cpu_number(), initiator = 0;
	volatile uint32_t *row = invl_slot(self, 0);
	while (row[initiator] != 0)
		if (++initiator > mp_maxid)
			return false;
	const struct pcpu *pc = &__pcpu[initiator];
	fence_acquire();	/* partner: the release fence in shootdown_post() */
	uint64_t va1 = READ_ONCE(pc->pc_smp_tlb.addr1), va2 = READ_ONCE(pc->pc_smp_tlb.addr2);
	struct pmap *pmap = READ_ONCE(pc->pc_smp_tlb.pmap);
	enum invl_op_codes op = READ_ONCE(pc->pc_smp_tlb.op);
	uint32_t generation = READ_ONCE(pc->pc_smp_tlb.gen);
	fence_acquire();	/* the record is read before the store below gives it back */
	if (shootdown_variant == VARIANT_LATE_ACK)
		invl_perform(op, pmap, va1, va2);
	store_release(&row[initiator], generation);
	if (shootdown_variant != VARIANT_LATE_ACK)
		invl_perform(op, pmap, va1, va2);
	return true;
}

uint32_t shootdown(struct pmap *pmap, enum invl_op_codes op, uint64_t va1, uint64_t va2)
{
	if (!(read_rflags() & RFLAGS_IF))
		panic("shootdown with interrupts off");
	if (shootdown_variant == VARIANT_SERIAL)
		return shootdown_serial(pmap, op, va1, va2);
	if (shootdown_variant == VARIANT_INVLPGB && op != INVL_OP_CACHE) {
		invlpgb_shootdown(pmap, op, va1, va2);
		return 0;
	}
	/* The kernel does not preempt: nothing else uses this CPU's record until we leave. */
	cpuset_t targets = shootdown_targets(pmap);
	if (cpuset_empty(&targets)) {
		invl_perform(op, pmap, va1, va2);
		return 0;
	}
	uint32_t generation = shootdown_fill(pmap, op, va1, va2);
	shootdown_post(&targets);
	shootdown_send(&targets);
	if (shootdown_variant != VARIANT_FLUSH_LAST)
		invl_perform(op, pmap, va1, va2);
	shootdown_wait(&targets, generation);
	if (shootdown_variant == VARIANT_FLUSH_LAST)
		invl_perform(op, pmap, va1, va2);
	return cpuset_count(&targets);
}
