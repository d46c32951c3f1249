/* A binary search tree built and searched: dependent loads and unpredictable branches. */
#include "../kernel.h"

#define NODES	4096u

struct node { struct node *child[2]; uint32_t key; };

uint64_t kernel_tree(uint64_t ops)
{
	struct node *nodes = (void *)arena;
	uint64_t random = 11, sum = 0;
	for (uint64_t op = 0; op < ops; op++) {
		struct node *root = 0;
		for (uint32_t i = 0; i < NODES; i++) {
			struct node *n = &nodes[i], **at = &root;
			*n = (struct node){ { 0, 0 }, (uint32_t)lcg(&random) };
			while (*at)
				at = &(*at)->child[n->key > (*at)->key];
			*at = n;
		}
		for (uint32_t i = 0; i < NODES; i++) {
			uint32_t key = (uint32_t)lcg(&random);
			for (const struct node *n = root; n; n = n->child[key > n->key])
				sum++;
		}
	}
	return sum;
}
