/*
 * The shootdown protocol with one reason for its correctness taken away, each in a scenario that makes the symptom visible.
 *
 *   mutant=NAME      run the scenario with the fault: a line "not ok" and FAIL
 *   scenario=NAME    the same workload on the unchanged protocol: PASS
 *
 * Names and what an observer should call the fault are in the table at the end. What the fault is stands where it is made.
 */
#include "../lib/apic.h"
#include "../lib/cmdline.h"
#include "../lib/report.h"
#include "../lib/smp.h"
#include "../lib/storm.h"
#include "../lib/string.h"
#include "../lib/trap.h"
#include "../lib/usermode.h"

const char test_name[] = "mutants";

enum mutant {
	NONE, HANDLER_SERVES_ONE, ACK_THEN_USER, NMI_READS_USER, INITIATORS_IF0, NO_RELEASE_FENCE, NO_ACQUIRE_FENCE,
	ICR_INTERRUPTED, GEN_WRAP, WRONG_GENERATION, NO_WAIT, PCID_CLEAR_LATE,
	NO_ICR_FENCE,
};

#define MOST		16u
#define PATIENCE	100000u		/* loops after which an answer will never come */
#define VEC_REPLY	(VEC_PING + 1)

struct request { uint64_t va1, va2; struct pmap *pmap; enum invl_op_codes op; };

static enum mutant fault;
static uint32_t stop, already_zero, gave_up;

/* ---- initiator ---- */

__attribute__((noreturn)) static void give_up(uint32_t target)
{
	cli();
	if (__atomic_exchange_n(&gave_up, 1, __ATOMIC_SEQ_CST))
		for (;;)
			hlt();
	report(false, "CPU %u waits for ever for the answer of CPU %u", cpu_number(), target);
	report_finish();
}

static void wait_or_give_up(const cpuset_t *targets, uint32_t generation)
{
	cpuset_foreach(cpu, targets) {
		uint32_t left = PATIENCE;
		while (load_acquire(invl_slot(cpu, cpu_number())) != generation) {
			cpu_pause();
			if (!left--)
				give_up(cpu);
		}
	}
}

/* x2APIC: no MFENCE before WRMSR. The interrupt may reach a target before the zeroed slots have left the store buffer. */
static void send_unfenced(const cpuset_t *targets)
{
	cpuset_foreach(cpu, targets)
		wrmsr(MSR_X2APIC + APIC_ICR_LO / 16,
		    (uint64_t)__pcpu[cpu].pc_apic_id << 32 | ICR_ASSERT | ICR_FIXED | IPI_INVLOP);
}

static uint32_t fill_without_skip(struct pmap *pmap, enum invl_op_codes op, uint64_t va1, uint64_t va2)
{
	struct pcpu *pc = curcpu();
	uint32_t generation = pc->pc_smp_tlb.gen;
	shootdown_fill(pmap, op, va1, va2);
	pc->pc_smp_tlb.gen = generation + 1;	/* 0 is a generation like any other */
	return generation + 1;
}

/* Zero the slots whatever they hold, and count those that were 0. */
static void post_unchecked(const cpuset_t *targets)
{
	cpuset_foreach(cpu, targets) {
		volatile uint32_t *slot = invl_slot(cpu, cpu_number());
		if (*slot == 0)
			__atomic_add_fetch(&already_zero, 1, __ATOMIC_SEQ_CST);
		*slot = 0;
	}
}

/* Both halves of the ICR with interrupts on: a handler that sends an IPI in between leaves its own destination in ICR_HI. */
static void send_interruptible(const cpuset_t *targets)
{
	cpuset_foreach(cpu, targets) {
		apic_wait_idle();
		apic_write(APIC_ICR_HI, __pcpu[cpu].pc_apic_id << 24);
		spin(100);
		apic_write(APIC_ICR_LO, ICR_ASSERT | ICR_FIXED | IPI_INVLOP);
	}
}

