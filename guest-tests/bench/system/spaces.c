/* Changes of translations and of the address space, on this CPU. */
#include "../../lib/string.h"
#include "../guest.h"

#define PAGES	64u
#define SPACES	4u
#define BITS	(PTE_P | PTE_W | PTE_U | PTE_A | PTE_D)

const char *system_lacks(const char *kernel)
{
	return !strcmp(kernel, "invpcid") && !has_invpcid() ? "no INVPCID" : 0;
}

struct pmap *bench_pmap(void)
{
	static struct pmap *pmap;
	if (!pmap)
		pmap = pmap_create();
	pmap_activate(pmap);
	return pmap;
}

/* Pages that each hold their own number plus `first`. */
static void map_pages(struct pmap *pmap, uint32_t count, uint64_t first)
{
	for (uint32_t page = 0; page < count; page++) {
		uint64_t *entry = pmap_entry(pmap, SYSTEM_PAGES + page * PAGE_SIZE, 1), *frame;
		if (!(*entry & PTE_P)) {
			frame = page_alloc();
			*frame = first + page;
			*entry = (uint64_t)frame | BITS;
		}
	}
}

static inline uint64_t word(uint32_t page) { return *(volatile uint64_t *)(SYSTEM_PAGES + page * PAGE_SIZE); }

uint64_t system_invlpg(uint64_t ops)
{
	uint64_t sum = 0;
	map_pages(bench_pmap(), PAGES, 0);
	for (uint64_t op = 0; op < ops; op++)
		for (uint32_t page = 0; page < PAGES; page++) {
			invlpg(SYSTEM_PAGES + page * PAGE_SIZE);
			sum += word(page);
		}
	return sum;
}

uint64_t system_invpcid(uint64_t ops)
{
	uint64_t sum = 0;
	map_pages(bench_pmap(), PAGES, 0);
	for (uint64_t op = 0; op < ops; op++)
		for (uint32_t page = 0; page < PAGES; page++) {
			invpcid(INVPCID_ADDR, 0, SYSTEM_PAGES + page * PAGE_SIZE);
			sum += word(page);
		}
	return sum;
}

uint64_t system_cr3reload(uint64_t ops)
{
	uint64_t sum = 0;
	map_pages(bench_pmap(), PAGES, 0);
	for (uint64_t op = 0; op < ops; op++) {
		write_cr3(read_cr3());
		for (uint32_t page = 0; page < PAGES; page++)
			sum += word(page);
	}
	return sum;
}

uint64_t system_ctxswitch(uint64_t ops)
{
	static struct pmap *spaces[SPACES];
	uint64_t sum = 0, home;
	for (uint32_t space = 0; space < SPACES; space++) {
		if (!spaces[space])
			spaces[space] = pmap_create();
		map_pages(spaces[space], 8, space * 100);
	}
	bench_pmap();
	home = read_cr3();
	for (uint64_t op = 0; op < ops; op++)
		for (uint32_t space = 0; space < SPACES; space++) {
			write_cr3(spaces[space]->pm_cr3);
			for (uint32_t page = 0; page < 8; page++)
				sum += word(page);
		}
	write_cr3(home);
	return sum;
}
