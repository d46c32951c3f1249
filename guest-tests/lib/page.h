/* 4 KiB frames from a static pool: a guest needs no memory map. */
#ifndef GUEST_PAGE_H
#define GUEST_PAGE_H

#include <stdint.h>

#define PAGE_SIZE	4096ull
#define PAGE_2M		0x200000ull
#ifndef POOL_PAGES
#define POOL_PAGES	2560
#endif

/* A zeroed frame; panics when the pool is empty. va == pa. */
void *page_alloc(void);
void page_free(void *page);

#endif