static uint32_t faulty_shootdown(struct pmap *pmap, enum invl_op_codes op, uint64_t va1, uint64_t va2)
{
	cpuset_t targets = shootdown_targets(pmap);
	uint32_t generation;
	if (fault == INITIATORS_IF0)
		cli();
	if (fault == NO_RELEASE_FENCE) {
		/* What a dropped fence would allow: the slots are seen before the record. */
		post_unchecked(&targets);
		spin(20);
		generation = shootdown_fill(pmap, op, va1, va2);
	} else if (fault == GEN_WRAP) {
		generation = fill_without_skip(pmap, op, va1, va2);
		shootdown_post(&targets);
	} else {
		generation = shootdown_fill(pmap, op, va1, va2);
		if (fault == NO_WAIT)
			post_unchecked(&targets);
		else
			shootdown_post(&targets);
	}
	if (fault == ICR_INTERRUPTED)
		send_interruptible(&targets);
	else if (fault == NO_ICR_FENCE)
		send_unfenced(&targets);
	else
		shootdown_send(&targets);
	invl_perform(op, pmap, va1, va2);
	if (fault != NO_WAIT)
		wait_or_give_up(&targets, generation);
	if (fault == INITIATORS_IF0)
		sti();
	if (fault == PCID_CLEAR_LATE)
		pmap_clear_saved_pcids(pmap);	/* a CPU that switched in meanwhile kept its old PCID */
	return cpuset_count(&targets);
}

/* ---- target ---- */

static struct request deferred[MOST];
static uint32_t predicted[MOST][MOST];

static bool faulty_serve(struct trapframe *tf)
{
	struct pcpu *pc = curcpu();
	uint32_t self = pc->pc_cpuid, initiator = 0;
	while (*invl_slot(self, initiator) != 0)
		if (++initiator > mp_maxid)
			return false;
	volatile uint32_t *slot = invl_slot(self, initiator);
	const struct pcpu *from = &__pcpu[initiator];
	if (fault == NO_ACQUIRE_FENCE) {
		/* What a dropped fence would allow: the answer leaves before the record is read, which may be the next by then. */
		store_release(slot, ++predicted[self][initiator]);
		spin(40);
	}
	fence_acquire();
	struct request r = { READ_ONCE(from->pc_smp_tlb.addr1), READ_ONCE(from->pc_smp_tlb.addr2),
	    READ_ONCE(from->pc_smp_tlb.pmap), READ_ONCE(from->pc_smp_tlb.op) };
	uint32_t generation = READ_ONCE(from->pc_smp_tlb.gen);
	fence_acquire();
	if (fault == WRONG_GENERATION)
		generation = pc->pc_smp_tlb.gen;	/* the target's own */
	if (fault != NO_ACQUIRE_FENCE)
		store_release(slot, generation);
	if (fault == ACK_THEN_USER && from_user(tf))
		deferred[self] = r;			/* user mode runs again first */
	else
		invl_perform(r.op, r.pmap, r.va1, r.va2);
	return true;
}

static void faulty_invlop(struct trapframe *tf)
{
	struct request *late = &deferred[cpu_number()];
	apic_eoi();
	if (late->op) {
		invl_perform(late->op, late->pmap, late->va1, late->va2);
		late->op = 0;
	}
	while (faulty_serve(tf))
		if (fault == HANDLER_SERVES_ONE)
			break;
}

/* ---- scenarios ---- */

static void verdict(void)
{
	report(storm_total(COUNT_STALE) == 0, "no stale read");
	report(already_zero == 0, "no slot was 0 when its initiator came back");
	note("%lu shootdowns, %lu reads, %lu stale, %u slots 0 already", storm_total(COUNT_SHOOTDOWNS), storm_total(COUNT_READS),
	    storm_total(COUNT_STALE), already_zero);
}

static void all_against_all(void)
{
	storm.kind = -1;
	smp_run(storm.cpus, storm_cpu, 0);
	verdict();
}

/* Generations apart, so that another CPU's is never right by chance. */
static void generations_apart(void)
{
	for (uint32_t cpu = 0; cpu < storm.cpus; cpu++)
		__pcpu[cpu].pc_smp_tlb.gen += cpu * 0x10000;
	all_against_all();
}

