/*
 * Accessed and dirty flags are set by locked updates of the entry (Intel SDM volume 3A, 4.8 and 9.1.2.1): software's bits in the
 * same entry are not lost, a flag that software clears by a locked operation comes back with the next use after the shootdown,
 * and an entry taken away by XCHG stays away.
 */
#include "../lib/apic.h"
#include "../lib/pmap.h"
#include "../lib/race.h"
#include "../lib/trap.h"
#include "../lib/wait.h"

const char test_name[] = "adbits";

#define MOST		32u
#define SOFTWARE_BITS	10u		/* 9, 10, 11 and 52 to 58 are software's */

static struct pmap *pmap;
static uint64_t *pte;
static unsigned char *frame;
static uint32_t n, iterations, stop, acks, faults[MAXCPU], wrong[MAXCPU];
static struct race_gate gate, rest;

/* One word a CPU, each in a line of its own; the second is the kernel's view of the same frame. */
static volatile uint64_t *word_va(uint32_t cpu) { return (volatile uint64_t *)(USER_BASE + cpu * 64); }
static volatile uint64_t *word_pa(uint32_t cpu) { return (volatile uint64_t *)(frame + cpu * 64); }

static uint64_t fresh(void) { return (uint64_t)frame | PTE_P | PTE_W; }

static bool pte_bit_set(uint64_t bit)
{
	bool was;
	__asm__ volatile("lock btsq %2, %1" : "=@ccc"(was), "+m"(*pte) : "r"(bit) : "memory");
	return was;
}
static bool pte_bit_clear(uint64_t bit)
{
	bool was;
	__asm__ volatile("lock btrq %2, %1" : "=@ccc"(was), "+m"(*pte) : "r"(bit) : "memory");
	return was;
}
/* What the observer must find again after any number of A and D updates: everything else in the entry. */
static bool rest_of_entry_holds(void) { return (READ_ONCE(*pte) & (PTE_ADDR | PTE_P | PTE_W | PTE_NX)) == fresh(); }

