#include "storm.h"

#include "cmdline.h"
#include "smp.h"
#include "string.h"
#include "trap.h"

struct storm storm;

uint64_t storm_va(uint32_t slot)
{
	uint32_t users = storm.cpus * storm.pages;
	return slot < users ? USER_BASE + slot * PAGE_SIZE : KVA_BASE + (slot - users) * PAGE_SIZE;
}

static bool is_kernel(uint32_t slot) { return slot >= storm.cpus * storm.pages; }

static int parse_kind(const char *name)
{
	static const char *const names[] = { "page", "range", "all", "kernel", "cache" };
	for (int i = 0; i < STORM_KINDS; i++)
		if (!strcmp(name, names[i]))
			return i;
	return -1;
}

static void enter(uint32_t slot, uint32_t *frame)
{
	pmap_enter(storm.pmap, storm_va(slot), (uint64_t)frame, PTE_P | PTE_W | (is_kernel(slot) ? PTE_G : PTE_U));
}

void storm_init(uint32_t cpus, uint32_t default_iterations)
{
	storm.pmap = pmap_create();
	storm.other = pmap_create();
	storm.cpus = cpus;
	if (!storm.pages)
		storm.pages = cpus <= 64 ? 4 : 2;
	storm.shootdown = shootdown;
	storm.clear_saved_pcids = pmap_clear_saved_pcids;
	storm.iterations = (uint32_t)option_number("iterations", default_iterations);
	storm.kind = parse_kind(option("op", "mix"));
	storm.mixed = option_is("ops", "mixed");
	storm.users = option_number("users", 0);
	storm.wander = option_number("wander", 1);
	storm.completed = page_alloc();
	for (uint32_t slot = 0; slot < storm_slots(); slot++) {
		storm.frames[slot][0] = page_alloc();
		storm.frames[slot][1] = page_alloc();
		*storm.frames[slot][0] = storm.completed[slot] = 1;
		enter(slot, storm.frames[slot][0]);
	}
	usermode_map(storm.pmap, cpus, storm.completed);
	for (uint32_t cpu = 0; cpu < cpus; cpu++)
		__pcpu[cpu].pc_random = (option_number("seed", 1) * MAXCPU + cpu + 1) * 0x9E3779B97F4A7C15ull;
}

/* Plain operations act on the current PCID alone: right, since a CPU elsewhere finds its saved PCID cleared, but no twin. */
static enum invl_op_codes flavour(enum invl_op_codes chosen, enum invl_op_codes plain, enum invl_op_codes pcid)
{
	uint32_t r = storm.mixed && pmap_pcid_enabled ? cpu_random() % 3 : 0;
	if (r == 1 && !pmap_pti)
		return plain;
	return r == 2 ? pcid : chosen;
}

void storm_change(uint32_t cpu, enum storm_kind kind)
{
	struct pmap *pmap = storm.pmap;
	uint32_t first = cpu * storm.pages, n = storm.pages;
	if (kind == STORM_PAGE) {
		first += cpu_random() % storm.pages;
		n = 1;
	} else if (kind == STORM_KERNEL) {
		first = storm.cpus * storm.pages + cpu;
		n = 1;
		pmap = &kernel_pmap;
	} else if (kind == STORM_CACHE) {
		n = 0;
	}
	for (uint32_t slot = first; slot < first + n; slot++) {
		uint32_t version = storm.completed[slot] + 1, *frame = storm.frames[slot][version & 1 ? 0 : 1];
		WRITE_ONCE(*frame, version);
		enter(slot, frame);
	}
	uint64_t va1 = storm_va(first), va2 = va1 + n * PAGE_SIZE;
	storm.clear_saved_pcids(pmap);
	uint32_t targets = 0;
	switch (kind) {
	case STORM_PAGE:
	case STORM_KERNEL:
		targets = storm.shootdown(pmap, flavour(shootdown_ops.pg, INVL_OP_PG, INVL_OP_PG_PCID), va1, va2);
		break;
	case STORM_RANGE:
		targets = storm.shootdown(pmap, flavour(shootdown_ops.pgrng, INVL_OP_PGRNG, INVL_OP_PGRNG_PCID), va1, va2);
		break;
	case STORM_ALL:
		targets = storm.shootdown(pmap, flavour(shootdown_ops.tlb, INVL_OP_TLB, INVL_OP_TLB_PCID), 0, 0);
		break;
	default:
		targets = storm.shootdown(&kernel_pmap, INVL_OP_CACHE, 0, 0);
	}
	for (uint32_t slot = first; slot < first + n; slot++) {
		uint32_t version = storm.completed[slot] + 1;
		WRITE_ONCE(*storm.frames[slot][version & 1], 0);
		store_release(&storm.completed[slot], version);
	}
	curcpu()->pc_count[COUNT_SHOOTDOWNS]++;
	curcpu()->pc_count[COUNT_IPI_TARGETS] += targets;
	curcpu()->pc_count[COUNT_REMOTE] += targets != 0;
}

