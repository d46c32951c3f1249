/* Bounded waiting: a guest says "not ok" rather than hang where it can. */
#ifndef GUEST_WAIT_H
#define GUEST_WAIT_H

#include "cpu.h"

#define WAIT_SPINS	3000000u	/* longer than any event here needs, short enough to give up in a test run */

/* Evaluate the condition until it holds; false when patience ends. */
#define wait_until(condition) __extension__({ \
	bool held_ = false; \
	for (uint32_t spins_ = 0; spins_ < WAIT_SPINS && !(held_ = (condition)); spins_++) \
		cpu_pause(); \
	held_; })

#endif
