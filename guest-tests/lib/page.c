#include "page.h"

#include "lock.h"
#include "string.h"
#include "trap.h"

static char pool[POOL_PAGES][PAGE_SIZE] __attribute__((aligned(4096)));
static uint32_t used;
static void *free_list;
static struct spinlock lock;

void *page_alloc(void)
{
	bool on = spin_lock_irq(&lock);
	void *p = free_list;
	bool recycled = p;
	if (recycled)
		free_list = *(void **)p;
	else if (used < POOL_PAGES)
		p = pool[used++];
	spin_unlock_irq(&lock, on);
	if (!p)
		panic("out of pages");
	return recycled ? memset(p, 0, PAGE_SIZE) : p;	/* BSS is zero already */
}

void page_free(void *page)
{
	bool on = spin_lock_irq(&lock);
	*(void **)page = free_list;
	free_list = page;
	spin_unlock_irq(&lock, on);
}
