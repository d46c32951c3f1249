/* Pointer chase: one dependent load after another through a random cycle of 4 MiB. */
#include "../kernel.h"

#define NODES	(64u << 10)	/* 64 bytes each */

struct node { struct node *next; uint64_t value, unused[6]; };

uint64_t kernel_chase(uint64_t ops)
{
	struct node *nodes = (void *)arena;
	uint64_t random = 1, sum = 0;
	for (uint32_t i = 0; i < NODES; i++) {
		nodes[i].next = &nodes[i];
		nodes[i].value = i;
	}
	for (uint32_t i = NODES - 1; i > 0; i--) {		/* Sattolo's shuffle: one cycle */
		uint32_t j = (uint32_t)(lcg(&random) % i);
		struct node *other = nodes[i].next;
		nodes[i].next = nodes[j].next;
		nodes[j].next = other;
	}
	const struct node *at = nodes;
	for (uint64_t i = 0; i < ops * 1000; i++) {
		sum += at->value;
		at = at->next;
	}
	return sum;
}