static void near_the_wrap(void)
{
	for (uint32_t cpu = 0; cpu < storm.cpus; cpu++)
		__pcpu[cpu].pc_smp_tlb.gen = 0xFFFFFFF8u + cpu;
	all_against_all();
}

/* CPU 0 shoots; the others do `work` until it has finished. */
static void one_against(void (*work)(void *))
{
	pmap_activate(storm.pmap);
	for (uint32_t cpu = 1; cpu < storm.cpus; cpu++)
		smp_call(cpu, work, 0);
	spin(3000);
	for (uint32_t i = 0; i < storm.iterations; i++) {
		storm_change(0, i & 1 ? STORM_RANGE : STORM_PAGE);
		spin(cpu_random() % 200);
	}
	store_release(&stop, 1);
	for (uint32_t cpu = 1; cpu < storm.cpus; cpu++)
		smp_wait(cpu);
	verdict();
}

static void stay_in_user_mode(void *unused)
{
	uint32_t cpu = cpu_number();
	pmap_activate(storm.pmap);
	while (!READ_ONCE(stop)) {
		struct user_work *w = usermode_work(cpu);
		*w = (struct user_work){ .base = USER_BASE, .completed = USER_COMPLETED, .count = storm.pages, .rounds = 16 };
		usermode_run(cpu, user_check_entry());
		curcpu()->pc_count[COUNT_READS] += w->reads;
		curcpu()->pc_count[COUNT_STALE] += w->stale;
	}
}
static void user_targets(void) { one_against(stay_in_user_mode); }

/* NMIs hit the targets right after CPU 0 was released, while they invalidate a long range whose last page is read. */
static uint32_t fresh;		/* version the last page has had since the release */

static void nmi(struct trapframe *tf)
{
	struct pcpu *pc = curcpu();
	if (fault != NMI_READS_USER || pc->pc_curpmap != storm.pmap)
		return;
	uint32_t expected = load_acquire(&fresh);
	uint32_t seen = *(volatile uint32_t *)storm_va(storm.pages - 1);
	pc->pc_count[COUNT_READS]++;
	pc->pc_count[COUNT_STALE] += seen < expected;
}

static uint32_t shootdown_then_nmi(struct pmap *pmap, enum invl_op_codes op, uint64_t va1, uint64_t va2)
{
	uint32_t targets = shootdown(pmap, op, va1, va2);
	if (va2 == storm_va(storm.pages - 1) + PAGE_SIZE)
		store_release(&fresh, storm.completed[storm.pages - 1] + 1);
	apic_send(0, ICR_OTHERS | ICR_NMI | ICR_ASSERT);
	return targets;
}

static void read_last_page(void *unused)
{
	pmap_activate(storm.pmap);
	while (!READ_ONCE(stop))
		storm_check(storm.pages - 1);
}

static void nmis(void)
{
	trap_set_handler(VEC_NMI, nmi);
	storm.shootdown = shootdown_then_nmi;
	one_against(read_last_page);
}

/* CPU 1 is the target, CPU 2 sends pings to CPU 0, whose handler replies: an IPI out of an interrupt handler. */
static uint32_t replies;

static void on_ping(struct trapframe *tf)
{
	apic_eoi();
	apic_send(__pcpu[2].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_REPLY);
}

static void on_reply(struct trapframe *tf)
{
	apic_eoi();
	__atomic_add_fetch(&replies, 1, __ATOMIC_SEQ_CST);
}

static void target_or_pinger(void *unused)
{
	struct pcpu *pc = curcpu();
	if (pc->pc_cpuid == 1)
		pmap_activate(storm.pmap);
	while (!READ_ONCE(stop)) {
		if (pc->pc_cpuid == 1) {
			storm_check(0);
		} else if (pc->pc_cpuid == 2) {
			apic_send(__pcpu[0].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_PING);
			spin(cpu_random() % 20);
		} else {
			cpu_pause();
		}
	}
}

