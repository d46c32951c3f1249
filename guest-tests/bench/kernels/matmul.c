/* Product of 96x96 matrices of doubles, SSE2 scalar: the inner loop walks a column. */
#include "../kernel.h"

#define N	96

__attribute__((optimize("no-tree-vectorize")))
uint64_t kernel_matmul(uint64_t ops)
{
	double (*a)[N] = (void *)arena, (*b)[N] = a + N, (*c)[N] = b + N;
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			a[i][j] = (i * 7 + j * 3) % 11 - 5;
			b[i][j] = (i * 5 + j) % 13 - 6;
		}
	double sum = 0;
	for (uint64_t op = 0; op < ops; op++) {
		for (int i = 0; i < N; i++)
			for (int j = 0; j < N; j++) {
				double dot = 0;
				for (int k = 0; k < N; k++)
					dot += a[i][k] * b[k][j];
				c[i][j] = dot;
			}
		sum += c[op % N][op / N % N];
		a[op % N][0] += 1;
	}
	return (uint64_t)(int64_t)sum;
}