/* Even CPUs use the page, each time without a TLB entry; odd ones set and clear a bit of their own, and A and D. */
static void software_bits(void *unused)
{
	uint32_t cpu = cpu_number(), own = cpu / 2, bad = 0;
	uint64_t bit = own < 3 ? 9 + own : 49 + own;
	race_meet(&gate, n);
	for (uint32_t i = 0; own < SOFTWARE_BITS && i < iterations; i++) {
		if (cpu % 2 == 0) {
			invlpg(USER_BASE);
			if (i % 3)
				*word_va(cpu) = i;
			else
				(void)*word_va(cpu);
		} else if (i % 2) {
			bad += pte_bit_set(bit);
			pte_bit_clear(6);
			bad += !pte_bit_clear(bit);
		} else {
			uint64_t old = READ_ONCE(*pte), flip = 1ull << bit;
			while (!__atomic_compare_exchange_n(pte, &old, old ^ flip, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
				;
			bad += (old & flip) != 0;
			__atomic_fetch_and(pte, ~(PTE_A | PTE_D), __ATOMIC_SEQ_CST);
			old = __atomic_fetch_xor(pte, flip, __ATOMIC_SEQ_CST);
			bad += !(old & flip);
		}
		bad += !rest_of_entry_holds();
	}
	wrong[cpu] = bad;
}

/* ---- CPU 0 takes something away and shoots it down; the others use the page all the time ---- */

static void drop(struct trapframe *tf)
{
	invlpg(USER_BASE);
	__atomic_add_fetch(&acks, 1, __ATOMIC_SEQ_CST);
	apic_eoi();
}

static bool drop_everywhere(void)
{
	WRITE_ONCE(acks, 0);
	for (uint32_t cpu = 1; cpu < n; cpu++)
		apic_send(__pcpu[cpu].pc_apic_id, ICR_FIXED | ICR_ASSERT | VEC_PING);
	invlpg(USER_BASE);
	return wait_until(READ_ONCE(acks) == n - 1);
}

static void snapshot(uint64_t *words)
{
	for (uint32_t cpu = 0; cpu < n; cpu++)
		words[cpu] = *word_pa(cpu);
}
static bool changed(const uint64_t *words)
{
	for (uint32_t cpu = 0; cpu < n; cpu++)
		if (*word_pa(cpu) != words[cpu])
			return true;
	return false;
}

static void store_one(void *unused)
{
	volatile uint64_t *own = word_va(cpu_number());
	*own = *own + 1;
}

/* Store until told to stop, then rest until the round is judged. A fault means that the page is away for the moment. */
static void writer_round(uint32_t cpu)
{
	while (!load_acquire(&stop))
		if (trap_catch(store_one, 0)) {
			if (curcpu()->pc_trap.vector != VEC_PF)
				panic("vector %lu in a store", curcpu()->pc_trap.vector);
			faults[cpu]++;
			while (!READ_ONCE(*pte) && !load_acquire(&stop))
				cpu_pause();
		}
}

/* D (or A) cleared, shot down, page copied: if the page changes from then on, the flag must be set again. */
static void clearing(void *flag)
{
	uint32_t cpu = cpu_number(), bad = 0, uses = 0;
	uint64_t bit = flag == &stop ? PTE_D : PTE_A, words[MOST];
	for (uint32_t i = 0; i < iterations / 10 + 1; i++) {
		if (cpu == 0)
			store_release(&stop, 0);
		race_meet(&gate, n);
		if (cpu != 0) {
			writer_round(cpu);
		} else {
			race_jitter();
			__atomic_fetch_and(pte, ~bit, __ATOMIC_SEQ_CST);
			bad += !drop_everywhere();
			snapshot(words);
			for (uint32_t k = 0; k < 8; k++)
				race_jitter();
			store_release(&stop, 1);
		}
		race_meet(&rest, n);
		if (cpu == 0) {
			bool used = changed(words);
			uses += used;
			bad += used && !(READ_ONCE(*pte) & bit);
			bad += !rest_of_entry_holds();
		}
	}
	if (cpu == 0)
		note("%s: %u of %u rounds saw a use afterwards", bit == PTE_D ? "D" : "A", uses, iterations / 10 + 1);
	wrong[cpu] = bad;
}

/* The entry taken away whole: no flag update may bring it back, no store may come after the shootdown, D tells of those before. */
static void taking_away(void *unused)
{
	uint32_t cpu = cpu_number(), bad = 0;
	uint64_t before[MOST], words[MOST];
	for (uint32_t i = 0; i < iterations / 10 + 1; i++) {
		if (cpu == 0) {
			store_release(&stop, 0);
			snapshot(before);
			WRITE_ONCE(*pte, fresh());
		}
		race_meet(&gate, n);
		if (cpu != 0) {
			writer_round(cpu);
		} else {
			for (uint32_t k = 0; k < i % 16; k++)
				race_jitter();
			uint64_t old = __atomic_exchange_n(pte, 0, __ATOMIC_SEQ_CST);
			bad += !drop_everywhere();
			snapshot(words);
			bad += changed(before) && !(old & PTE_D);
			for (uint32_t k = 0; k < 8; k++)
				race_jitter();
			bad += changed(words);
			bad += READ_ONCE(*pte) != 0;
			store_release(&stop, 1);
		}
		race_meet(&rest, n);
		if (cpu == 0)
			bad += changed(words) || READ_ONCE(*pte) != 0;
	}
	wrong[cpu] = bad;
}

static void enter(void *to) { pmap_activate(to); }
static void forget(void *unused) { invlpg(USER_BASE); }

static void verdict(void (*fn)(void *), void *arg, const char *what)
{
	uint32_t sum = 0;
	WRITE_ONCE(*pte, fresh());
	smp_run(n, forget, 0);
	memset(faults, 0, sizeof faults);
	smp_run(n, fn, arg);
	for (uint32_t cpu = 0; cpu < n; cpu++)
		sum += wrong[cpu];
	if (sum)
		note("%u wrong", sum);
	report(!sum, "%s", what);
}

void test_main(void)
{
	n = race_start(2);
	if (n > MOST)
		n = MOST;
	iterations = race_iterations(300);
	pmap_setup();
	trap_set_handler(VEC_PING, drop);
	pmap = pmap_create();
	frame = page_alloc();
	pmap_enter(pmap, USER_BASE, (uint64_t)frame, PTE_P | PTE_W);
	pte = pmap_entry(pmap, USER_BASE, 1);
	smp_run(n, enter, pmap);
	if (race_wanted("software"))
		verdict(software_bits, 0, "software's bits survive updates of A and D");
	if (race_wanted("dirty"))
		verdict(clearing, &stop, "D cleared by LOCK AND comes back with the next store");
	if (race_wanted("accessed"))
		verdict(clearing, 0, "A cleared by LOCK AND comes back with the next use");
	if (race_wanted("away")) {
		verdict(taking_away, 0, "an entry taken by XCHG stays away, and its D is right");
		uint64_t all = 0;
		for (uint32_t cpu = 0; cpu < n; cpu++)
			all += faults[cpu];
		note("%lu page faults", all);
	}
	smp_run(n, enter, &kernel_pmap);
}
