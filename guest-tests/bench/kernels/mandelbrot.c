/* Iterations of the Mandelbrot set on a 64x64 grid: scalar doubles and a data-dependent loop. */
#include "../kernel.h"

uint64_t kernel_mandelbrot(uint64_t ops)
{
	uint64_t sum = 0;
	for (uint64_t op = 0; op < ops; op++)
		for (int py = 0; py < 64; py++)
			for (int px = 0; px < 64; px++) {
				double cx = px * (3.0 / 64) - 2.0, cy = py * (2.0 / 64) - 1.0, x = 0, y = 0;
				uint32_t n = 0;
				while (n < 64 && x * x + y * y < 4.0) {
					double t = x * x - y * y + cx;
					y = 2 * x * y + cy;
					x = t;
					n++;
				}
				sum += n;
			}
	return sum;
}