static void pinged_initiator(void)
{
	if (apic_is_x2)
		skip_all("x2APIC writes the ICR at once");
	trap_set_handler(VEC_PING, on_ping);
	trap_set_handler(VEC_REPLY, on_reply);
	one_against(target_or_pinger);
}

static void without_icr_fence(void)
{
	if (!apic_is_x2)
		skip_all("a store to the xAPIC's page waits for earlier stores");
	all_against_all();
}

/* CPU 1 leaves the pmap and comes back to its saved PCID all the time; the others are ordinary targets. */
static void switch_often(void *unused)
{
	struct pcpu *pc = curcpu();
	while (!READ_ONCE(stop)) {
		pmap_activate(storm.pmap);
		for (uint32_t i = 0; i < 8; i++)
			storm_check(i % storm.pages);
		if (pc->pc_cpuid == 1) {
			pmap_activate(storm.other);
			spin(cpu_random() % 60);
		}
	}
}

static void no_clear(struct pmap *pmap) { mfence(); }

static void switching_target(void)
{
	if (!pmap_pcid_enabled)
		skip_all("no PCID");
	if (fault)
		storm.clear_saved_pcids = no_clear;
	one_against(switch_often);
}

static const struct {
	const char *name, *observed;
	uint32_t cpus, iterations, pages;
	void (*run)(void);
} table[] = {
	[HANDLER_SERVES_ONE] = { "handler-serves-one", "request-never-served", 3, 100, 4, all_against_all },
	[ACK_THEN_USER] = { "ack-then-user", "stale-use", 2, 60, 4, user_targets },
	[NMI_READS_USER] = { "nmi-reads-user", "stale-use-in-nmi", 2, 150, 48, nmis },
	[INITIATORS_IF0] = { "initiators-if0", "initiator-interrupts-disabled", 2, 100, 4, all_against_all },
	[NO_RELEASE_FENCE] = { "no-release-fence", "torn-request", 3, 100, 4, all_against_all },
	[NO_ACQUIRE_FENCE] = { "no-acquire-fence", "ack-without-read", 2, 100, 4, all_against_all },
	[ICR_INTERRUPTED] = { "icr-interrupted", "misdirected-ipi", 3, 300, 4, pinged_initiator },
	[GEN_WRAP] = { "gen-wrap", "generation-zero", 2, 40, 4, near_the_wrap },
	[WRONG_GENERATION] = { "wrong-generation", "wrong-generation", 2, 40, 4, generations_apart },
	[NO_WAIT] = { "no-wait", "slot-already-zero", 2, 100, 4, all_against_all },
	[NO_ICR_FENCE] = { "no-icr-fence", "misdirected-ipi", 2, 300, 4, without_icr_fence },
	[PCID_CLEAR_LATE] = { "pcid-clear-late", "stale-pcid", 3, 300, 4, switching_target },
};

void test_main(void)
{
	const char *mutant = option("mutant", "none"), *name = strcmp(mutant, "none") ? mutant : option("scenario", "");
	unsigned m = 1;
	while (m < sizeof table / sizeof *table && strcmp(name, table[m].name))
		m++;
	if (m == sizeof table / sizeof *table)
		panic("no mutant is called \"%s\"", name);
	smp_start();
	if (ncpus() < table[m].cpus)
		skip_all("more CPUs are needed");
	pmap_setup();
	storm.pages = table[m].pages;
	storm_init(ncpus() < MOST ? ncpus() : MOST, table[m].iterations);
	storm.wander = false;
	for (uint32_t i = 0; i < MOST * MOST; i++)
		predicted[i / MOST][i % MOST] = 1;
	if (strcmp(mutant, "none")) {
		fault = m;
		note("mutant %s: expect %s", name, table[m].observed);
	}
	/* The fault of this one is in the NMI handler; the protocol is as it should be. */
	if (fault && fault != NMI_READS_USER) {
		storm.shootdown = faulty_shootdown;
		trap_set_handler(IPI_INVLOP, faulty_invlop);
	}
	table[m].run();
}
