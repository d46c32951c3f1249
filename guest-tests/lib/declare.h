/*
 * What a guest tells whoever watches its TLBs, for protocols that nobody could know. Plain stores, which do nothing else;
 * both words lie in one page that holds nothing but them.
 */
#ifndef GUEST_DECLARE_H
#define GUEST_DECLARE_H

#include <stdint.h>

/* The physical address of a 4 KiB frame: it was free, and has a new use from here on. */
extern volatile uint64_t tlbscope_frame_reused;
/*
 * Root (physical address), first va, end va. The store to [2] says: this CPU believes that no CPU holds an outdated
 * translation of the range any more.
 */
extern volatile uint64_t tlbscope_flush_done[3];

static inline void declare_frame_reused(uint64_t pa) { tlbscope_frame_reused = pa; }
static inline void declare_flush_done(uint64_t root, uint64_t va1, uint64_t va2)
{
	tlbscope_flush_done[0] = root;
	tlbscope_flush_done[1] = va1;
	tlbscope_flush_done[2] = va2;
}

#endif