bool storm_check(uint32_t slot)
{
	struct pcpu *pc = curcpu();
	if (pc->pc_curpmap != storm.pmap && !is_kernel(slot))
		return false;
	uint32_t published = load_acquire(&storm.completed[slot]);
	uint32_t seen = *(volatile uint32_t *)storm_va(slot);
	pc->pc_count[COUNT_READS]++;
	if (seen >= published)
		return false;
	pc->pc_count[COUNT_STALE]++;
	return true;
}

static enum storm_kind random_kind(void)
{
	uint32_t r = cpu_random() % 64;
	return r < 32 ? STORM_PAGE : r < 46 ? STORM_RANGE : r < 54 ? STORM_ALL : r < 62 ? STORM_KERNEL : STORM_CACHE;
}

static void user_check(uint32_t cpu)
{
	struct pcpu *pc = curcpu();
	struct user_work *w = usermode_work(cpu);
	*w = (struct user_work){ .base = USER_BASE, .completed = USER_COMPLETED,
	    .first = (cpu_random() % storm.cpus) * storm.pages, .count = storm.pages, .rounds = 4 };
	usermode_run(cpu, user_check_entry());
	pc->pc_count[COUNT_USER_RUNS]++;
	pc->pc_count[COUNT_READS] += w->reads;
	pc->pc_count[COUNT_STALE] += w->stale;
}

void storm_cpu(void *unused)
{
	(void)unused;
	struct pcpu *pc = curcpu();
	uint32_t cpu = pc->pc_cpuid;
	memset(pc->pc_count, 0, sizeof pc->pc_count);
	pmap_activate(storm.pmap);
	rendezvous(&storm.start, storm.cpus);
	for (uint32_t i = 0; i < storm.iterations; i++) {
		storm_change(cpu, storm.kind >= 0 ? (enum storm_kind)storm.kind : random_kind());
		bool away = pc->pc_curpmap == storm.other;
		if (storm.wander && cpu_random() % (away ? 2 : 16) == 0) {
			pmap_activate(away ? storm.pmap : storm.other);
			pc->pc_count[COUNT_SWITCHES]++;
		}
		for (int r = 0; r < 3; r++)
			storm_check(cpu_random() % storm_slots());
		if (storm.users && pc->pc_curpmap == storm.pmap && cpu_random() % 4 == 0)
			user_check(cpu);
	}
	pmap_activate(storm.pmap);
	rendezvous(&storm.end, storm.cpus);
	for (uint32_t slot = 0; slot < storm_slots(); slot++)
		storm_check(slot);
	pmap_activate(&kernel_pmap);
}

uint64_t storm_total(int counter)
{
	uint64_t sum = 0;
	for (uint32_t cpu = 0; cpu < storm.cpus; cpu++)
		sum += __pcpu[cpu].pc_count[counter];
	return sum;
}
