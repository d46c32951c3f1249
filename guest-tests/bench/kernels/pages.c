/* A word of each of 8,192 small pages in turn: more translations than a TLB keeps, each use a page walk. */
#include "../kernel.h"

#define PAGES	8192u

uint64_t kernel_tlbmiss(uint64_t ops)
{
	unsigned char *pages = small_pages(PAGES);
	uint64_t sum = 0;
	for (uint32_t page = 0; page < PAGES; page++)
		*(volatile uint64_t *)(pages + (size_t)page * 4096) = page;
	for (uint64_t op = 0; op < ops; op++)
		for (uint32_t page = 0; page < PAGES; page++)
			sum += *(volatile uint64_t *)(pages + (size_t)(page * 5 % PAGES) * 4096) + page;
	return sum;
}
