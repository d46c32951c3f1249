/* Quicksort of 16,384 32-bit numbers: unpredictable branches, swaps, recursion. */
#include "../kernel.h"

#define COUNT	16384

static void sort(int32_t *a, long low, long high)
{
	while (low < high) {
		int32_t pivot = a[(low + high) / 2];
		long i = low - 1, j = high + 1;
		for (;;) {
			do i++; while (a[i] < pivot);
			do j--; while (a[j] > pivot);
			if (i >= j)
				break;
			int32_t t = a[i];
			a[i] = a[j];
			a[j] = t;
		}
		sort(a, low, j);
		low = j + 1;
	}
}

uint64_t kernel_quicksort(uint64_t ops)
{
	int32_t *a = (void *)arena;
	uint64_t random = 3, sum = 0;
	for (uint64_t op = 0; op < ops; op++) {
		for (uint32_t i = 0; i < COUNT; i++)
			a[i] = (int32_t)lcg(&random);
		sort(a, 0, COUNT - 1);
		for (uint32_t i = 0; i < COUNT; i += 97)
			sum = sum * 31 + (uint32_t)a[i];
	}
	return sum;
}
