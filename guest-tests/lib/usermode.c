#include "usermode.h"

#include "trap.h"

extern char usertext_start[], usertext_end[];
static struct user_work *work[MAXCPU];

USER_TEXT static void user_check(struct user_work *w)
{
	for (uint32_t round = 0; round < w->rounds && !READ_ONCE(w->stop); round++) {
		for (uint32_t slot = w->first; slot < w->first + w->count; slot++) {
			uint32_t published = load_acquire(&((uint32_t *)w->completed)[slot]);
			uint32_t seen = *(volatile uint32_t *)(w->base + slot * PAGE_SIZE);
			w->reads++;
			w->stale += seen < published;
		}
		w->rounds_done++;
	}
	USER_EXIT();
}

uint64_t usermode_address(const void *function) { return USER_CODE + (uint64_t)((const char *)function - usertext_start); }
uint64_t user_check_entry(void) { return usermode_address(user_check); }

void usermode_map(struct pmap *pmap, uint32_t cpus, void *completed)
{
	for (char *p = usertext_start; p < usertext_end; p += PAGE_SIZE)
		pmap_enter(pmap, USER_CODE + (uint64_t)(p - usertext_start), (uint64_t)p, PTE_P | PTE_U);
	if (completed)
		pmap_enter(pmap, USER_COMPLETED, (uint64_t)completed, PTE_P | PTE_U | PTE_NX);
	for (uint32_t cpu = 0; cpu < cpus; cpu++) {
		if (!work[cpu])
			work[cpu] = page_alloc();
		pmap_enter(pmap, USER_WORK + cpu * 0x4000ull, (uint64_t)work[cpu], PTE_P | PTE_W | PTE_U | PTE_NX);
		pmap_enter(pmap, USER_WORK + cpu * 0x4000ull + 0x1000, (uint64_t)page_alloc(), PTE_P | PTE_W | PTE_U | PTE_NX);
	}
}

struct user_work *usermode_work(uint32_t cpu) { return work[cpu]; }

void usermode_run(uint32_t cpu, uint64_t entry)
{
	uint64_t base = USER_WORK + cpu * 0x4000ull;
	user_run(entry, base + 0x2000 - 8, base, RFLAGS_IF | 2);
}
