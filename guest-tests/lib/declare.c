#include "declare.h"

volatile uint64_t tlbscope_frame_reused __attribute__((aligned(4096), section(".bss.declare")));
volatile uint64_t tlbscope_flush_done[3] __attribute__((section(".bss.declare")));
